import { once } from "node:events";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { nginxConf } from "../../components/edge/nginx";
import type { PublicService } from "../../components/app/contract";
import type { DockerEnvironment } from "../../environment/environment";
import { resolveConfig } from "../../environment/config";
import { readStackFiles } from "../../environment/stack-files";
import { Nginx, NGINX_FOUND } from "./support/nginx";

const { stack, config } = readStackFiles(join(__dirname, "../.."), "local");
const { environment } = resolveConfig(stack, config);
const local = environment as DockerEnvironment;
const api: PublicService = { name: "api", routes: ["/v1", "/metrics"], host: "api", port: 8000 };
const web: PublicService = { name: "web", routes: ["/"], host: "web", port: 8080 };

const MIB = 1024 * 1024;

/** A host name of the most characters there may be. */
const LONGEST_NAME = [63, 63, 63, 61].map((length) => "a".repeat(length)).join(".");
const origins = (...corsOrigins: string[]) => ({ ...local, edge: { ...local.edge, corsOrigins } });
const share = (weightPercent: number) => ({ ...api, candidate: { host: "api-candidate", weightPercent } });

describe.skipIf(!NGINX_FOUND)("nginx takes its configuration", () => {
  test.each<[string, DockerEnvironment, PublicService[]]>([
    ["of the stack local", local, [api, web]],
    ["of no service", local, []],
    ["with no origin", origins(), [api]],
    ["with any origin", origins("*"), [api]],
    ["with the longest origin", origins(`https://${LONGEST_NAME}:65535`), [api]],
    [
      "with a hundred origins",
      origins(...Array.from({ length: 100 }, (_, i) => `https://${i}.example.com`)),
      [api],
    ],
    ["with the longest domain", { ...local, domain: LONGEST_NAME }, [api]],
    [
      "with ranges in ranges",
      { ...local, edge: { ...local.edge, metricsFrom: ["10.0.0.0/8", "10.1.0.0/16"] } },
      [api],
    ],
    ["with a candidate that is sent nothing", local, [share(0)]],
    ["with a candidate that is sent everything", local, [share(100)]],
    [
      "of a service of a long name",
      local,
      [{ ...api, name: "a-service-named-long", host: "a-service-named-long" }],
    ],
  ])("%s", async (_name, of, services) => {
    const nginx = await Nginx.prepare(nginxConf(of, services));
    expect(nginx.complaint()).toBe("");
    await nginx.remove();
  });
});

describe.skipIf(!NGINX_FOUND)("nginx, in front of a service,", () => {
  let nginx: Nginx | undefined;
  let service: Server | undefined;
  afterEach(async () => {
    service?.closeAllConnections();
    service?.close();
    await nginx?.remove();
  });

  async function inFrontOf(answer: RequestListener): Promise<Nginx> {
    service = createServer(answer).listen(0, "127.0.0.1");
    await once(service, "listening");
    const { port } = service.address() as AddressInfo;
    nginx = await Nginx.prepare(nginxConf(local, [{ ...web, host: "127.0.0.1", port }]));
    await nginx.start();
    return nginx;
  }

  test("keeps no answer in its small /tmp for a client that reads slowly", async () => {
    const body = Buffer.alloc(64 * MIB, 7);
    const edge = await inFrontOf((_request, response) => response.end(body));
    const response = await edge.ask("/");
    // In this time it would have all of it.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await buffer(response)).equals(body)).toBe(true);
    expect(edge.warnings()).toEqual([]);
  });

  test("works on a hundred requests of one client at a time, and refuses more", async () => {
    const waiting: ServerResponse[] = [];
    const edge = await inFrontOf((_request, response) => void waiting.push(response));
    const asked = Array.from({ length: 100 }, () => edge.ask("/"));
    await vi.waitFor(() => expect(waiting).toHaveLength(100), 10_000);
    expect((await edge.ask("/")).statusCode).toBe(429);
    for (const response of waiting) response.end();
    expect((await Promise.all(asked)).map(({ statusCode }) => statusCode)).toEqual(Array(100).fill(200));
    // nginx writes a line after the answer it is about has gone out.
    await vi.waitFor(() => expect(edge.lines()).toHaveLength(101), 10_000);
    expect(edge.lines().filter(({ status }) => status === 429)).toEqual([
      expect.objectContaining({ upstreamHeaderSeconds: "" }),
    ]);
  });
});
