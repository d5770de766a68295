/** Proof that a stored dump can be read back and holds every table: the whole of it, not its first page. */
import { clientEnvironment } from "./postgres";
import { complaint, pipe } from "./child";
import { dumpFile } from "./dump";
import type { Kind } from "./kinds";
import type { Restic } from "./restic";
import { resticError } from "./restic-errors";

const DATA = /^pg_restore: processing data for table "(.*)"$/;

/**
 * Reads the dump back through restic (which checks every piece's hash and authentication) into pg_restore
 * (which takes it apart to the last row, and writes nothing). Gives the tables whose data were in it, sorted.
 * `pg_restore --list` would stop after the table of contents and so accept a dump without its data.
 */
export async function readBack(
  restic: Restic,
  id: string,
  kind: Kind,
  signal: AbortSignal,
): Promise<string[]> {
  return restic.whenUnlocked(signal, async () => {
    const { source, sink, culprit } = await pipe(
      restic.command("dump", id, dumpFile(kind)),
      { file: "pg_restore", args: ["--verbose", "--file=/dev/null"], env: clientEnvironment() },
      signal,
    );
    if (culprit === "source") throw resticError(source);
    if (culprit === "sink") throw new Error(`the dump cannot be read: ${complaint(sink)}`);
    return tablesIn(sink.stderr);
  });
}

/** The tables pg_restore says it has read the data of. */
export function tablesIn(stderr: string): string[] {
  return stderr
    .split("\n")
    .flatMap((line) => DATA.exec(line)?.[1] ?? [])
    .sort();
}

/** Throws where a table is missing. More than expected is fine: extensions have some of their tables dumped. */
export function assertComplete(expected: readonly string[], found: readonly string[]): void {
  const there = new Set(found);
  const missing = expected.filter((table) => !there.has(table));
  if (missing.length === 0) return;
  const some = missing.slice(0, 5).join(", ");
  throw new Error(`${missing.length} of ${expected.length} tables are not in the stored dump: ${some}`);
}
