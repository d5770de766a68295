import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly name?: string; readonly run?: string }[] }>
  >;
}

const WORKFLOW = parse(
  readFileSync(join(__dirname, "../../.github/workflows/probe.yml"), "utf8"),
) as Workflow;
const script = (job: string, name: string) =>
  WORKFLOW.jobs[job]?.steps.find((step) => step.name === name)?.run ?? "";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "mainstay-workflow-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const standIn = (name: string, text: string) => {
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "bin", name), `#!/bin/bash\n${text}\n`);
  chmodSync(join(folder, "bin", name), 0o755);
};
const file = (name: string) => readFileSync(join(folder, name), "utf8");

/** Runs a step as GitHub does. */
const run = (text: string, env: Record<string, string>) =>
  spawnSync("bash", ["--noprofile", "--norc", "-e", "-c", text], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: `${join(folder, "bin")}:${process.env.PATH}`, ...env },
  });

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
  standIn("gh", 'echo "$@" >> calls; if [[ $2 == list ]]; then echo "$OPEN"; fi');
  mkdirSync(join(folder, "reports/probe-staging"), { recursive: true });
  writeFileSync(join(folder, "reports/probe-staging/exit-code"), `${code}\n`);
  writeFileSync(join(folder, "reports/probe-staging/report.md"), "# staging: seen\n");
  const { status, stderr } = run(script("tell", "Issues"), { OPEN: open, RUN_URL: "https://run" });
  const calls = file("calls").trim().split("\n");
  expect([status, stderr]).toEqual([0, ""]);
  expect(calls.filter((call) => /^issue (create|edit|close)/.test(call))).toEqual(expected);
  expect(file("body.md")).toBe("# staging: seen\n\n\nSeen by https://run\n");
});

it("issues: where no look was made there is nothing to tell", () => {
  standIn("gh", 'echo "$@" >> calls');
  expect(run(script("tell", "Issues"), { RUN_URL: "https://run" }).status).toBe(0);
  expect(() => file("calls")).toThrow("ENOENT");
});

it.each([
  [0, 0, "0\n"],
  [3, 0, "3\n"],
  [1, 1, undefined],
  [2, 2, undefined],
])("look: exit code %i of the probe is handed on, if it is a verdict", (code, status, told) => {
  standIn("npm", `echo "$@" > calls; echo report > reports/report.md; exit ${code}`);
  const env = {
    STACK: "prod",
    REPORTS: "reports",
    HISTORY: "history",
    GITHUB_STEP_SUMMARY: "summary",
    RUNNER_TEMP: folder,
    AUTHORITY: "PEM",
  };
  const ended = run(script("look", "Look"), env);
  expect([ended.status, ended.stderr]).toEqual([status, ""]);
  expect(file("calls")).toBe(
    `run --silent mainstay -- probe prod --ca ${join(folder, "authority.pem")} --history history/looks.jsonl --report reports/report.md\n`,
  );
  expect(file("authority.pem")).toBe("PEM\n");
  if (told === undefined) expect(() => file("reports/exit-code")).toThrow("ENOENT");
  else expect(file("reports/exit-code")).toBe(told);
});
