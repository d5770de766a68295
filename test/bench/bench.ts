import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { ObservationCost } from "./observe";
import type { BenchResult } from "./policies";

/**
 * The figures of performance, as ratios within one run: absolute times say more about the machine than about
 * the program. Each is the time of a whole process. All are taken in turn, several times over, and the median
 * is told: what else the machine does meets them all.
 */
const ROOT = join(__dirname, "../..");
const ROUNDS = 5;

const TYPESCRIPT = ["--require", "./transpile.js"];
const command = (...args: string[]) => [...TYPESCRIPT, "operations/cli.ts", ...args];

const volumes = (count: number) => [
  ...TYPESCRIPT,
  "-e",
  `const { declare } = require("./graph");
  const { Volume } = require("@pulumi/docker");
  const program = () => {
    for (let i = 0; i < ${count}; i++) new Volume("volume-" + i, { name: "volume-" + i, labels: [{ label: "i", value: String(i) }] });
  };
  declare(program, { project: "bench", stack: "bench" });`,
];

/** Until it tells the engine where it listens. */
const START_OF_PACK = `
  const runner = "../node_modules/@pulumi/pulumi/cmd/run-policy-pack";
  const pack = require("node:child_process").spawn(process.execPath, [runner, "127.0.0.1:0", "."], { cwd: "policies" });
  pack.stdout.once("data", () => pack.kill());`;

const SDKS = "importing the SDKs";
const FEW = "1,000 resources";

/** What is measured: arguments of Node, and what the time is compared with. */
const MEASURED: readonly { what: string; args: readonly string[]; to?: string }[] = [
  {
    what: SDKS,
    args: ["-e", `for (const sdk of ["pulumi", "docker", "aws", "random", "tls"]) require("@pulumi/" + sdk)`],
  },
  { what: "help", args: command("--help"), to: SDKS },
  ...["local", "staging", "prod"].map((stack) => ({
    what: `graph ${stack}`,
    args: command("graph", stack),
    to: SDKS,
  })),
  { what: "check of all stacks", args: command("check"), to: SDKS },
  { what: "start of the pack", args: ["-e", START_OF_PACK], to: SDKS },
  { what: FEW, args: volumes(1000) },
  { what: "4,000 resources", args: volumes(4000), to: FEW },
];

/** Seconds a process of Node takes. */
function seconds(args: readonly string[]): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - begun) / 1000;
}

const median = (times: readonly number[]) =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

const rounds = Array.from(
  { length: ROUNDS },
  () => new Map(MEASURED.map(({ what, args }) => [what, seconds(args)])),
);
const timeOf = (what: string, of: ReadonlyMap<string, number>) => of.get(what) ?? Number.NaN;

for (const { what, to } of MEASURED) {
  const time = median(rounds.map((round) => timeOf(what, round)));
  const ratio = to && median(rounds.map((round) => timeOf(what, round) / timeOf(to, round)));
  console.log(
    `${what.padEnd(20)} ${time.toFixed(2).padStart(6)} s${ratio ? `   ${ratio.toFixed(2)} × ${to}` : ""}`,
  );
}

/** What another program of this folder has measured. */
function measured(file: string): unknown {
  const args = [...TYPESCRIPT, join(__dirname, file)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const verdicts = measured("policies.ts") as BenchResult[];
for (const { resources, milliseconds } of verdicts) {
  const each = (1000 * milliseconds) / resources;
  console.log(
    `${`${resources} judged`.padEnd(20)} ${(milliseconds / 1000).toFixed(2).padStart(6)} s   ${each.toFixed(0)} µs a resource`,
  );
}

const observing = measured("observe.ts") as ObservationCost;
const { metricsUs, allUs, requestUs } = observing;
for (const [what, microseconds] of [
  ["metrics of a request", metricsUs],
  ["its log, span and id", allUs - metricsUs],
] as const) {
  const share = (100 * microseconds) / requestUs;
  console.log(
    `${what.padEnd(20)} ${microseconds.toFixed(1).padStart(6)} µs  ${share.toFixed(2)} % of a 5 ms request`,
  );
}
