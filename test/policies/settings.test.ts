import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatProblems } from "../../environment/problems";
import { RULES } from "../../policies/rules";
import { readSettings } from "../../policies/settings";

let pack: string;
beforeEach(() => {
  pack = mkdtempSync(join(tmpdir(), "pack-"));
  write("enforcement.json", '{ "levels": { "rds-cmk": "mandatory" } }');
  write("waivers.json", "[]");
});
afterEach(() => rmSync(pack, { recursive: true }));

const write = (file: string, text: string) => writeFileSync(join(pack, file), text);
const problems = () => formatProblems(readSettings(pack, RULES).problems).split("\n").slice(1);

describe("the settings of a pack", () => {
  it("are read, and leave production as it is unless they say so", () => {
    expect(readSettings(pack, RULES)).toEqual({
      levels: { "rds-cmk": "mandatory" },
      remediateProduction: false,
      waivers: [],
      problems: [],
    });
  });

  it("name the file that is not there", () => {
    rmSync(join(pack, "waivers.json"));
    expect(problems()).toEqual([
      "  policies/waivers.json: (file): found no such file; allowed: a file with JSON in it",
    ]);
  });

  it.each([
    ["[\n  {\n  ]", 3],
    ['[\n  { "rule": "x"', 2],
    ["", 1],
  ])("name the line where %j is not JSON", (text, line) => {
    write("waivers.json", text);
    expect(problems()).toEqual([
      `  policies/waivers.json: line ${line}: found something that is not JSON; allowed: JSON`,
    ]);
  });

  it("name every rule that does not exist, and every level", () => {
    write("enforcement.json", '{ "levels": { "rds-encryptd": "advisory", "rds-bakup": "mandatory" } }');
    expect(problems()).toEqual([
      "  policies/enforcement.json: enforcement.levels: found there is no rule rds-encryptd; allowed: a name of policies/rules.md",
      "  policies/enforcement.json: enforcement.levels: found there is no rule rds-bakup; allowed: a name of policies/rules.md",
    ]);
    write("enforcement.json", '{ "levels": { "rds-cmk": "off", "rds-bakup": "advisory" }, "strict": true }');
    expect(problems()).toEqual([
      '  policies/enforcement.json: enforcement.levels.rds-cmk: found "off"; allowed: one of "mandatory", "advisory", "disabled"',
      "  policies/enforcement.json: enforcement.strict: found a key that does not exist here; allowed: one of levels, remediateProduction",
      "  policies/enforcement.json: enforcement.levels: found there is no rule rds-bakup; allowed: a name of policies/rules.md",
    ]);
  });
});
