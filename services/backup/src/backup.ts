/**
 * One backup, stage by stage. Its snapshots are `unverified` until everything has been proven, and only a
 * `verified` one counts for freshness, retention and restore. So a run may die anywhere without doing harm.
 */
import { parseSummary, storeDump } from "./dump";
import { withInventory, type Inventory } from "./inventory";
import { inStage, unlessInterrupted, type Kind } from "./kinds";
import { withLock } from "./lock";
import type { Log } from "./log";
import { withPostgres } from "./postgres";
import type { Restic } from "./restic";
import { cleanUp } from "./retention";
import type { Settings } from "./settings";
import { rowTags, runName, tags, type Part } from "./snapshots";
import { assertComplete, readBack } from "./verify";

export interface Context {
  readonly settings: Settings;
  readonly restic: Restic;
  readonly log: Log;
}

export interface Report {
  readonly kind: Kind;
  /** The moment the run began, as it stands in the tag `run`: 20260301T020000Z. */
  readonly run: string;
  readonly database: string;
  readonly server: string;
  readonly tables: readonly string[];
  /** What would be restored: the dump and the directories, before compression. */
  readonly bytes: number;
  readonly seconds: number;
}

/** Every full backup reads this share of the repository's data again: all of it in fourteen runs. */
const CHECK_SHARES = 14;
const DAY_MS = 86_400_000;

/** Takes and verifies a backup, then cleans up after a full one. Throws a StageError. */
export function backup(kind: Kind, context: Context, stop: AbortSignal): Promise<Report> {
  const { settings, log } = context;
  return unlessInterrupted(settings.timeoutMinutes, stop, (signal) =>
    withLock(settings, "shared", signal, async () => {
      const report = await take(kind, context, signal);
      log.info({ ...report, tables: report.tables.length }, "backup verified");
      // With events every few minutes, a clean-up after each would mostly lock the repository for nothing.
      if (kind === "full") await inStage("retention", () => cleanUp(context, new Date(), signal));
      return report;
    }),
  );
}

async function take(kind: Kind, context: Context, signal: AbortSignal): Promise<Report> {
  const { restic, settings, log } = context;
  const started = Date.now();
  const run = runName(started);

  await inStage("repository", () => restic.open(signal));
  const { inventory, database, dump } = await inStage("database", () =>
    dumpDatabase(kind, run, context, signal),
  );
  const labels = { kind, run, database, server: inventory.server };
  // After the dump: a file a row speaks of was there before the row, so it is in here too.
  const files =
    kind === "full" && settings.paths.length > 0 ? await storeFiles(labels, context, signal) : undefined;
  const ids = [...(files ? [files.id] : []), dump.id];
  log.info({ kind, run, snapshots: ids }, "stored, not yet verified");

  const tables = inventory.tables
    .filter((table) => table.holdsRows)
    .map((table) => `${table.schema}.${table.name}`);
  await inStage("verify", async () => assertComplete(tables, await readBack(restic, dump.id, kind, signal)));
  const day = Math.floor(started / DAY_MS) % CHECK_SHARES;
  if (kind === "full") await inStage("check", () => restic.check(`${day + 1}/${CHECK_SHARES}`, signal));

  const bytes = dump.bytes + (files?.bytes ?? 0);
  const seconds = Math.round((Date.now() - started) / 100) / 10;
  const figures = tags({ tables: tables.length, bytes, seconds, ...rowTags(inventory.rows) });
  // The files come first: where the dump is verified, they are as well, even if this is cut short.
  await inStage("tag", () => restic.tag(ids, ["verified", ...figures], ["unverified"], signal));
  return { kind, run, database, server: inventory.server, tables, bytes, seconds };
}

async function dumpDatabase(kind: Kind, run: string, context: Context, signal: AbortSignal) {
  const { restic, settings } = context;
  return withPostgres(settings, (postgres) =>
    withInventory(postgres, kind, settings.eventTables, signal, async (inventory: Inventory) => {
      const { database } = postgres;
      const labels = unverified("database", { kind, run, database, server: inventory.server });
      const dump = await inStage("store", () => storeDump(postgres, restic, inventory, labels, signal));
      return { inventory, database, dump };
    }),
  );
}

async function storeFiles(
  labels: Record<string, string>,
  { restic, settings }: Context,
  signal: AbortSignal,
) {
  const args = [...restic.backupArgs(unverified("files", labels)), ...settings.paths];
  // A file that could not be read makes restic exit with 3, and so fails the run: half the files are no backup.
  return inStage("files", async () => parseSummary(await restic.run(args, signal)));
}

function unverified(part: Part, labels: Record<string, string>): string[] {
  return [...tags({ part, ...labels }), "unverified"];
}
