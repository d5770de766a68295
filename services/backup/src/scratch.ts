/** A throw-away PostgreSQL server: in this container, on no network, with room for so much and no more. */
import { mkdtemp, readdir, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { complaint, NEVER, run, start, type Command } from "./child";
import { sizeOf } from "./disk-usage";
import { inStage, StageError } from "./kinds";
import { clientEnvironment, type Postgres } from "./postgres";

/** Where a scratch server's data may be, and how much of it there may be. */
export interface Place {
  readonly directory: string;
  readonly sizeMiB: number;
}

export interface Scratch extends Postgres {
  /** What its directory takes now. */
  bytes(): Promise<number>;
}

const MIB = 1024 * 1024;
const PREFIX = "data-";
const START_SECONDS = 60;
const WATCH_MS = 1000;

/** Nothing in it has to survive anything, and it shares the container's memory with restic. */
const SETTINGS = {
  listen_addresses: "",
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  autovacuum: "off",
  wal_level: "minimal",
  max_wal_senders: 0,
  max_wal_size: "128MB",
  shared_buffers: "32MB",
  maintenance_work_mem: "32MB",
  max_connections: 8,
  max_logical_replication_workers: 0,
  max_parallel_maintenance_workers: 0,
  max_parallel_workers_per_gather: 0,
  jit: "off",
  log_min_messages: "fatal",
};

/** Removes what drills that were cut short have left. A server still running on it ends within a minute. */
export async function clear({ directory }: Place): Promise<void> {
  const left = (await readdir(directory)).filter((name) => name.startsWith(PREFIX));
  for (const name of left) await rm(join(directory, name), { recursive: true, force: true });
}

/**
 * Throws where the place has not the room it was given, or `bytes` would not fit into it. All of the room has to be
 * there before: then what others keep on the same disk loses none of theirs to a drill.
 */
export async function assertRoom({ directory, sizeMiB }: Place, bytes: number): Promise<void> {
  const disk = await statfs(directory);
  const freeMiB = Math.floor((disk.bavail * disk.bsize) / MIB);
  if (freeMiB < sizeMiB)
    throw new Error(`${directory} has ${freeMiB} MiB free of the ${sizeMiB} MiB of BACKUP_DRILL_MIB`);
  const needed = Math.ceil(bytes / MIB);
  if (needed > sizeMiB)
    throw new Error(`the data alone are ${needed} MiB, and BACKUP_DRILL_MIB is ${sizeMiB}`);
}

/**
 * Lends `use` a server nobody else can reach, and removes it afterwards. Once its data outgrow the place, the signal
 * that `use` is given ends all of it, and a StageError says so.
 */
export async function withScratch<T>(
  place: Place,
  signal: AbortSignal,
  use: (scratch: Scratch, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const data = await mkdtemp(join(place.directory, PREFIX));
  const sockets = await mkdtemp(join(tmpdir(), "drill-"));
  const full = new AbortController();
  const look = async () => {
    if ((await sizeOf(data)) > place.sizeMiB * MIB) full.abort();
  };
  const over = new AbortController();
  const watched = watch(look, over.signal);
  try {
    const result = await serve(data, sockets, AbortSignal.any([signal, full.signal]), use);
    await look();
    full.signal.throwIfAborted();
    return result;
  } catch (error) {
    if (!full.signal.aborted) throw error;
    throw new StageError("space", `the restored data outgrew the ${place.sizeMiB} MiB of BACKUP_DRILL_MIB`);
  } finally {
    over.abort();
    await watched;
    for (const directory of [data, sockets]) await rm(directory, { recursive: true, force: true });
  }
}

/** Looks again and again until it is over. A look that fails is followed by another. */
async function watch(look: () => Promise<void>, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await look().catch(() => undefined);
    await sleep(WATCH_MS, undefined, { signal: over }).catch(() => undefined);
  }
}

async function serve<T>(
  data: string,
  sockets: string,
  signal: AbortSignal,
  use: (scratch: Scratch, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const env = clientEnvironment();
  const client = { ...env, PGHOST: sockets, PGUSER: "postgres", PGDATABASE: "postgres" };
  const command = (file: string, ...args: string[]): Command => ({
    file,
    args: ["-w", ...args],
    env: client,
  });
  const scratch = { database: "postgres", command, bytes: () => sizeOf(data) };

  await inStage("server", async () => {
    // Only we get into the directory of its socket, so no password is needed.
    const how = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];
    const made = await run({ file: "initdb", args: [`--pgdata=${data}`, ...how], env }, signal);
    if (made.code !== 0) throw new Error(complaint(made));
  });
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: sockets });
  const args = ["-D", data, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])];
  // Ended below, when nothing uses it any more.
  const server = start({ file: "postgres", args, env, stopSignal: "SIGQUIT" }, NEVER, "ignore");
  try {
    await inStage("server", async () => {
      const ended = await Promise.race([server.exit, answers(scratch, signal)]);
      if (ended) throw new Error(complaint(ended));
    });
    return await use(scratch, signal);
  } finally {
    server.stop();
    await server.exit;
  }
}

/** Done once the server takes connections. */
async function answers(scratch: Postgres, signal: AbortSignal): Promise<undefined> {
  const giveUp = Date.now() + START_SECONDS * 1000;
  for (;;) {
    const asked = await run(scratch.command("psql", "-X", "-q", "-c", "SELECT 1"), signal);
    if (asked.code === 0) return undefined;
    if (Date.now() > giveUp) throw new Error(complaint(asked));
    await sleep(200, undefined, { signal });
  }
}
