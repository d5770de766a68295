import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer as createSocket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { HealthMonitor } from "../../../services/app/src/health/monitor";
import { createServer } from "../../../services/app/src/http/server";
import { shutDown } from "../../../services/app/src/lifecycle";
import { createMetrics } from "../../../services/app/src/telemetry/metrics";
import { ENVIRONMENT } from "./support/config";
import { keptLogger } from "./support/logs";
import { given } from "./support/given";

const MAIN = join(__dirname, "../../../services/app/src/main.ts");

/** Runs the app as a process of its own. */
function run(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", MAIN, ...args], {
    env: { PATH: process.env["PATH"], ...environment },
  });
  const output = { out: "", error: "" };
  child.stdout.on("data", (text) => (output.out += String(text)));
  child.stderr.on("data", (text) => (output.error += String(text)));
  onTestFinished(() => void child.kill("SIGKILL"));
  const code = once(child, "close").then(([status]) => status as number);
  return { child, output, code };
}

async function freePort(): Promise<string> {
  const socket = createSocket().listen(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address() as { port: number };
  socket.close();
  return String(port);
}

describe("stopping", () => {
  async function start(graceMs: number, answerAfterMs: number) {
    const { logger, lines } = keptLogger();
    const health = new HealthMonitor("test", "test", []);
    const server = createServer({ logger, metrics: createMetrics("test", "test"), health });
    server.get("/work", async () => {
      await sleep(answerAfterMs, undefined, { ref: false });
      return { done: true };
    });
    const address = await server.listen({ port: 0, host: "127.0.0.1" });
    onTestFinished(() => server.close());
    const order: string[] = [];
    const stop = () =>
      shutDown({
        health,
        logger,
        graceMs,
        closeServer: () => server.close().then(() => order.push("server closed")),
        stopWork: async () => order.push("work stopped"),
        release: async () => order.push("released"),
      });
    return { address, stop, order, lines };
  }

  it("answers what is being asked, is not ready meanwhile, and then lets go", async () => {
    const { address, stop, order } = await start(1000, 400);
    const answer = fetch(`${address}/work`);
    await sleep(50);
    const stopped = stop();
    expect((await fetch(`${address}/health/ready`)).status).toBe(503);
    expect((await fetch(`${address}/health/live`)).status).toBe(200);
    expect(await (await answer).json()).toEqual({ done: true });
    expect(await stopped).toBe(0);
    expect(order).toEqual(["work stopped", "server closed", "released"]);
    await expect(fetch(`${address}/health/live`)).rejects.toThrow("fetch failed");
  });

  it("does not wait longer than the grace", async () => {
    const { address, stop, lines } = await start(300, 1500);
    fetch(`${address}/work`).catch(() => undefined);
    await sleep(50);
    const started = performance.now();
    expect(await stop()).toBe(1);
    expect(performance.now() - started).toBeLessThan(600);
    expect(lines.at(-1)).toMatchObject({ msg: "stopped", complete: false });
  });
});

describe("the process", () => {
  it("serves until SIGTERM, then ends with 0; its health command agrees throughout", async () => {
    const PORT = await freePort();
    const given = { ENVIRONMENT: "test", PUBLIC_URL: "https://app.test", SHUTDOWN_GRACE_SECONDS: "1", PORT };
    const { child, output, code } = run(["web"], given);
    await expect.poll(() => output.out, { timeout: 15_000 }).toContain("listening");
    expect(await run(["health"], { PORT }).code).toBe(0);
    expect(await run(["health", "/nowhere"], { PORT }).code).toBe(1);
    const page = await (await fetch(`http://127.0.0.1:${PORT}/`)).text();
    expect(page).toContain("<dt>environment</dt><dd>test</dd>");
    child.kill("SIGTERM");
    expect(await code).toBe(0);
    const lines = output.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { msg: string });
    expect(lines.slice(-2).map(({ msg }) => msg)).toEqual(["stopping", "stopped"]);
    expect(output.error).toBe("");
    expect(await run(["health"], { PORT }).code).toBe(1);
  }, 60_000);

  it("ends with 78 on a configuration that cannot be used, and says all of it", async () => {
    const { output, code } = run(["web"], { ENVIRONMENT: "Test", PORT: "x" });
    expect(await code).toBe(78);
    expect(output.error).toBe(
      [
        'The configuration of "web" cannot be used:',
        '  ENVIRONMENT: "Test" is not allowed; allowed: lower-case letters, digits and hyphens, at most 32 characters',
        '  PORT: "x" is not allowed; allowed: a whole number from 1 to 65535',
        "  PUBLIC_URL: missing; allowed: a URL that starts with http:// or https://",
        "",
      ].join("\n"),
    );
  }, 30_000);

  it("ends with 1 on an exception nobody expected, counted and logged as critical", async () => {
    const code = `
      const { lay } = require("./commands/foundation.ts");
      const { metrics } = lay("test", { ENVIRONMENT: "test", LOG_LEVEL: "info", LOG_FORMAT: "json" });
      process.on("exit", async () => console.log(JSON.stringify(metrics.unhandled.hashMap)));
      setTimeout(() => { throw new Error("out of the blue") }, 1);`;
    const child = spawn(process.execPath, ["--import", "tsx", "-e", code], { cwd: join(MAIN, "..") });
    let out = "";
    child.stdout.on("data", (text) => (out += String(text)));
    const [status] = (await once(child, "close")) as [number];
    const [line, counted] = out
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(status).toBe(1);
    expect(line).toMatchObject({
      level: "critical",
      msg: "unhandled exception, ending",
      err: { message: "out of the blue" },
    });
    expect(counted).toEqual({ "": { value: 1, labels: {} } });
  }, 30_000);

  it("prints a token and names its commands", async () => {
    const token = run(
      ["token", "--tenant", "acme", "--subject", "ada"],
      ENVIRONMENT as Record<string, string>,
    );
    expect(await token.code).toBe(0);
    const claims = JSON.parse(
      Buffer.from(given(token.output.out.split(".")[1]), "base64url").toString(),
    ) as Record<string, unknown>;
    expect([claims["sub"], claims["tenant"], claims["iss"], claims["aud"]]).toEqual([
      "ada",
      "acme",
      "mainstay",
      "mainstay-api",
    ]);
    const unknown = run(["serve"]);
    expect(await unknown.code).toBe(2);
    expect(unknown.output.error).toBe("usage: app api|worker|web|migrate|token|health\n");
  }, 30_000);
});
