import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Runner, script } from "./support";

let runner: Runner;
beforeEach(() => void (runner = new Runner()));
afterEach(() => runner.remove());

it.each([
  [
    "a new failure opens one",
    3,
    "",
    ["issue create --title staging fails its probe --label probe --body-file body.md"],
  ],
  ["a lasting one is kept up to date", 3, "7", ["issue edit 7 --body-file body.md"]],
  ["the end of it closes it", 0, "7", ["issue close 7 --comment It is well again: https://run"]],
  ["health says nothing", 0, "", []],
])("issues: %s", (_name, code, open, expected) => {
  runner.standIn("gh", 'echo "$@" >> calls; if [[ $2 == list ]]; then echo "$OPEN"; fi');
  runner.put("reports/probe-staging/exit-code", `${code}\n`);
  runner.put("reports/probe-staging/report.md", "# staging: seen\n");
  const { status, stderr } = runner.run(script("probe.yml", "tell", "Issues"), {
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
  expect(runner.run(script("probe.yml", "tell", "Issues"), { RUN_URL: "https://run" }).status).toBe(0);
  expect(() => runner.file("calls")).toThrow("ENOENT");
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
