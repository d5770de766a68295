import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import type { TlsOptions } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Check, ProbeReport } from "../../operations/probe/check";
import { MOST_LOOKS } from "../../operations/probe/history";
import { look } from "../../operations/probe/look";
import type { Target } from "../../operations/probe/target";
import { answer, authority, certificate, Edge, READ, TOKEN, type Answers, type Pem } from "./edge";
import { TrialProject, type Result } from "./support";

let trial: TrialProject;
let ca: Pem;
let good: Pem;
let caFile: string;
let edge: Edge | undefined;

beforeAll(async () => {
  trial = new TrialProject("trial");
  ca = await authority();
  good = await certificate(ca, 90);
  caFile = join(trial.directory, "authority.pem");
  writeFileSync(caFile, ca.cert);
});
// A read takes no time but what its answer says: how fast this machine is, nobody asks.
beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await edge?.stop();
  edge = undefined;
});
afterAll(() => trial.remove());

/** Makes the stack's address that of an edge which answers so. */
async function serve(answers?: Answers, tls: TlsOptions = {}, redirect?: Parameters<typeof Edge.start>[2]) {
  edge = await Edge.start({ ...good, ...tls }, answers, redirect);
  reach(edge);
  return edge;
}
const reach = ({ httpPort, httpsPort }: { httpPort: number; httpsPort: number }) =>
  trial.configure((scale) => (scale.edge = { ...(scale.edge as object), httpPort, httpsPort }));

const probe = (...args: string[]): Promise<Result> => trial.invoke("probe", "--ca", caFile, ...args);

/** Numbers that differ from run to run, by what they are. */
const steady = (text: string) =>
  text
    .replace(/\d{4}-\d\d-\d\d/g, "DATE")
    .replace(/\b\d+ ms/g, "N ms")
    .replace(/:\d{4,5}\b/g, ":PORT");
const lines = ({ stdout }: Result) => steady(stdout).trimEnd().split("\n");
const seen = (result: Result, name: string) =>
  (JSON.parse(result.stdout) as ProbeReport).checks.find((check) => check.name === name);
const failing = (result: Result) =>
  (JSON.parse(result.stdout) as ProbeReport).checks
    .filter(({ verdict }) => verdict === "failing")
    .map(({ name, message }) => [name, steady(message)]);

const P95 = "api-latency-p95 asks for 95 % within N ms";
const P99 = "api-latency-p99 asks for 99 % within N ms";
const PACE = "half within N ms, 95 % within N ms, slowest N ms";

describe("a healthy environment", () => {
  it("is seen through TLS, redirect, health and reads, and ends with 0", async () => {
    const { asked } = await serve();
    const result = await probe();
    expect({ code: result.code, stderr: result.stderr, lines: lines(result) }).toEqual({
      code: 0,
      stderr: "",
      lines: [
        "trial: healthy at https://localhost:PORT (9 checks, 1 skipped)",
        "  tls        ok       TLSv1.3, certificate by Trial authority, ends DATE (90 days)",
        "  old tls    ok       versions before 1.2 are refused",
        "  redirect   ok       308 to https://localhost:PORT/",
        "  api live   ok       200 healthy in N ms",
        "  api ready  ok       200 healthy in N ms",
        `  api read   ok       20 of 20 answered 401; ${PACE}`,
        `  api pace   ok       20 of 20 within N ms; ${P95}`,
        `  api pace   skipped  ${P99}: to judge it takes 100 answers (--repeat)`,
        `  web read   ok       20 of 20 answered 200; ${PACE}`,
      ],
    });
    expect(asked).toEqual([
      "GET /health/live",
      "GET /health/ready",
      ...Array<string>(20).fill(`GET ${READ}`),
      ...Array<string>(20).fill("GET /"),
    ]);
  });

  it("is read with a token where one is given, and the token is told nowhere", async () => {
    await serve();
    vi.stubEnv("MAINSTAY_PROBE_TOKEN", TOKEN);
    const [report, history] = ["token.md", "token.jsonl"].map((name) => join(trial.directory, name));
    const result = await probe(
      "--json",
      "--repeat",
      "3",
      "--report",
      report ?? "",
      "--history",
      history ?? "",
    );
    expect(result.code).toBe(0);
    expect(steady(seen(result, "api read")?.message ?? "")).toBe(`3 of 3 answered 404; ${PACE}`);
    const told = [
      result.stdout,
      result.stderr,
      ...[report, history].map((file) => readFileSync(file ?? "", "utf8")),
    ];
    expect(told.join("\n")).not.toContain(TOKEN);
  });

  it("is read without a token that is over, which is a warning and tells nothing of the token", async () => {
    await serve();
    const over = token(1_700_000_000);
    vi.stubEnv("MAINSTAY_PROBE_TOKEN", over);
    const result = await probe("--json", "--repeat", "1");
    expect([result.code, seen(result, "api read")?.verdict, seen(result, "token")]).toEqual([
      0,
      "ok",
      {
        name: "token",
        verdict: "warning",
        message:
          "MAINSTAY_PROBE_TOKEN was good until 2023-11-14T22:13:20.000Z: read as a stranger does; a new one is wanted, or none",
      },
    ]);
    expect(result.stdout + result.stderr).not.toContain(over);
  });

  it("may be degraded: a warning, and no failure", async () => {
    await serve({ "/health/ready": answer(200, { status: "degraded" }) });
    const result = await probe("--json", "--repeat", "1");
    expect([result.code, seen(result, "api ready")?.verdict]).toEqual([0, "warning"]);
    expect(steady(seen(result, "api ready")?.message ?? "")).toBe("200 degraded in N ms");
  });
});

describe("a failing environment ends with 3 and says", () => {
  /** One in so many is answered otherwise. */
  const oneIn = (every: number, status: number): Answers => {
    let count = 0;
    return {
      "/": (_request, response) => void response.writeHead(++count % every === 0 ? status : 200).end(),
    };
  };
  /** Every tenth read takes longer than the objective allows. */
  const slow = (): Answers => {
    let count = 0;
    return {
      [READ]: (_request, response) => {
        if (++count % 10 === 0) vi.advanceTimersByTime(310);
        response.writeHead(401).end();
      },
    };
  };

  it.each<[string, () => Answers, readonly string[], readonly [string, string][]]>([
    [
      "that it is not live",
      () => ({ "/health/live": answer(503, { status: "unhealthy" }) }),
      ["1"],
      [["api live", "503 unhealthy in N ms; 200 healthy is wanted"]],
    ],
    [
      "that its health document is none, without repeating it",
      () => ({ "/health/ready": answer(200, { status: "secret=hunter2" }) }),
      ["1"],
      [["api ready", "200 without a health document in N ms; 200 healthy is wanted"]],
    ],
    [
      "that reads are answered with another status",
      () => ({ [READ]: answer(502, {}) }),
      ["2"],
      [["api read", "0 of 2 answered 401; 2 × answered 502"]],
    ],
    [
      "that more reads fail than the alert on errors allows",
      () => oneIn(10, 500),
      ["20"],
      [["web read", `18 of 20 answered 200; 2 × answered 500; ${PACE}`]],
    ],
    ["that it is slower than its objective", slow, ["20"], [["api pace", `18 of 20 within N ms; ${P95}`]]],
    [
      "that connections are broken off",
      () => ({ "/": (request) => request.socket.destroy() }),
      ["2"],
      [["web read", "0 of 2 answered 200; 2 × the connection was broken off"]],
    ],
  ])("%s", async (_name, answers, [repeat = ""], expected) => {
    await serve(answers());
    const result = await probe("--json", "--repeat", repeat);
    expect([result.code, failing(result)]).toEqual([3, expected]);
  });

  it("but not if a single read of twenty fails: that is a warning", async () => {
    await serve(oneIn(20, 500));
    const result = await probe("--json");
    expect([result.code, seen(result, "web read")?.verdict]).toEqual([0, "warning"]);
  });

  it.each<[string, (url: string) => RequestListener, string]>([
    [
      "that plain HTTP is answered",
      () => (_request, response) => void response.end("hello"),
      "http://localhost:PORT/ answers 200 and leads to nowhere; 301 or 308 to https://localhost:PORT/ is wanted",
    ],
    [
      "that the redirect leads elsewhere",
      () => (_request, response) => void response.writeHead(301, { location: "https://example.com/" }).end(),
      "http://localhost:PORT/ answers 301 and leads to https://example.com/; 301 or 308 to https://localhost:PORT/ is wanted",
    ],
    [
      "that the redirect is not for good",
      (url) => (_request, response) => void response.writeHead(302, { location: `${url}/` }).end(),
      "http://localhost:PORT/ answers 302 and leads to https://localhost:PORT/; 301 or 308 to https://localhost:PORT/ is wanted",
    ],
  ])("%s", async (_name, redirect, message) => {
    await serve({}, {}, redirect);
    const result = await probe("--json", "--repeat", "1");
    expect([result.code, failing(result)]).toEqual([3, [["redirect", message]]]);
  });

  it("that TLS 1.1 is still spoken", async () => {
    await serve({}, { minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" });
    const result = await probe("--json", "--repeat", "1");
    expect([result.code, failing(result)]).toEqual([
      3,
      [["old tls", "TLSv1.1 is still spoken; 1.2 has to be the oldest"]],
    ]);
  });

  it.each([
    ["ends in 20 days: a warning", 20, 0, "warning", "(20 days); at least 21 days are wanted"],
    ["ends in 6 days", 6, 3, "failing", "(6 days); at least 7 days are wanted"],
    ["ends in 21 days: all is well", 21, 0, "ok", "(21 days)"],
  ])("that the certificate %s", async (_name, days, code, verdict, end) => {
    await serve({}, await certificate(ca, days));
    const result = await probe("--json", "--repeat", "1");
    const message = `TLSv1.3, certificate by Trial authority, ends DATE ${end}`;
    const { verdict: found, message: said = "" } = seen(result, "tls") ?? ({} as Partial<Check>);
    expect([result.code, found, steady(said)]).toEqual([code, verdict, message]);
  });

  const OTHERS = ["api live", "api ready", "api read", "web read"];
  const skippedOf = (result: Result) =>
    (JSON.parse(result.stdout) as ProbeReport).checks
      .filter(({ verdict, message }) => verdict === "skipped" && message === "without TLS nothing is asked")
      .map(({ name }) => name);

  it.each<[string, () => Promise<Pem>, string]>([
    [
      "that the certificate has expired",
      () => certificate(ca, -3),
      "the certificate has expired: TLSv1.3, certificate by Trial authority, ended DATE (-3 days)",
    ],
    [
      "that the certificate is for another name",
      () => certificate(ca, 90, "example.com"),
      "the certificate is for another name: TLSv1.3, certificate by Trial authority, ends DATE (90 days)",
    ],
    [
      "that a stranger signed the certificate",
      async () => certificate(await authority("Stranger"), 90),
      "signed by an authority this machine does not trust; --ca FILE takes the environment's own: TLSv1.3, certificate by Stranger, ends DATE (90 days)",
    ],
  ])("%s, and asks no more", async (_name, made, message) => {
    const { asked } = await serve({}, await made());
    vi.stubEnv("MAINSTAY_PROBE_TOKEN", TOKEN);
    const result = await probe("--json");
    expect([result.code, failing(result), skippedOf(result), asked]).toEqual([
      3,
      [["tls", message]],
      OTHERS,
      [],
    ]);
  });

  it("that nothing listens", async () => {
    const { httpPort, httpsPort } = await serve();
    await edge?.stop();
    reach({ httpPort, httpsPort });
    const result = await probe("--json");
    const refused = "the connection was refused: nothing listens there";
    expect([result.code, failing(result), skippedOf(result)]).toEqual([
      3,
      [
        ["tls", refused],
        ["redirect", `http://localhost:PORT/: ${refused}`],
      ],
      OTHERS,
    ]);
  });

  it("that the port speaks something else", async () => {
    const server = createServer((socket) => void socket.end("220 mail.example.com\r\n"));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { httpPort } = await serve();
    reach({ httpPort, httpsPort: (server.address() as AddressInfo).port });
    const result = await probe("--json");
    server.close();
    expect(failing(result)[0]).toEqual([
      "tls",
      expect.stringMatching(/^TLS: no handshake \((ERR_SSL_|EPROTO)/),
    ]);
  });

  it("that the name has no address", async () => {
    trial.configure((scale) => (scale.domain = "nowhere.invalid"));
    const result = await probe("--json");
    trial.configure((scale) => (scale.domain = "localhost"));
    // Where there is no name server at all, nothing is known of the environment, and that is another exit code.
    expect(result.code === 1 ? result.stderr : failing(result)[0]).toEqual(
      result.code === 1
        ? "nothing is known of the environment: this machine cannot ask a name server\n"
        : ["tls", "DNS: the name has no address"],
    );
  });
});

describe("an environment that does not answer in time", () => {
  const target = ({ httpPort, httpsPort }: Edge): Target => ({
    stack: "trial",
    url: `https://localhost:${httpsPort}`,
    plainUrl: `http://localhost:${httpPort}`,
    health: [{ service: "api", live: "/health/live", ready: "/health/ready" }],
    reads: [{ service: "web", path: "/", status: 200, statusWithToken: 200, promises: [] }],
    requestsPerMinute: 120,
    bounds: { failedShare: 0.05, timeoutMs: 1000, certificateDaysLeft: { warning: 21, critical: 7 } },
  });
  const said = async (on: Edge) =>
    (await look(target(on), { ca: ca.cert, repeat: 2 })).checks
      .filter(({ verdict }) => verdict === "failing")
      .map(({ name, message }) => [name, message]);

  it("is said to be late, and how far it got", async () => {
    const on = await serve({
      "/health/ready": () => undefined,
      "/": (_request, response) => void response.writeHead(200).write("half of"),
    });
    expect(await said(on)).toEqual([
      ["api ready", "no answer within 1 s"],
      ["web read", "0 of 2 answered 200; 2 × no end of the answer within 1 s"],
    ]);
  });

  it("may not even shake hands", async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const on = await serve();
    on.httpsPort = (server.address() as AddressInfo).port;
    expect((await said(on))[0]).toEqual(["tls", "no TLS handshake within 1 s"]);
    server.close();
  });
});

/** A JSON web token that ends at a time, in seconds since 1970. */
const token = (exp: number) =>
  ["{}", JSON.stringify({ exp }), "sign"].map((part) => Buffer.from(part).toString("base64url")).join(".");

describe("what cannot be tried ends with 2", () => {
  it.each(["0", "60", "2.5", "many"])("reads %s times", async (repeat) => {
    expect(await probe("--repeat", repeat)).toEqual({
      code: 2,
      stdout: "",
      stderr: `--repeat ${repeat}: a whole number from 1 to 59 is wanted; the edge answers a client 120 times a minute\n`,
    });
  });

  it.each([
    ["is not there", "nothing.pem", undefined, "cannot be read (ENOENT)"],
    ["is none", "other.pem", "not PEM", "is no certificate"],
  ])("an authority that %s", async (_name, name, text, found) => {
    const file = join(trial.directory, name);
    if (text !== undefined) writeFileSync(file, text);
    expect(await trial.invoke("probe", "--ca", file)).toEqual({
      code: 2,
      stdout: "",
      stderr: `--ca ${file}: ${found}; a file with PEM certificates is wanted\n`,
    });
  });

  it("and the report says why, in the place of an older one", async () => {
    vi.stubEnv("MAINSTAY_PROBE_TOKEN", "to\nken");
    const [markdown, json] = ["why.md", "why.json"].map((name) => join(trial.directory, name));
    for (const file of [markdown ?? "", json ?? ""]) {
      writeFileSync(file, "older");
      expect((await probe("--report", file)).code).toBe(2);
    }
    const why = "MAINSTAY_PROBE_TOKEN: no token has blanks or line breaks";
    const { at, ...rest } = JSON.parse(readFileSync(json ?? "", "utf8")) as { at: string };
    expect([Date.parse(at) > 0, rest]).toEqual([true, { stack: "trial", notLooked: why }]);
    expect(readFileSync(markdown ?? "", "utf8").replace(/at \S+Z\./, "at TIME.")).toBe(
      [
        "# trial: not looked at",
        "Tried from outside at TIME. Whether its users are served, nobody knows.",
        `\`\`\`text\n${why}\n\`\`\``,
      ].join("\n\n") + "\n",
    );
  });

  it("a token with a line break", async () => {
    vi.stubEnv("MAINSTAY_PROBE_TOKEN", "to\nken");
    expect(await probe()).toEqual({
      code: 2,
      stdout: "",
      stderr: "MAINSTAY_PROBE_TOKEN: no token has blanks or line breaks\n",
    });
  });

  it("but a token the environment refuses is the environment's answer", async () => {
    await serve();
    vi.stubEnv("MAINSTAY_PROBE_TOKEN", token(4_000_000_000));
    const result = await probe("--json", "--repeat", "1");
    expect([result.code, failing(result)]).toEqual([
      3,
      [["api read", "0 of 1 answered 404; 1 × answered 401, the token is refused"]],
    ]);
  });
});

describe("what is remembered", () => {
  const file = (name: string) => join(trial.directory, "kept", name);
  const kept = (name: string) => readFileSync(file(name), "utf8").trimEnd().split("\n");
  const ago = (minutes: number, healthy: boolean, p95Ms: number, stack = "trial") =>
    JSON.stringify({
      at: new Date(Date.now() - minutes * 60_000).toISOString(),
      stack,
      healthy,
      failing: healthy ? [] : ["api ready"],
      p95Ms: { api: p95Ms },
      certificateDaysLeft: 90,
    });
  beforeAll(() => mkdirSync(join(trial.directory, "kept")));

  it("is a line a look, with figures and names only", async () => {
    await serve({ "/health/ready": answer(503, { status: "unhealthy" }) });
    for (let looks = 0; looks < 2; looks += 1) await probe("--repeat", "2", "--history", file("new.jsonl"));
    expect(kept("new.jsonl").map((line) => JSON.parse(line) as unknown)).toEqual(
      Array(2).fill({
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
        stack: "trial",
        healthy: false,
        failing: ["api ready"],
        p95Ms: { api: expect.any(Number) as number, web: expect.any(Number) as number },
        certificateDaysLeft: 90,
      }),
    );
  });

  it("is a month at most: the oldest goes", async () => {
    await serve();
    const old = Array.from({ length: MOST_LOOKS }, (_, index) => ago(MOST_LOOKS - index, true, index));
    writeFileSync(file("full.jsonl"), `${old.join("\n")}\n`);
    await probe("--repeat", "1", "--history", file("full.jsonl"));
    const lines = kept("full.jsonl");
    expect(lines.slice(0, -1)).toEqual(old.slice(1));
    expect(lines).toHaveLength(MOST_LOOKS);
  });

  it("stays what it is where it is damaged, and that is said", async () => {
    await serve();
    writeFileSync(file("cut.jsonl"), `${ago(10, true, 5)}\n{"at":"2026-0`);
    const { code, stderr } = await probe("--repeat", "1", "--history", file("cut.jsonl"));
    expect([code, stderr]).toEqual([0, `${file("cut.jsonl")}: 1 line cannot be read and is left out\n`]);
    expect(kept("cut.jsonl")[1]).toBe('{"at":"2026-0');
    expect(kept("cut.jsonl")).toHaveLength(3);
  });

  it("that cannot be kept ends with 1, after the result", async () => {
    await serve();
    const { code, stdout, stderr } = await probe("--repeat", "1", "--history", join(trial.directory, "kept"));
    expect([code, stderr]).toEqual([
      1,
      `${join(trial.directory, "kept")} cannot be written (EISDIR: illegal operation on a directory)\n`,
    ]);
    expect(stdout).toContain("trial: healthy");
  });

  it("is drawn in the report: shares of the day, week and month, and the day half hour by half hour", async () => {
    await serve();
    const looks = [
      ago(20 * 24 * 60, false, 10),
      ago(3 * 24 * 60, true, 10),
      ago(130, false, 80),
      ago(70, true, 40),
      ago(65, true, 20),
      ago(35, true, 1, "other"),
    ];
    writeFileSync(file("trend.jsonl"), `${looks.join("\n")}\n`);
    const report = file("report.md");
    await probe("--repeat", "1", "--history", file("trend.jsonl"), "--report", report);
    const text = readFileSync(report, "utf8");
    expect(steady(text).split("\n").slice(0, 6)).toEqual([
      "# trial: healthy at https://localhost:PORT (9 checks, 2 skipped)",
      "",
      expect.stringMatching(/^Looked at from outside at DATE/),
      "",
      "| check | verdict | seen |",
      "|---|---|---|",
    ]);
    const table = text.slice(text.indexOf("| last")).split("\n").slice(2, 5);
    expect(table).toEqual([
      "| 24 hours | 4 | 3 | 75 % |",
      "| 7 days | 5 | 4 | 80 % |",
      "| 30 days | 6 | 4 | 66.67 % |",
    ]);
    const drawn = /```text\nhealthy {2}(\S+)\napi {6}(\S+) {2}\d+ to 80 ms, mostly \d+\nweb {6}(\S+) /.exec(
      text,
    );
    const empty = "·".repeat(43);
    expect(drawn?.[1]).toBe(`${empty}✗·✓·✓`);
    expect(drawn?.[2]).toBe(`${empty}█·▄·▁`);
    expect(drawn?.[3]).toBe(`${"·".repeat(47)}▁`);
  });

  it("goes to a report as JSON, too", async () => {
    await serve();
    const { stdout } = await probe("--repeat", "1", "--json", "--report", file("report.json"));
    expect(readFileSync(file("report.json"), "utf8")).toBe(stdout);
  });
});
