import { afterEach, beforeEach, expect, it } from "vitest";
import { Runner, script } from "./support";

let runner: Runner;
beforeEach(() => void (runner = new Runner()));
afterEach(() => runner.remove());

it.each([
  [
    "a first drift opens one",
    3,
    "",
    ["issue create --title Drift in staging --label drift --body-file body.md"],
  ],
  ["a lasting one is kept up to date", 3, "7", ["issue edit 7 --body-file body.md"]],
  ["the end of it closes it", 0, "7", ["issue close 7 --comment The drift is gone: https://run"]],
  ["no drift says nothing", 0, "", []],
])("issues: %s", (_name, code, open, expected) => {
  runner.standIn("gh", 'echo "$@" >> calls; if [[ $2 == list ]]; then echo "$OPEN"; fi');
  runner.put("reports/drift-staging/exit-code", `${code}\n`);
  runner.put("reports/drift-staging/report.md", "# staging: seen\n");
  const { status, stderr } = runner.run(script("drift.yml", "tell", "Issues"), {
    OPEN: open,
    RUN_URL: "https://run",
  });
  const calls = runner.file("calls").trim().split("\n");
  expect([status, stderr]).toEqual([0, ""]);
  expect(calls.filter((call) => /^issue (create|edit|close)/.test(call))).toEqual(expected);
  expect(runner.file("body.md")).toBe("# staging: seen\n\n\nSeen by https://run\n");
});

it("issues: where no look was made there is nothing to tell", () => {
  runner.standIn("gh", 'echo "$@" >> calls');
  expect(runner.run(script("drift.yml", "tell", "Issues"), { RUN_URL: "https://run" }).status).toBe(0);
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
