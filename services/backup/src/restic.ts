/** The repository, through restic: https://restic.readthedocs.io. Encrypted (AES-256) before it leaves the host. */
import { totalmem } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { complaint, run, start, type Command } from "./child";
import { createRepository } from "./create";
import type { Job } from "./kinds";
import type { Log } from "./log";
import { ResticError, resticError } from "./restic-errors";
import { parseCredentials, readSecret } from "./secrets";
import type { Settings } from "./settings";
import { countRemoved, parseSnapshots, type Snapshot } from "./snapshots";

/** What restic and its cloud clients may see of our environment: how to reach the cloud, nothing else. */
const PASSED_ON =
  /^(PATH|TMPDIR|SSL_CERT_FILE|HTTPS?_PROXY|NO_PROXY|AWS_(DEFAULT_REGION|REGION|ROLE_ARN|ROLE_SESSION_NAME|PROFILE|SHARED_CREDENTIALS_FILE|WEB_IDENTITY_TOKEN_FILE|CONTAINER_[A-Z_]+)|GOOGLE_(PROJECT_ID|APPLICATION_CREDENTIALS))$/i;

/** Another operation may hold the repository for as long as a check or a clean-up of it takes. */
const LOCK_WAIT_MS = 30 * 60_000;
const LOCK_RETRY_MS = 15_000;

const MIB = 1024 * 1024;

/**
 * The share of the container's memory restic's heap may take before it is cleaned up at any price. Left alone it grows
 * to twice what is in use, which beside a drill's server was more than 256 MiB: the kernel ended restic.
 */
const HEAP_SHARE = 3 / 8;

/** Go's limit on restic's heap, as `GOMEMLIMIT` takes it; none where the container has no limit itself. */
export function heapLimit(containerBytes = process.constrainedMemory()): Record<string, string> {
  // 0 is "not known", and "no limit" is more than any machine has.
  if (containerBytes === 0 || containerBytes >= totalmem()) return {};
  return { GOMEMLIMIT: `${Math.floor((containerBytes * HEAP_SHARE) / MIB)}MiB` };
}

export class Restic {
  constructor(
    private readonly settings: Settings,
    private readonly log: Log,
  ) {}

  /** A restic command on this repository. Credentials are read at every call, so rotated ones are used. */
  command(...args: string[]): Command {
    const { repository, passwordFile, credentialsFile, cacheDir } = this.settings;
    const passed = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)) as [string, string][];
    const env = {
      ...Object.fromEntries(passed),
      ...(credentialsFile ? parseCredentials(readSecret(credentialsFile)) : {}),
      // A home that can be written: some clients look for their configuration there.
      HOME: "/tmp",
      RESTIC_REPOSITORY: repository,
      RESTIC_PASSWORD_FILE: passwordFile,
      ...heapLimit(),
    };
    return {
      file: "restic",
      args: [...(cacheDir ? ["--cache-dir", cacheDir] : ["--no-cache"]), ...args],
      env,
      // restic 0.14 takes its lock away on SIGINT only; on SIGTERM it dies with the lock left behind.
      stopSignal: "SIGINT",
    };
  }

  /** The arguments of a `restic backup` whose snapshot belongs to us. */
  backupArgs(tagList: readonly string[]): string[] {
    return [
      "backup",
      "--quiet",
      "--json",
      "--host",
      this.settings.name,
      ...tagList.flatMap((tag) => ["--tag", tag]),
    ];
  }

  /** Makes the repository where there is none. Every other fault, a wrong password say, is an error. */
  async open(signal: AbortSignal): Promise<void> {
    try {
      await this.run(["snapshots", "--no-lock", "--json", "--latest", "1"], signal);
    } catch (error) {
      if (!(error instanceof ResticError) || error.fault !== "missing") throw error;
      const made = await createRepository(this, this.settings.repository);
      if (made) this.log.warn("there was no repository: an empty one has been made");
    }
  }

  /** Stores a text as a file of this name, in a snapshot with these tags. */
  store(fileName: string, text: string, tagList: readonly string[], signal: AbortSignal): Promise<void> {
    const args = [...this.backupArgs(tagList), "--stdin", "--stdin-filename", fileName];
    return this.whenUnlocked(signal, async () => {
      const storing = start(this.command(...args), signal, "pipe");
      storing.child.stdin?.end(text);
      const exit = await storing.exit;
      if (exit.code !== 0) throw resticError(exit);
    });
  }

  /** Our snapshots, oldest first. Reads without a lock, so it answers during a check or a clean-up too. */
  async snapshots(signal: AbortSignal): Promise<Snapshot[]> {
    return parseSnapshots(
      await this.run(["snapshots", "--no-lock", "--json", "--host", this.settings.name], signal),
    );
  }

  /** Adds tags to snapshots and takes others away. Each snapshot gets a new id by this, and keeps its time. */
  async tag(ids: readonly string[], add: readonly string[], remove: readonly string[], signal: AbortSignal) {
    await this.run(
      ["tag", ...add.flatMap((t) => ["--add", t]), ...remove.flatMap((t) => ["--remove", t]), ...ids],
      signal,
    );
  }

  /** Checks the repository's structure, and reads its data: all, or the share restic calls "3/14". */
  async check(share: "all" | `${number}/${number}`, signal: AbortSignal): Promise<void> {
    await this.run(["check", share === "all" ? "--read-data" : `--read-data-subset=${share}`], signal);
  }

  /**
   * Lets go of the verified snapshots of a job that are older than `days`, and says how many. restic counts
   * from the newest of them, and `--keep-last 1` says again that the newest stays, however old it is.
   */
  async forget(job: Job, days: number, signal: AbortSignal): Promise<number> {
    const which = ["--host", this.settings.name, "--group-by", "host", "--tag", `kind=${job},verified`];
    const keep = ["--keep-within", `${days}d`, "--keep-last", "1"];
    return countRemoved(await this.run(["forget", "--json", ...which, ...keep], signal));
  }

  /** Lets go of these snapshots. */
  async forgetIds(ids: readonly string[], signal: AbortSignal): Promise<void> {
    if (ids.length > 0) await this.run(["forget", "--quiet", ...ids], signal);
  }

  /** Frees the space of what no snapshot holds any more. */
  async prune(signal: AbortSignal): Promise<void> {
    await this.run(["prune", "--quiet"], signal);
  }

  /** Runs restic to its end and gives its output; waits for a lock. Throws a ResticError. */
  run(args: readonly string[], signal: AbortSignal): Promise<string> {
    return this.whenUnlocked(signal, async () => {
      const exit = await run(this.command(...args), signal);
      if (exit.code !== 0) throw resticError(exit);
      return exit.stdout;
    });
  }

  /**
   * Does `work` again for as long as somebody else has the repository locked. `restic unlock` goes first each
   * time; it removes stale locks only: those of this host whose process is gone, or not renewed for half an hour.
   */
  async whenUnlocked<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const giveUp = Date.now() + LOCK_WAIT_MS;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ResticError) || error.fault !== "locked") throw error;
        if (signal.aborted || Date.now() > giveUp) throw error;
        this.log.warn({ attempt }, "the repository is locked: removing stale locks, then trying again");
        if (attempt > 0) await sleep(LOCK_RETRY_MS, undefined, { signal });
        const unlock = await run(this.command("unlock"), signal);
        if (unlock.code !== 0)
          this.log.warn({ reason: complaint(unlock) }, "stale locks could not be removed");
      }
    }
  }
}
