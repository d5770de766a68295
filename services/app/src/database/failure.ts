import { DatabaseError } from "pg";

/** What can go wrong with a query. */
export type FailureType = "timeout" | "unavailable" | "failed";

const STATEMENT_TIMEOUT = "57014";
/** SQLSTATE classes of a database that cannot serve: connection, login, no such database, resources, operator. */
const UNAVAILABLE = /^(08|28|3D|53|57)/;

/** Tells a database that cannot serve from a query that is wrong. */
export function failureType(error: unknown): FailureType {
  // Not the server's own: the network's error, or the pool's, which had no connection in time.
  if (!(error instanceof DatabaseError)) return "unavailable";
  const code = error.code ?? "";
  if (code === STATEMENT_TIMEOUT) return "timeout";
  return UNAVAILABLE.test(code) ? "unavailable" : "failed";
}
