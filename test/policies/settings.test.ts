import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatProblems } from "../../environment/problems";
import { RULES } from "../../policies/rules";
import { readSettings, reasonsOf } from "../../policies/settings";
import { TODAY } from "./support/graphs";

let pack: string;
beforeEach(() => {
  pack = mkdtempSync(join(tmpdir(), "pack-"));
  write("enforcement.json", '{ "levels": { "rds-cmk": "mandatory" } }');
  write("waivers.json", "[]");
});
afterEach(() => rmSync(pack, { recursive: true }));

const write = (file: string, text: string) => writeFileSync(join(pack, file), text);
const problems = () =>
  formatProblems(readSettings(pack, RULES, TODAY).problems)
    .split("\n")
    .slice(1);

describe("the settings of a pack", () => {
  it("are read, and leave production as it is unless they say so", () => {
    expect(readSettings(pack, RULES, TODAY)).toEqual({
      levels: { "rds-cmk": "mandatory" },
      eased: [],
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
    write("enforcement.json", '{ "levels": { "rds-encryptd": "mandatory", "rds-bakup": "mandatory" } }');
    expect(problems()).toEqual([
      "  policies/enforcement.json: enforcement.levels: found there is no rule rds-encryptd; allowed: a name of policies/rules.md",
      "  policies/enforcement.json: enforcement.levels: found there is no rule rds-bakup; allowed: a name of policies/rules.md",
    ]);
    write("enforcement.json", '{ "levels": { "rds-cmk": "off", "rds-bakup": "advisory" }, "strict": true }');
    expect(problems()).toEqual([
      '  policies/enforcement.json: enforcement.levels.rds-cmk: found "off"; allowed: one of "mandatory", "advisory", "disabled"',
      "  policies/enforcement.json: enforcement.strict: found a key that does not exist here; allowed: one of levels, eased, remediateProduction",
      "  policies/enforcement.json: enforcement.levels: found there is no rule rds-bakup; allowed: a name of policies/rules.md",
    ]);
  });

  describe("ease a rule", () => {
    const easing = {
      rule: "s3-pab",
      level: "disabled",
      reason: "the public site moves to its own account in June",
      owner: "platform team",
      granted: "2026-05-20",
      until: "2026-06-10",
    };
    const ease = (...changes: object[]) =>
      write("enforcement.json", JSON.stringify({ eased: changes.map((one) => ({ ...easing, ...one })) }));

    it("for a time, by somebody, for a reason, which every report tells", () => {
      ease({});
      const settings = readSettings(pack, RULES, TODAY);
      expect([settings.levels, settings.problems]).toEqual([{ "s3-pab": "disabled" }, []]);
      expect(reasonsOf(settings)).toEqual(
        new Map([
          ["s3-pab", "the public site moves to its own account in June (platform team, until 2026-06-10)"],
        ]),
      );
    });

    it("only so, and not by a level", () => {
      write("enforcement.json", '{ "levels": { "s3-pab": "advisory" } }');
      expect(problems()).toEqual([
        "  policies/enforcement.json: enforcement.levels.s3-pab: found advisory; allowed: an entry of eased, with its reason",
      ]);
    });

    it.each([
      [{ rule: "s3-pba" }, "found there is no rule s3-pba; allowed: a name of policies/rules.md"],
      [
        { level: "mandatory" },
        "found s3-pab mandatory, which is no less strict than its own level; allowed: levels says what is stricter",
      ],
      [{ until: "2026-05-31" }, "found s3-pab, ended on 2026-05-31; allowed: a term that holds, or no entry"],
      [
        { until: "2027-01-01" },
        "found s3-pab, holds for 226 days; allowed for critical is 30 or less; allowed: a term that holds, or no entry",
      ],
      [
        { granted: "2026-06-02" },
        "found s3-pab, is granted on 2026-06-02, which is yet to come; allowed: a term that holds, or no entry",
      ],
    ])("not with %j", (change, said) => {
      ease(change);
      expect(problems()).toEqual([`  policies/enforcement.json: enforcement.eased[0]: ${said}`]);
    });

    it("not without a reason, nor without an owner", () => {
      ease({ reason: undefined }, { owner: " " });
      expect(problems()).toEqual([
        "  policies/enforcement.json: enforcement.eased[0].reason: found nothing; allowed: a reason of 20 characters or more, in words",
        '  policies/enforcement.json: enforcement.eased[1].owner: found " "; allowed: at least 3 characters',
      ]);
    });
  });
});
