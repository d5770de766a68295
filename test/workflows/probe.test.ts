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

it.each([
  [
    "https://hooks.example.com/x",
    ['{"text":"staging fails its probe: URL"}', '{"text":"prod passes: \\"URL\\""}'],
  ],
  ["", []],
])("somebody is told at %j of what has begun and of what has ended", (webhook, messages) => {
  runner.put("told.txt", 'staging fails its probe: URL\nprod passes: "URL"\n');
  runner.put("calls", "");
  runner.standIn("curl", 'echo "$*" >> calls; cat >> addresses; cat message.json >> sent');
  const ended = runner.run(script("probe.yml", "tell", "Somebody to tell"), { WEBHOOK: webhook });
  expect([ended.status, ended.stderr]).toEqual([0, ""]);
  expect(runner.file("calls")).not.toContain("hooks.example.com");
  if (messages.length === 0) return expect(runner.file("calls")).toBe("");
  expect(runner.file("sent").trimEnd().split("\n")).toEqual(messages);
  expect(runner.file("addresses")).toBe(`url = "${webhook}"\n`.repeat(2));
});

it("tells of a failure once, when its issue is made", () => {
  const tell = (code: number, open: string) => {
    runner.put("reports/probe-staging/exit-code", `${code}\n`);
    runner.put("reports/probe-staging/report.md", "report\n");
    runner.standIn("gh", `case "$1 $2" in "issue list") echo "${open}" ;; esac`);
    runner.run(script("probe.yml", "tell", "Issues"), { RUN_URL: "URL" });
    return runner.file("told.txt");
  };
  expect([tell(3, ""), tell(3, "7"), tell(0, "7"), tell(0, "")]).toEqual([
    "staging fails its probe: URL\n",
    "",
    "staging passes its probe again: URL\n",
    "",
  ]);
});
