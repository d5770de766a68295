import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { ObservationCost } from "./observe";
import type { BenchResult } from "./policies";

/**
 * The figures of performance, as ratios within one run: absolute times say more about the machine than about
 * the program. Each is the time of a whole process. All are taken in turn, several times over, and the median
 * is told: what else the machine does meets them all. Exits with 1 where a goal is missed.
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

interface Measured {
  readonly what: string;
  /** Arguments of Node. */
  readonly args: readonly string[];
  /** What the time is compared with. */
  readonly to?: string;
  /** At most so many times that. To import the SDKs takes half a second where nothing else runs. */
  readonly goal?: number;
  /** Without what was kept of compiled files. */
  readonly cold?: boolean;
}

const MEASURED: readonly Measured[] = [
  {
    what: SDKS,
    args: ["-e", `for (const sdk of ["pulumi", "docker", "aws", "random", "tls"]) require("@pulumi/" + sdk)`],
  },
  { what: "check for the first time", args: command("check"), to: SDKS, cold: true },
  { what: "check of all stacks", args: command("check"), to: SDKS, goal: 3 },
  ...["local", "staging", "prod"].map((stack) => ({
    what: `graph ${stack}`,
    args: command("graph", stack),
    to: SDKS,
    goal: 4,
  })),
  { what: "help", args: command("--help"), to: SDKS },
  { what: "start of the pack", args: ["-e", START_OF_PACK], to: SDKS, goal: 2.5 },
  { what: FEW, args: volumes(1000) },
  { what: "4,000 resources", args: volumes(4000), to: FEW },
];

/** Seconds a process of Node takes. */
function seconds({ args, cold }: Measured): number {
  if (cold) rmSync(join(ROOT, "node_modules/.cache/mainstay"), { recursive: true, force: true });
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
  () => new Map(MEASURED.map((measured) => [measured.what, seconds(measured)])),
);
const timeOf = (what: string, of: ReadonlyMap<string, number>) => of.get(what) ?? Number.NaN;
const typical = (what: string) => median(rounds.map((round) => timeOf(what, round)));

let missed = 0;

/** A line: what, how long, in proportion to what, and whether that is the goal. */
function tell(what: string, amount: string, comparison = "", share?: number, goal?: number): void {
  const met = share === undefined || goal === undefined || share <= goal;
  if (!met) missed += 1;
  const verdict = goal === undefined ? "" : `goal: at most ${goal} ×, ${met ? "met" : "MISSED"}`;
  console.log(`${what.padEnd(24)} ${amount.padStart(9)}   ${comparison.padEnd(31)} ${verdict}`.trimEnd());
}

for (const { what, to, goal } of MEASURED) {
  const ratio = to && median(rounds.map((round) => timeOf(what, round) / timeOf(to, round)));
  const comparison = ratio ? `${ratio.toFixed(2)} × ${to}` : "";
  tell(what, `${typical(what).toFixed(2)} s`, comparison, ratio || undefined, goal);
}

/** What another program of this folder has measured. */
function measured(file: string): unknown {
  const args = [...TYPESCRIPT, join(__dirname, file)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

// A quarter of the resources takes a quarter of the time; what is more is for memory, which is used unevenly.
const LINEAR = 1.25;
const verdicts = measured("policies.ts") as BenchResult[];
const [fewest] = verdicts;
for (const { resources, milliseconds } of verdicts) {
  const share = milliseconds / 1000 / typical(SDKS);
  const most = resources === 10_000 ? 4 : undefined;
  tell(
    `${resources} judged`,
    `${(milliseconds / 1000).toFixed(2)} s`,
    `${share.toFixed(2)} × ${SDKS}`,
    share,
    most,
  );
  if (!fewest || resources === fewest.resources) continue;
  const times = milliseconds / fewest.milliseconds;
  const linear = (LINEAR * resources) / fewest.resources;
  tell("", "", `${times.toFixed(2)} × ${fewest.resources} judged`, times, linear);
}

const { metricsUs, allUs, requestUs } = measured("observe.ts") as ObservationCost;
/** What metrics may cost: a tenth of a millisecond, or a hundredth of the request where that is more. */
const mostUs = Math.max(100, requestUs / 100);
const ofRequest = (us: number) => `${((100 * us) / requestUs).toFixed(2)} % of a 5 ms request`;
tell("metrics of a request", `${metricsUs.toFixed(1)} µs`, ofRequest(metricsUs));
tell("", "", `${(metricsUs / mostUs).toFixed(2)} × ${mostUs.toFixed(0)} µs`, metricsUs / mostUs, 1);
tell("its log, span and id", `${(allUs - metricsUs).toFixed(1)} µs`, ofRequest(allUs - metricsUs));

process.exitCode = missed === 0 ? 0 : 1;
