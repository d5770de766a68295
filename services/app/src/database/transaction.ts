import type { QueryResultRow } from "pg";

/** The database seen by one tenant, inside one transaction. */
export interface Transaction {
  readonly tenant: string;
  /** @param operation the query's name in metrics and spans */
  query<Row extends QueryResultRow>(operation: string, text: string, values?: unknown[]): Promise<Row[]>;
  /** The same for a query that always answers one row. */
  one<Row extends QueryResultRow>(operation: string, text: string, values?: unknown[]): Promise<Row>;
}

/** The one row a query always answers. */
export function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`one row is expected, not ${rows.length}`);
  return row;
}
