import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { HealthMonitor } from "../../../services/app/src/health/monitor";
import { createServer } from "../../../services/app/src/http/server";
import { shutDown } from "../../../services/app/src/lifecycle";
import { createMetrics } from "../../../services/app/src/telemetry/metrics";
import { ENVIRONMENT } from "./support/config";
import { freePort } from "../../support/free-port";
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

describe("stopping", () => {
  afterEach(() => void vi.useRealTimers());

  /** A server that is asked something, and answers when it is told to. Time passes only where the test says so. */
  async function start(graceMs: number) {
    const { logger, lines } = keptLogger();
    const health = new HealthMonitor("test", "test", []);
    const server = createServer({ logger, metrics: createMetrics("test", "test"), health });
    let finish = () => {};
    const asked = new Promise<void>((taken) => {
      server.get("/work", async () => {
        taken();
        await new Promise<void>((resolve) => (finish = resolve));
        return { done: true };
      });
    });
    const address = await server.listen({ port: 0, host: "127.0.0.1" });
    onTestFinished(() => server.close());
    const answer = fetch(`${address}/work`);
    await asked;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
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
    return { address, answer, finish: () => finish(), stop, order, lines };
  }

  it("answers what is being asked, is not ready meanwhile, and then lets go", async () => {
    const { address, answer, finish, stop, order } = await start(1000);
    const stopped = stop();
    expect((await fetch(`${address}/health/ready`)).status).toBe(503);
    expect((await fetch(`${address}/health/live`)).status).toBe(200);
    expect(order).toEqual(["work stopped"]);
    vi.advanceTimersByTime(250);
    finish();
    expect(await (await answer).json()).toEqual({ done: true });
    expect(await stopped).toBe(0);
    expect(order).toEqual(["work stopped", "server closed", "released"]);
    await expect(fetch(`${address}/health/live`)).rejects.toThrow("fetch failed");
  });

  it("does not wait longer than the grace", async () => {
    const { answer, finish, stop, lines } = await start(300);
    const stopped = stop();
    vi.advanceTimersByTime(299);
    await new Promise(setImmediate);
    expect(lines.at(-1)).toMatchObject({ msg: "stopping" });
    vi.advanceTimersByTime(1);
    expect(await stopped).toBe(1);
    expect(lines.at(-1)).toMatchObject({ msg: "stopped", complete: false });
    finish();
    await answer;
  });
});

describe("the process", () => {
  it("serves until SIGTERM, then ends with 0; its health command agrees throughout", async () => {
    const PORT = String(await freePort());
    const given = { ENVIRONMENT: "test", PUBLIC_URL: "https://app.test", SHUTDOWN_GRACE_SECONDS: "1", PORT };
    const { child, output, code } = run(["web"], given);
    await expect.poll(() => output.out).toContain("listening");
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
  });

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
  });

  it("ends with 1 on an exception nobody expected, counted and logged as critical", async () => {
    const code = `
      const { bootstrap } = require("./commands/bootstrap.ts");
      const { metrics } = bootstrap("test", { ENVIRONMENT: "test", LOG_LEVEL: "info", LOG_FORMAT: "json" });
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
  });

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
  });
});
