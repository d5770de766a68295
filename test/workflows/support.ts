import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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
