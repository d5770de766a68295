import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
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
  [0, 0],
  [3, 0],
  [1, 1],
  [2, 2],
])(
  "look: exit code %i of the probe is handed on with its report, and fails without a verdict",
  (code, status) => {
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
    expect([runner.file("reports/exit-code"), runner.file("summary")]).toEqual([`${code}\n`, "report\n"]);
  },
);

it("look: a probe that ends before it can write is handed on as well", () => {
  runner.standIn("npm", "exit 1");
  const env = { STACK: "prod", REPORTS: "reports", HISTORY: "history", GITHUB_STEP_SUMMARY: "summary" };
  const ended = runner.run(script("probe.yml", "look", "Look"), { ...env, RUNNER_TEMP: runner.folder });
  expect([ended.status, ended.stderr, runner.file("reports/exit-code")]).toEqual([1, "", "1\n"]);
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

/** GitHub's issues, and what the step that tells makes of looks, one after the other. */
function telling() {
  // Titles of open issues are lines of a file; a number is that of its line.
  runner.put("open", "");
  runner.standIn(
    "gh",
    `case "$1 $2" in
      "issue list") grep -nxF -- "$TITLE" open | cut -d: -f1 ;;
      "issue create") echo "$4" >> open ;;
      "issue close") sed -i "$3s/.*/-/" open ;;
    esac`,
  );
  const open = () =>
    runner
      .file("open")
      .split("\n")
      .filter((title) => title !== "" && title !== "-");
  return (code?: number, report?: string) => {
    if (code !== undefined) runner.put("reports/probe-staging/exit-code", `${code}\n`);
    if (report !== undefined) runner.put("reports/probe-staging/report.md", report);
    const { status, stderr } = runner.run(script("probe.yml", "tell", "Issues"), {
      RUN_URL: "URL",
      STACKS: "staging",
    });
    expect([status, stderr]).toEqual([0, ""]);
    return [runner.file("told.txt"), open()];
  };
}

it("tells of a failure once, when its issue is made, and of its end", () => {
  const tell = telling();
  expect([tell(3, "report"), tell(3), tell(0), tell(0)]).toEqual([
    ["staging fails its probe: URL\n", ["staging fails its probe"]],
    ["", ["staging fails its probe"]],
    ["staging passes its probe again: URL\n", []],
    ["", []],
  ]);
});

it.each([
  ["cannot be tried, as with a token that is over", 2],
  ["comes to nothing", 1],
  ["has not begun, as where npm ci fails", undefined],
])("tells of a look that %s, once, and of its end", (_, code) => {
  const tell = telling();
  expect([tell(code), tell(code), tell(0)]).toEqual([
    ["staging cannot be probed: URL\n", ["staging cannot be probed"]],
    ["", ["staging cannot be probed"]],
    ["staging is probed again: URL\n", []],
  ]);
});

it("says why nobody could look where that is known, and where to look where it is not", () => {
  const tell = telling();
  tell();
  const unknown = runner.file("body.md");
  tell(2, "# staging: not looked at\n");
  expect([unknown, runner.file("body.md")]).toEqual([
    "The look ended without a report: the run's log says why.\n\n\nSeen by URL\n",
    "# staging: not looked at\n\n\nSeen by URL\n",
  ]);
});

it("leaves the issue of a failure open while nobody can look, and ends both with a healthy look", () => {
  const tell = telling();
  tell(3, "report");
  expect([tell(2), tell(3), tell(2), tell(0)]).toEqual([
    ["staging cannot be probed: URL\n", ["staging fails its probe", "staging cannot be probed"]],
    ["staging is probed again: URL\n", ["staging fails its probe"]],
    ["staging cannot be probed: URL\n", ["staging fails its probe", "staging cannot be probed"]],
    ["staging passes its probe again: URL\nstaging is probed again: URL\n", []],
  ]);
});

it("knows of every stack that is looked at, and hands on what was found however the look ended", () => {
  const { jobs } = parse(readFileSync(join(__dirname, "../../.github/workflows/probe.yml"), "utf8")) as {
    jobs: {
      look: { strategy: { matrix: { stack: string[] } }; steps: { uses?: string; if?: string }[] };
      tell: { if: string; env: { STACKS: string } };
    };
  };
  const { look, tell } = jobs;
  expect(tell.env.STACKS.split(" ")).toEqual(look.strategy.matrix.stack);
  const handed = look.steps.find(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
  expect([handed?.if, tell.if]).toEqual([
    "${{ !cancelled() }}",
    "${{ !cancelled() && needs.look.result != 'skipped' }}",
  ]);
});
