/** The reports for machines, held against the formats' own schemas and what their readers take. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import type { Log, Result } from "sarif";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { toJunit } from "../../policies/reports/junit";
import type { Report } from "../../policies/reports/report";
import { toSarif } from "../../policies/reports/sarif";
import { RULES } from "../../policies/rules";
import { invoke } from "../operations/support";
import { CODE_SCANNING } from "./support/code-scanning";
import { clean, report } from "./support/report";
import { ROOT } from "./support/stacks";

const schema = (file: string) => readFileSync(join(__dirname, "schemas", file), "utf8");

const ajv = new Ajv({ allErrors: true, strict: false });
addFormats(ajv);
const standard = ajv.compile(JSON.parse(schema("sarif-2.1.0.json")) as object);
const codeScanning = ajv.compile(CODE_SCANNING);

/** Where a log does not follow a schema. */
function faults(validate: ValidateFunction, log: unknown): string[] {
  validate(log);
  return (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
}

const JUNIT = schema("junit-10.xsd");

/** Where a report is not as Jenkins reads it. */
async function junitFaults(xml: string): Promise<string[]> {
  const { errors } = await validateXML({ xml: [{ fileName: "report.xml", contents: xml }], schema: [JUNIT] });
  return errors.map(({ message }) => message);
}

/** Of every kind a waiver can be wrong in, one. */
const KINDS = ["expired", "malformed", "unused", "too-broad", "too-long"];
const [prod] = report.stacks;
const [first] = prod?.violations ?? [];
if (!prod || !first) throw new Error("the report has no violation");
const faulty: Report = {
  ...report,
  stacks: [{ ...prod, violations: KINDS.map((kind) => ({ ...first, policy: `waiver-${kind}` })) }],
};
const many: Report = {
  ...clean,
  stacks: [
    {
      ...prod,
      violations: [
        ...Array.from({ length: 25_000 }, (_, index) => ({
          ...first,
          severity: "low" as const,
          urn: `${first.urn}-${index}`,
        })),
        { ...first, severity: "critical" as const },
      ],
    },
  ],
};

/** What `check` writes of the stacks as they are committed. */
const folder = mkdtempSync(join(tmpdir(), "mainstay-formats-"));
const [sarif, junit] = [join(folder, "check.sarif"), join(folder, "check.xml")];
const REPORTS: readonly [string, () => { log: Log; xml: string }][] = [
  ["a report with one of everything", () => written(report)],
  ["a report with nothing in it", () => written(clean)],
  ["waivers that do not hold", () => written(faulty)],
  ["more than code scanning takes", () => written(many)],
  [
    "the stacks as they are committed",
    () => ({ log: JSON.parse(readFileSync(sarif, "utf8")) as Log, xml: readFileSync(junit, "utf8") }),
  ],
];
/** As a file, where what is undefined is not there. */
const written = (of: Report) => ({
  log: JSON.parse(JSON.stringify(toSarif(of, RULES))) as Log,
  xml: toJunit(of, RULES),
});

beforeAll(async () => {
  await invoke("check", "--sarif", sarif, "--junit", junit);
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const resultsOf = ({ runs: [run] }: Log): readonly Result[] => run?.results ?? [];

describe.each(REPORTS)("%s", (_name, read) => {
  it("is valid SARIF 2.1.0", () => {
    expect(faults(standard, read().log)).toEqual([]);
  });

  it("has what code scanning requires, within its limits", () => {
    expect(faults(codeScanning, read().log)).toEqual([]);
  });

  it("names rules that it describes, each described once", () => {
    const { log } = read();
    const described = log.runs[0]?.tool.driver.rules?.map(({ id }) => id) ?? [];
    expect(new Set(described).size).toBe(described.length);
    const named = resultsOf(log).map(({ ruleId }) => ruleId);
    expect(named.filter((id = "") => !described.includes(id))).toEqual([]);
  });

  it("points to files of the project", () => {
    const files = resultsOf(read().log).flatMap(({ locations = [] }) =>
      locations.map(({ physicalLocation }) => physicalLocation?.artifactLocation?.uri ?? ""),
    );
    expect([...new Set(files)].filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it("is JUnit as Jenkins reads it", async () => {
    expect(await junitFaults(read().xml)).toEqual([]);
  });
});

it("of more than code scanning takes, the most severe stay, and that others are left out is told", () => {
  const [run] = toSarif(many, RULES).runs;
  expect(run?.results).toHaveLength(25_000);
  expect(run?.results?.[0]).toMatchObject({ ruleId: first.policy, level: "error" });
  expect(run?.invocations?.[0]?.toolExecutionNotifications?.at(-1)).toEqual({
    level: "note",
    message: { text: "2 results are left out" },
  });
});

it("XML is well-formed whatever a name or a reason holds", async () => {
  const name = 'urn:pulumi:prod::p::t::\u0000\u001b[31m<b> & "\ud800 \u{1f600}';
  const xml = toJunit({ ...clean, stacks: [{ ...prod, violations: [{ ...first, urn: name }] }] }, RULES);
  expect(await junitFaults(xml)).toEqual([]);
  expect(xml).toContain("\ufffd\ufffd[31m&lt;b&gt; &amp; &quot;\ufffd \u{1f600}");
});

describe("the schemas", () => {
  it("notice what is wrong", async () => {
    const { log, xml } = written(report);
    const broken = JSON.parse(JSON.stringify(log).replace('"level":"error"', '"level":"fatal"')) as Log;
    expect(faults(standard, broken)).toEqual([
      "/runs/0/tool/driver/rules/0/defaultConfiguration/level must be equal to one of the allowed values",
    ]);
    const [run] = log.runs;
    const [result] = resultsOf(log);
    const bare = { ...log, runs: [{ ...run, results: [{ ...result, partialFingerprints: {} }] }] };
    expect(faults(standard, bare)).toEqual([]);
    expect(faults(codeScanning, bare)).toEqual([
      "/runs/0/results/0/partialFingerprints must have required property 'primaryLocationLineHash'",
    ]);
    expect(await junitFaults(xml.replace(' errors="0"', ""))).toHaveLength(1);
  });
});
