/** `check`: would a restore work? Reads the newest backup of each kind back, then all of the repository. */
import type { Context } from "../backup";
import { KINDS, type Kind } from "../kinds";
import { restorable, type Snapshot } from "../snapshots";
import { readBack } from "../verify";

interface Checked {
  readonly id: string;
  readonly time: Date;
  readonly tables: readonly string[];
}

/** Prints `{ok, newest: {full: {id, time, tables}}, problems}`; 0 where there is no problem. */
export async function check(context: Context, stop: AbortSignal): Promise<number> {
  const { settings, restic } = context;
  const newest: Partial<Record<Kind, Checked>> = {};
  const problems: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>) => {
    await work().catch((error: Error) => problems.push(`${what}: ${error.message}`));
  };

  await attempt("snapshots", async () => {
    const snapshots = await restic.snapshots(stop);
    for (const kind of KINDS.filter((one) => settings.schedules[one])) {
      await attempt(kind, async () => {
        newest[kind] = await readNewest(context, kind, restorable(snapshots, kind).at(-1), stop);
      });
    }
    await attempt("repository", () => restic.check("all", stop));
  });
  const ok = problems.length === 0;
  process.stdout.write(`${JSON.stringify({ ok, newest, problems }, null, 2)}\n`);
  return ok ? 0 : 1;
}

async function readNewest({ restic }: Context, kind: Kind, one: Snapshot | undefined, stop: AbortSignal) {
  if (!one) throw new Error("there is no verified backup");
  const tables = await readBack(restic, one.id, kind, stop);
  if (tables.length < (one.tables ?? 0)) throw new Error(`holds ${tables.length} tables of ${one.tables}`);
  return { id: one.id, time: one.time, tables };
}
