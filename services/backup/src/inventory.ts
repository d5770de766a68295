/**
 * What must be in the dump, asked of the database itself. The transaction that answers stays open and lends
 * its snapshot to pg_dump: both see the same moment, so neither a migration nor a write meanwhile makes a difference.
 */
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import * as z from "zod";
import { complaint, start } from "./child";
import type { Kind } from "./kinds";
import type { Postgres } from "./postgres";

const relation = z.object({
  schema: z.string(),
  name: z.string(),
  /** The table this is a partition of, however deep; its own name where it is none. */
  root: z.string(),
  /** A partitioned table itself holds no rows: its partitions do. */
  holdsRows: z.boolean(),
});
const answer = z.object({ snapshot: z.string(), server: z.string(), tables: z.array(relation) });
const counts = z.record(z.string(), z.number());

export type Relation = z.output<typeof relation>;
export interface Inventory extends z.output<typeof answer> {
  readonly kind: Kind;
  /** Rows of the event tables, by `schema.table`; one that is not there has none. */
  readonly rows: Readonly<Record<string, number>>;
}

/** As pg_dump sees it: every ordinary or partitioned table that is the system's or an extension's is left out. */
const QUERY = `
SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; SET lock_timeout = 0;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT jsonb_build_object(
  'snapshot', pg_export_snapshot(),
  'server', split_part(current_setting('server_version'), ' ', 1),
  'tables', coalesce(jsonb_agg(jsonb_build_object(
    'schema', n.nspname, 'name', c.relname, 'holdsRows', c.relkind = 'r',
    'root', coalesce((SELECT rn.nspname || '.' || rc.relname FROM pg_class rc JOIN pg_namespace rn
      ON rn.oid = rc.relnamespace WHERE rc.oid = pg_partition_root(c.oid)), n.nspname || '.' || c.relname)
  ) ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"), '[]'))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e');
`;

/** Lends the inventory of a backup of this kind to `use`, with its snapshot alive until that is done. */
export async function withInventory<T>(
  postgres: Postgres,
  kind: Kind,
  eventTables: readonly string[],
  signal: AbortSignal,
  use: (inventory: Inventory) => Promise<T>,
): Promise<T> {
  const psql = postgres.command("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1");
  const session = start(psql, signal, "pipe");
  const input = session.child.stdin as Writable;
  try {
    const lines = createInterface({ input: session.child.stdout as Readable })[Symbol.asyncIterator]();
    const ask = async (query: string): Promise<unknown> => {
      input.write(query);
      const line = await lines.next();
      if (line.done) throw new Error(complaint(await session.exit));
      return JSON.parse(line.value);
    };
    const found = answer.parse(await ask(QUERY));
    const tables = kind === "full" ? found.tables : eventRelations(found.tables, eventTables);
    if (!tables.some((table) => table.holdsRows))
      throw new Error("there is no table in the database to back up");
    const there = eventTables.filter((name) => found.tables.some((table) => nameOf(table) === name));
    return await use({ ...found, kind, tables, rows: counts.parse(await ask(countQuery(there))) });
  } finally {
    input.end();
    await session.exit;
  }
}

/** The event tables with all their partitions: pg_dump before 16 does not include those by itself. */
function eventRelations(tables: readonly Relation[], wanted: readonly string[]): Relation[] {
  const absent = wanted.filter((name) => !tables.some((table) => nameOf(table) === name));
  if (absent.length > 0)
    throw new Error(`of BACKUP_EVENT_TABLES, the database does not have ${absent.join(", ")}`);
  return tables.filter((table) => wanted.includes(nameOf(table)) || wanted.includes(table.root));
}

const nameOf = ({ schema, name }: Relation) => `${schema}.${name}`;

/** The rows of tables, partitions included. Neither part of such a name holds a quotation mark: see settings.ts. */
function countQuery(tables: readonly string[]): string {
  const counted = tables.map((table) => {
    const [schema, name] = table.split(".");
    return `'${table}', (SELECT count(*) FROM "${schema}"."${name}")`;
  });
  return `SELECT jsonb_build_object(${counted.join(", ")});\n`;
}
