import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { keepsAnIssue, Runner, script } from "./support";

let runner: Runner;
beforeEach(() => void (runner = new Runner()));
afterEach(() => runner.remove());

keepsAnIssue(() => runner, {
  workflow: "probe.yml",
  title: "staging fails its probe",
  ended: "It is well again",
});

it.each([
  [0, 0, "0\n"],
  [3, 0, "3\n"],
  [1, 1, undefined],
  [2, 2, undefined],
])("look: exit code %i of the probe is handed on, if it is a verdict", (code, status, told) => {
  runner.standIn("npm", `echo "$@" > calls; echo report > reports/report.md; exit ${code}`);
  const env = {
    STACK: "prod",
    REPORTS: "reports",
    HISTORY: "history",
    GITHUB_STEP_SUMMARY: "summary",
    RUNNER_TEMP: runner.folder,
    AUTHORITY: "PEM",
  };
  const ended = runner.run(script("probe.yml", "look", "Look"), env);
  expect([ended.status, ended.stderr]).toEqual([status, ""]);
  expect(runner.file("calls")).toBe(
    `run --silent mainstay -- probe prod --ca ${join(runner.folder, "authority.pem")} --history history/looks.jsonl --report reports/report.md\n`,
  );
  expect(runner.file("authority.pem")).toBe("PEM\n");
  if (told === undefined) expect(() => runner.file("reports/exit-code")).toThrow("ENOENT");
  else expect(runner.file("reports/exit-code")).toBe(told);
});
