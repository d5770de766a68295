/** The runner as it is shipped: one bundled file, started as a process of its own that is not root. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { find, own, serverUser } from "./tools";

export const RESTIC_PASSWORD = "restic-password-7d1b-0123456789";

const SOURCE = resolve(__dirname, "../../../../services/backup/src/main.ts");

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON lines of its log. */
  readonly log: readonly Record<string, unknown>[];
}

export interface Started {
  readonly child: ChildProcess;
  readonly done: Promise<Outcome>;
}

/** Builds the bundle as `npm run build` does. */
export function bundle(directory: string): string {
  const outfile = join(directory, "backup.cjs");
  const how = {
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "silent",
  } as const;
  buildSync({ entryPoints: [SOURCE], outfile, ...how });
  return outfile;
}

/** A runner's surroundings: its settings and secrets, and an empty repository of its own. */
export class Runner {
  readonly directory: string;
  readonly env: Record<string, string>;

  constructor(
    base: string,
    private readonly bundlePath: string,
    databaseUrl: string,
    settings: Record<string, string> = {},
  ) {
    this.directory = own(mkdtempSync(join(base, "runner-")));
    for (const name of ["tmp", "drill"]) {
      mkdirSync(join(this.directory, name));
      own(join(this.directory, name));
    }
    this.env = {
      PATH: `${process.env.PATH}:${dirname(find("initdb") ?? "")}`,
      TMPDIR: join(this.directory, "tmp"),
      BACKUP_REPOSITORY: join(this.directory, "repository"),
      BACKUP_PASSWORD_FILE: this.file("password", `${RESTIC_PASSWORD}\n`),
      BACKUP_DATABASE_URL_FILE: this.file("database-url", `${databaseUrl}\n`),
      BACKUP_FULL_SCHEDULE: "0 2 * * *",
      BACKUP_EVENTS_SCHEDULE: "*/15 * * * *",
      BACKUP_EVENT_TABLES: "app.events",
      ...settings,
    };
  }

  file(name: string, content: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, content, { mode: 0o600 });
    return own(path);
  }

  start(args: readonly string[], settings: Record<string, string> = {}): Started {
    const env = { ...this.env, ...settings };
    const child = spawn(process.execPath, [this.bundlePath, ...args], { ...serverUser, env });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const done = new Promise<Outcome>((resolved) => {
      child.once("close", (code) => resolved({ code, stdout, stderr, log: logLines(stdout + stderr) }));
    });
    return { child, done };
  }

  run(...args: string[]): Promise<Outcome> {
    return this.start(args).done;
  }

  /** restic itself, on this repository. */
  restic(...args: string[]): string {
    const env = {
      ...process.env,
      RESTIC_REPOSITORY: this.env.BACKUP_REPOSITORY,
      RESTIC_PASSWORD_FILE: this.env.BACKUP_PASSWORD_FILE,
    };
    return execFileSync("restic", ["--no-cache", ...args], {
      ...serverUser,
      env,
      encoding: "utf8",
      stdio: "pipe",
      maxBuffer: 2 ** 30,
    });
  }

  snapshots(): { id: string; time: string; hostname: string; paths: string[]; tags: string[] }[] {
    return JSON.parse(this.restic("snapshots", "--no-lock", "--json"));
  }

  locks(): string[] {
    return this.restic("list", "locks", "--no-lock")
      .split("\n")
      .filter((line) => line !== "");
  }
}

function logLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith('{"level"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
