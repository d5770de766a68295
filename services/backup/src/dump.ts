/** From pg_dump into restic, without a copy on the way: databases are big, and /tmp is memory. */
import * as z from "zod";
import { complaint, pipe, type Command } from "./child";
import type { Inventory, Relation } from "./inventory";
import { StageError } from "./kinds";
import type { Postgres } from "./postgres";
import type { Restic } from "./restic";
import { resticError } from "./restic-errors";

/** The name of the dump inside its snapshot: `restic dump ID /full.pgdump | pg_restore …` restores it. */
export function dumpFile(kind: Inventory["kind"]): string {
  return `/${kind}.pgdump`;
}

/**
 * Stores a dump and gives the id and size of its snapshot. Where pg_dump fails there is no snapshot at all
 * (see `pipe`); where this process dies with pg_dump there can be one, and it has the tag `unverified`.
 */
export async function storeDump(
  postgres: Postgres,
  restic: Restic,
  inventory: Inventory,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<{ id: string; bytes: number }> {
  const store = restic.command(
    ...restic.backupArgs(tags),
    "--stdin",
    "--stdin-filename",
    dumpFile(inventory.kind),
  );
  return restic.whenUnlocked(signal, async () => {
    const { source, sink, culprit } = await pipe(dumpCommand(postgres, inventory), store, signal);
    if (culprit === "source") throw new StageError("dump", complaint(source));
    if (culprit === "sink") throw resticError(sink);
    return parseSummary(sink.stdout);
  });
}

function dumpCommand(postgres: Postgres, inventory: Inventory): Command {
  return postgres.command(
    "pg_dump",
    "--format=custom",
    // restic compresses. Before it has, two days' dumps are mostly the same bytes, which it stores only once.
    "--compress=0",
    `--snapshot=${inventory.snapshot}`,
    // A migration that holds a table must not make the backup wait behind it for ever.
    "--lock-wait-timeout=120s",
    ...(inventory.kind === "full" ? [] : inventory.tables.map((table) => `--table=${pattern(table)}`)),
  );
}

/** pg_dump takes patterns; in double quotes every character stands for itself. */
function pattern({ schema, name }: Relation): string {
  const quote = (part: string) => `"${part.replaceAll('"', '""')}"`;
  return `${quote(schema)}.${quote(name)}`;
}

const summary = z.object({
  message_type: z.literal("summary"),
  snapshot_id: z.string(),
  total_bytes_processed: z.number(),
});

/** The last line of `restic backup --json`. */
export function parseSummary(stdout: string): { id: string; bytes: number } {
  const last = stdout.trim().split("\n").at(-1) ?? "";
  const { snapshot_id, total_bytes_processed } = summary.parse(JSON.parse(last));
  return { id: snapshot_id, bytes: total_bytes_processed };
}
