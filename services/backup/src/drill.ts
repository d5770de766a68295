/**
 * A restore drill: the newest full backup is restored into a server of its own, compared with what was counted when
 * it was made, and thrown away. It reads the repository and leaves a report in it; the database itself is not asked.
 */
import type { Context } from "./backup";
import { complaint, pipe, type Exit } from "./child";
import { dumpFile } from "./dump";
import { withInventory } from "./inventory";
import { inStage, unlessInterrupted } from "./kinds";
import { withLock } from "./lock";
import type { Postgres } from "./postgres";
import type { Restic } from "./restic";
import { resticError } from "./restic-errors";
import { assertRoom, clear, withScratch, type Place, type Scratch } from "./scratch";
import { restorable, rowTags, runName, tags, type Snapshot } from "./snapshots";

export interface DrillReport {
  /** The moment the drill began, as it stands in the tag `run`. */
  readonly run: string;
  /** The snapshot that was restored, and the moment its data are of. */
  readonly backup: { readonly id: string; readonly time: string };
  readonly tables: number;
  /** Rows of the event tables, by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** What the restored database took on disk. */
  readonly bytes: number;
  /** How long it took until the data were restored and counted: what a restore would take. */
  readonly seconds: number;
  /** How old the data were when the drill began: what would have been lost. */
  readonly ageSeconds: number;
}

const REPORT_FILE = "/drill.json";

/** Restores and compares the newest full backup, and stores the report. Throws a StageError. */
export async function drill(context: Context, stop: AbortSignal): Promise<DrillReport> {
  const { settings, restic, log } = context;
  const { drill: place } = settings;
  if (!place) throw new Error("no drill is configured");
  return unlessInterrupted(place.timeoutMinutes, stop, (signal) =>
    withLock(settings, "exclusive", signal, async () => {
      const report = await rehearse(context, place, signal);
      const { run, tables, rows, bytes, seconds, ageSeconds } = report;
      const figures = tags({ tables, ...rowTags(rows), bytes, seconds, age: ageSeconds });
      const labels = [...tags({ kind: "drill", part: "report", run }), "verified", ...figures];
      const text = `${JSON.stringify(report, null, 2)}\n`;
      await inStage("report", () => restic.store(REPORT_FILE, text, labels, signal));
      log.info({ ...report }, "drill succeeded");
      return report;
    }),
  );
}

/** Removes what a drill that was cut short has left: rows of the database, and room. Never rejects. */
export async function clearUp({ settings, log }: Context, stop: AbortSignal): Promise<void> {
  const { drill: place } = settings;
  if (!place) return;
  await withLock(settings, "exclusive", stop, () => clear(place)).catch((error: Error) =>
    log.warn({ reason: error.message }, "what a drill left cannot be removed"),
  );
}

async function rehearse({ restic }: Context, place: Place, signal: AbortSignal): Promise<DrillReport> {
  const started = Date.now();
  const snapshot = await inStage("repository", async () => {
    const newest = restorable(await restic.snapshots(signal), "full").at(-1);
    if (!newest) throw new Error("there is no verified full backup to restore");
    return newest;
  });
  await inStage("space", async () => {
    await clear(place);
    await assertRoom(place, snapshot.bytes ?? 0);
  });
  const restored = await withScratch(place, signal, async (scratch, ending) => {
    await inStage("restore", () => restore(restic, snapshot, scratch, ending));
    return inStage("compare", () => compare(snapshot, scratch, ending));
  });
  const now = Date.now();
  return {
    run: runName(started),
    backup: { id: snapshot.id, time: snapshot.time.toISOString() },
    ...restored,
    seconds: Math.round((now - started) / 100) / 10,
    ageSeconds: Math.round((started - snapshot.time.getTime()) / 1000),
  };
}

async function restore(restic: Restic, { id }: Snapshot, into: Postgres, signal: AbortSignal): Promise<void> {
  const from = restic.command("dump", id, dumpFile("full"));
  // Neither owners nor grants: their roles are the real server's.
  const to = into.command("pg_restore", "--no-owner", "--no-privileges", `--dbname=${into.database}`);
  await restic.whenUnlocked(signal, async () => {
    const { source, sink, culprit } = await pipe(from, to, signal);
    if (culprit === "source") throw resticError(source);
    if (culprit === "sink" && !lacksOnlyRoles(sink)) throw new Error(complaint(sink));
  });
}

const ERROR = /^pg_restore: error: (.*)$/gm;
const NO_ROLE = /^could not execute query: ERROR: {2}role ".*" does not exist$/;

/** Row security can name roles, which no dump holds: pg_restore went on without those rules. */
function lacksOnlyRoles({ code, stderr }: Exit): boolean {
  const errors = [...stderr.matchAll(ERROR)].map(([, message = ""]) => message);
  return code === 1 && errors.length > 0 && errors.every((message) => NO_ROLE.test(message));
}

/** Throws where what was restored is not what was counted when the backup was made. */
async function compare(expected: Snapshot, scratch: Scratch, signal: AbortSignal) {
  const counted = Object.keys(expected.rows);
  return withInventory(scratch, "full", counted, signal, async (inventory) => {
    const tables = inventory.tables.filter(({ holdsRows }) => holdsRows).length;
    const { rows } = inventory;
    const differences = [
      ...(expected.tables === null || tables === expected.tables
        ? []
        : [`${tables} tables of ${expected.tables}`]),
      ...counted
        .filter((table) => rows[table] !== expected.rows[table])
        .map((table) => `${rows[table] ?? "none"} of ${expected.rows[table]} rows in ${table}`),
    ];
    if (differences.length > 0) throw new Error(`not all was restored: ${differences.join(", ")}`);
    return { tables, rows, bytes: await scratch.bytes() };
  });
}
