import { afterEach, beforeEach, expect, it } from "vitest";
import { keepsAnIssue, Runner, script } from "./support";

let runner: Runner;
beforeEach(() => void (runner = new Runner()));
afterEach(() => runner.remove());

keepsAnIssue(() => runner, {
  workflow: "drift.yml",
  title: "Drift in staging",
  ended: "The drift is gone",
});

it("issues: where no look was made there is nothing to tell", () => {
  runner.standIn("gh", 'echo "$@" >> calls');
  expect(runner.run(script("drift.yml", "tell", "Issues"), { RUN_URL: "URL" }).status).toBe(0);
  expect(() => runner.file("calls")).toThrow("ENOENT");
});

it.each([
  [0, 0, "0\n"],
  [3, 0, "3\n"],
  [1, 1, undefined],
  [2, 2, undefined],
])("look: exit code %i of drift is handed on, if it is a verdict", (code, status, told) => {
  runner.standIn("npm", `echo "$@" > calls; echo "# seen" > reports/report.md; echo {}; exit ${code}`);
  const env = { STACK: "prod", REPORTS: "reports", GITHUB_STEP_SUMMARY: "summary" };
  const ended = runner.run(script("drift.yml", "look", "Look"), env);
  expect([ended.status, ended.stderr]).toEqual([status, ""]);
  expect(runner.file("calls")).toBe("run --silent drift -- prod --json --report reports/report.md\n");
  expect(runner.file("reports/report.json")).toBe("{}\n");
  if (told === undefined) {
    expect(() => runner.file("reports/exit-code")).toThrow("ENOENT");
    expect(() => runner.file("summary")).toThrow("ENOENT");
  } else {
    expect(runner.file("reports/exit-code")).toBe(told);
    expect(runner.file("summary")).toBe("# seen\n");
  }
});
