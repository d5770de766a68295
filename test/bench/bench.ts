import { spawnSync } from "node:child_process";
import { join } from "node:path";

/**
 * The figures of performance, as ratios within one run: absolute times say more about the machine than about
 * the program. Each is the median of several whole processes.
 */
const ROOT = join(__dirname, "../..");
const RUNS = 5;

/** Seconds a piece of TypeScript takes as a process of its own. */
function seconds(code: string): number {
  const times = Array.from({ length: RUNS }, () => {
    const begun = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", "-e", code], {
      cwd: ROOT,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
    return (performance.now() - begun) / 1000;
  });
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
}

const declareStacks = (stacks: readonly string[]) => `
  const { declare } = require("./graph");
  const { readStackFiles } = require("./environment/stack-files");
  const program = require("./index");
  (async () => {
    for (const stack of ${JSON.stringify(stacks)}) await declare(program, readStackFiles(".", stack));
  })();`;

const synthetic = (count: number) => `
  const { declare } = require("./graph");
  const docker = require("@pulumi/docker");
  const program = () => {
    for (let i = 0; i < ${count}; i++) new docker.Volume("volume-" + i, { name: "volume-" + i, labels: [{ label: "i", value: String(i) }] });
  };
  declare(program, { project: "bench", stack: "bench" });`;

const node = seconds("0");
const sdk = seconds(
  `require("@pulumi/pulumi"); require("@pulumi/docker"); require("@pulumi/aws"); require("@pulumi/random"); require("@pulumi/tls");`,
);
const one = seconds(declareStacks(["local"]));
const three = seconds(declareStacks(["local", "staging", "prod"]));
const [few, many] = [seconds(synthetic(1000)), seconds(synthetic(4000))];

const rows: [string, number, string][] = [
  ["start of Node with tsx", node, ""],
  ["importing the SDKs", sdk, "1.0 × itself"],
  ["graph of local", one, `${(one / sdk).toFixed(2)} × importing the SDKs`],
  ["graphs of all three stacks", three, `${(three / sdk).toFixed(2)} × importing the SDKs`],
  ["1,000 resources", few, ""],
  [
    "4,000 resources",
    many,
    `${((many - sdk) / (few - sdk)).toFixed(2)} × 1,000 resources, imports apart (linear: 4)`,
  ],
];
for (const [what, time, ratio] of rows)
  console.log(`${what.padEnd(28)} ${time.toFixed(2).padStart(6)} s   ${ratio}`);
