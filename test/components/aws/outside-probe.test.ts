import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compiled } from "../../../components/aws/function";
import { lookAt } from "../../../components/aws/functions/outside-probe";

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/hangs") return;
    const led = request.url === "/" ? { location: "https://api.example.com:443/" } : {};
    response.writeHead(request.url === "/" ? 301 : request.url === "/fails" ? 503 : 200, led).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("a run goes well where everything answers as it should", async () => {
  const looks = [
    { url: `${url}/health/ready`, status: 200 },
    { url: `${url}/`, status: 301, location: "https://api.example.com" },
  ];
  expect(await lookAt(looks, 10_000)).toBe("2 addresses answered as they should");
});

test("a run fails with everything that did not", async () => {
  const looks = [
    { url: `${url}/fails`, status: 200 },
    { url: `${url}/`, status: 301, location: "https://other.example.com" },
    { url: "http://127.0.0.1:9/", status: 200 },
    { url: `${url}/health/ready`, status: 200 },
  ];
  const said = await lookAt(looks, 10_000).catch((error: Error) => error.message.split("; "));
  expect(said).toEqual([
    `${url}/fails answered 503, not 200`,
    `${url}/ led to https://api.example.com:443/, not to https://other.example.com`,
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:9\/ did not answer: \S+$/),
  ]);
});

test("a run fails where there is no answer in time", async () => {
  await expect(lookAt([{ url: `${url}/hangs`, status: 200 }], 50)).rejects.toThrow(
    `${url}/hangs did not answer: TimeoutError`,
  );
});

test("a run that looks at nothing fails", async () => {
  await expect(lookAt([], 10_000)).rejects.toThrow("nothing to look at");
});

test("the canary's runtime finds its handler in the compiled code", () => {
  const module = { exports: {} as Record<string, unknown> };
  new Function("module", "exports", "require", compiled("outside-probe", "cjs"))(
    module,
    module.exports,
    require,
  );
  expect(Object.keys(module.exports).sort()).toEqual(["handler", "lookAt"]);
});
