import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { vectorConfig } from "../../components/monitoring/vector";
import { freePort } from "../support/free-port";

const STAND_IN = join(__dirname, "..", "docker", "images", "vector", "stand-in.mjs");
const SHIPPERS = [
  { program: "vector", command: ["vector", "--quiet"], found: !spawnSync("vector", ["--version"]).error },
  { program: "its stand-in", command: [process.execPath, STAND_IN], found: true },
];

/** A line of the edge, as nginx writes it. `header` is the time until each service that was asked began to answer. */
const request = (status: number | string, header: string, inProgress = 3) =>
  `{"service":"edge","path":"/v1/\\"x\\"","status":${status},"upstreamHeaderSeconds":"${header}","inProgress":${inProgress}}`;

const LINES: readonly (readonly [container: string, line: string])[] = [
  ["mainstay-trial-edge", request(200, "0.004")],
  ["mainstay-trial-edge", request(200, "0.012")],
  // The first copy did not answer, the second did.
  ["mainstay-trial-edge", request(200, "-, 0.005")],
  ["mainstay-trial-edge", request(502, "0.002")],
  ["mainstay-trial-edge", request(502, "-, -")],
  ["mainstay-trial-edge", request(504, "-")],
  // The first failed, and the second did not answer.
  ["mainstay-trial-edge", request(504, "0.003, -")],
  ["mainstay-trial-edge", request(429, "")],
  ["mainstay-trial-edge", request(429, "")],
  ["mainstay-trial-edge", request(413, "", 7)],
  // What is no request, or none that can be read.
  ["mainstay-trial-edge", "2026/01/02 03:04:05 [warn] 7#7: *1 limiting requests, excess: 120.0"],
  ["mainstay-trial-edge", '{"service":"edge","status":500'],
  ["mainstay-trial-edge", request('"500"', "0.001")],
  ["mainstay-trial-edge", request("009", "")],
  ["mainstay-trial-edge", "null"],
  ["mainstay-trial-edge", '["status",500]'],
  // Others may say what they like of requests.
  ["mainstay-trial-api-1", request(500, "")],
  ["mainstay-trial-edge-2", request(500, "")],
  ["mainstay-trial-database", "[7] LOG:  übrigens, a checkpoint"],
  ["mainstay-other-edge", request(500, "")],
  ["edge", request(500, "")],
  // Who says that it cannot go on: by level, or in a way of its own; nobody else says it for them.
  ["mainstay-trial-worker-1", '{"level":"critical","message":"no way on"}'],
  ["mainstay-trial-worker-1", '{"level":"critical","message":"nor here"}'],
  ["mainstay-trial-backups", '{"level":"fatal","service":"backup"}'],
  ["mainstay-trial-database", "2026-01-02 03:04:05.6 UTC [7] user= db= app= PANIC:  no space left"],
  ["mainstay-trial-edge", "2026/01/02 03:04:05 [emerg] 1#1: no port"],
  ["mainstay-trial-api-1", '{"level":"error","message":"\\"level\\":\\"critical\\""}'],
  ["mainstay-trial-edge", "2026/01/02 03:04:05 [crit] 7#7: *1 SSL_do_handshake() failed, client: [alert] x"],
  [
    "mainstay-trial-database",
    "2026-01-02 03:04:05.6 UTC [7] user=app db=app app=api LOG:  statement: PANIC: x",
  ],
  ["mainstay-other-api-1", '{"level":"critical"}'],
  // The last, so that all before it are there when it is.
  ["mainstay-trial-edge", request(201, "0.004", 5)],
];

const SERIES = [
  'edge_requests_total{answered_by="edge",status_code="413"} 1',
  'edge_requests_total{answered_by="edge",status_code="429"} 2',
  'edge_requests_total{answered_by="edge",status_code="502"} 1',
  'edge_requests_total{answered_by="edge",status_code="504"} 2',
  'edge_requests_total{answered_by="service",status_code="200"} 3',
  'edge_requests_total{answered_by="service",status_code="201"} 1',
  'edge_requests_total{answered_by="service",status_code="502"} 1',
  "edge_requests_in_progress 5",
];

const CRITICAL = [
  'log_critical_lines_total{container="backups"} 1',
  'log_critical_lines_total{container="database"} 1',
  'log_critical_lines_total{container="edge"} 1',
  'log_critical_lines_total{container="worker-1"} 2',
];

interface Push {
  readonly streams: readonly {
    readonly stream: Readonly<Record<string, string>>;
    readonly values: readonly (readonly [time: string, line: string])[];
  }[];
}
interface Config {
  readonly api: { address: string };
  readonly sources: { readonly containers: { address: string } };
  readonly sinks: {
    readonly store: { endpoint: string; compression?: string };
    readonly figures: { address: string };
  };
}

/** In the place of Loki: keeps what it is given, as "labels: time line". */
function store(): { readonly server: Server; readonly kept: string[] } {
  const kept: string[] = [];
  const server = createServer((asked, response) => {
    const parts: Buffer[] = [];
    asked.on("data", (part: Buffer) => parts.push(part));
    asked.on("end", () => {
      if (asked.method === "POST") {
        const { streams } = JSON.parse(Buffer.concat(parts).toString()) as Push;
        for (const { stream, values } of streams) {
          const labels = [stream["environment"], stream["container"], Object.keys(stream).length].join(" ");
          kept.push(...values.map(([time, line]) => `${labels}: ${time} ${line}`));
        }
      }
      response.writeHead(asked.method === "POST" ? 204 : 200).end();
    });
  });
  return { server, kept };
}

describe.each(SHIPPERS.filter(({ found }) => found))("the shipper, by $program,", ({ command }) => {
  const { server, kept } = store();
  const socket = createSocket("udp4");
  const folder = mkdtempSync(join(tmpdir(), "mainstay-shipper-"));
  let shipper: ChildProcess;
  let metrics = "";
  let figuresOf = "";

  /** Asks again until there is an answer: the test's own limit ends it, or the shipper's end. */
  async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
    while (shipper.exitCode === null) {
      // It may not listen yet.
      const found = await Promise.resolve(look()).catch(() => undefined);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`it ended with ${shipper.exitCode}: what it said of itself stands above`);
  }

  let linesPort = 0;
  let second = 0;
  /** As Docker's driver writes it, line after line. */
  async function send(container: string, line: string): Promise<void> {
    const time = `2026-01-02T03:04:${String((second += 1)).padStart(2, "0")}.000000Z`;
    const datagram = `<30>1 ${time} host ${container} 7 ${container} - ${line}\n`;
    await new Promise((resolve) => socket.send(datagram, linesPort, "127.0.0.1", resolve));
  }

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const [health, lines, figures] = await Promise.all([freePort(), freePort(), freePort()]);
    const config = parse(vectorConfig("trial", "mainstay-trial", "http://logs:3100")) as Config;
    config.api.address = `127.0.0.1:${health}`;
    config.sources.containers.address = `127.0.0.1:${lines}`;
    linesPort = lines;
    config.sinks.figures.address = `127.0.0.1:${figures}`;
    config.sinks.store.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // As JSON, so that it can be read here.
    config.sinks.store.compression = "none";
    const file = join(folder, "vector.yaml");
    writeFileSync(file, stringify(config));
    const [program = "", ...first] = command;
    shipper = spawn(program, [...first, "--config", file], { stdio: ["ignore", "inherit", "inherit"] });

    await eventually(async () => {
      second = 0;
      await send("mainstay-trial-worker-1", "are you there?");
      return kept.length > 0 ? true : undefined;
    });
    for (const [container, line] of LINES) await send(container, line);
    figuresOf = `http://127.0.0.1:${figures}/metrics`;
    metrics = await eventually(async () => {
      const text = await (await fetch(figuresOf)).text();
      return text.includes('status_code="201"') ? text : undefined;
    });
    const [, last = ""] = LINES.at(-1) ?? [];
    await eventually(() => (kept.some((one) => one.includes(last)) ? true : undefined));
    expect((await fetch(`http://127.0.0.1:${health}/health`)).status).toBe(200);
  });
  afterAll(() => {
    shipper.kill("SIGKILL");
    socket.close();
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("counts the edge's requests by status and by who answered", () => {
    const series = metrics.split("\n").filter((line) => line.startsWith("edge_"));
    expect(series.sort()).toEqual([...SERIES].sort());
    expect(metrics).toContain("# TYPE edge_requests_total counter\n");
    expect(metrics).toContain("# TYPE edge_requests_in_progress gauge\n");
  });

  it("counts the lines in which somebody cannot go on", () => {
    const series = metrics.split("\n").filter((line) => line.startsWith("log_critical_"));
    expect(series.sort()).toEqual(CRITICAL);
    expect(metrics).toContain("# TYPE log_critical_lines_total counter\n");
  });

  it("hands every line of the environment's containers to Loki as it is, under its container's name", () => {
    const wanted = LINES.flatMap(([container, line], index) => {
      const time = BigInt(Date.parse("2026-01-02T03:04:00Z") / 1000 + index + 2) * 1_000_000_000n;
      return container.startsWith("mainstay-trial-") ? [`trial ${container} 2: ${time} ${line}`] : [];
    });
    expect(kept.filter((one) => !one.endsWith("are you there?")).sort()).toEqual(wanted.sort());
  });

  it("says how many lines it took, and how many of them it handed to Loki: none while Loki is away", async () => {
    const count = (text: string, by: string) =>
      Number(
        new RegExp(`^vector_component_sent_events_total{.*component_id="${by}".*} (\\d+)`, "m").exec(
          text,
        )?.[1],
      );
    const once = (by: string, many: number) =>
      eventually(async () => {
        const text = await (await fetch(figuresOf)).text();
        return count(text, by) === many ? text : undefined;
      });
    const told = kept.length;
    expect(count(await once("store", told), "named")).toBe(told);
    server.close().closeAllConnections();
    await send("mainstay-trial-worker-1", "is anybody there?");
    await once("named", told + 1);
    // Longer than it waits for more lines to hand on with this one.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(count(await (await fetch(figuresOf)).text(), "store")).toBe(told);
  });
});
