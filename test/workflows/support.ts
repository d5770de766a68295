import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly name?: string; readonly run?: string }[] }>
  >;
}

/** The script of a workflow's step, as GitHub would run it. */
export function script(workflow: string, job: string, step: string): string {
  const text = readFileSync(join(__dirname, "../../.github/workflows", workflow), "utf8");
  const found = (parse(text) as Workflow).jobs[job]?.steps.find(({ name }) => name === step)?.run;
  if (found === undefined) throw new Error(`${workflow} has no script of ${job}, ${step}`);
  return found;
}

/** A folder scripts run in, with programs that stand in for those they call. */
export class Runner {
  readonly folder = mkdtempSync(join(tmpdir(), "mainstay-workflow-"));

  standIn(name: string, text: string): void {
    this.put(join("bin", name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(this.folder, "bin", name), 0o755);
  }

  put(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), text);
  }

  file(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  run(text: string, env: Readonly<Record<string, string>>) {
    return spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", text], {
      cwd: this.folder,
      encoding: "utf8",
      env: { PATH: `${join(this.folder, "bin")}:${process.env.PATH}`, ...env },
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** What is told of the stack `staging` by the issues of a workflow that looks and tells. */
export interface Told {
  /** File of the workflow; its name without the ending is the label, and begins the names of its reports. */
  readonly workflow: string;
  readonly title: string;
  /** Said where an issue is closed, before the run's address. */
  readonly ended: string;
}

/** The step that keeps one issue per stack: opened by exit code 3, kept up to date, closed by 0. */
export function keepsAnIssue(runner: () => Runner, { workflow, title, ended }: Told): void {
  const label = workflow.replace(/\.yml$/, "");
  const tell = (env: Readonly<Record<string, string>> = {}) =>
    runner().run(script(workflow, "tell", "Issues"), { RUN_URL: "https://run", STACKS: "staging", ...env });

  it.each([
    [
      "a first finding opens one",
      3,
      "",
      [`issue create --title ${title} --label ${label} --body-file body.md`],
    ],
    ["a lasting one is kept up to date", 3, "7", ["issue edit 7 --body-file body.md"]],
    ["the end of it closes it", 0, "7", [`issue close 7 --comment ${ended}: https://run`]],
    ["nothing found says nothing", 0, "", []],
  ])("issues: %s", (_name, code, open, expected) => {
    runner().standIn(
      "gh",
      `echo "$@" >> calls; if [[ $2 == list && $TITLE == "${title}" ]]; then echo "$OPEN"; fi`,
    );
    runner().put(`reports/${label}-staging/exit-code`, `${code}\n`);
    runner().put(`reports/${label}-staging/report.md`, "# staging: seen\n");
    const { status, stderr } = tell({ OPEN: open });
    const calls = runner().file("calls").trim().split("\n");
    expect([status, stderr]).toEqual([0, ""]);
    expect(calls.filter((call) => /^issue (create|edit|close)/.test(call))).toEqual(expected);
    expect(runner().file("body.md")).toBe("# staging: seen\n\n\nSeen by https://run\n");
  });
}
