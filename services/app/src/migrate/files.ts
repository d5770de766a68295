import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The migrations as the build script packs them, by file name. */
declare const __MIGRATIONS__: Readonly<Record<string, string>> | undefined;

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** Tells whether a file that has been applied was changed afterwards. */
  readonly checksum: string;
  /** Whether it runs outside a transaction, as `CREATE INDEX CONCURRENTLY` must: first line `-- no transaction`. */
  readonly alone: boolean;
}

const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/;

/** All migrations in the order they are applied: from the bundle, or from the folder while developing. */
export function migrations(): Migration[] {
  return fromTexts(
    typeof __MIGRATIONS__ === "undefined" ? readFolder(join(__dirname, "../../migrations")) : __MIGRATIONS__,
  );
}

/** The same from any set of files. */
export function fromTexts(texts: Readonly<Record<string, string>>): Migration[] {
  return Object.entries(texts)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, sql]) => ({
      name,
      sql,
      checksum: createHash("sha256").update(sql).digest("hex"),
      alone: sql.startsWith("-- no transaction\n"),
    }));
}

/** Reads the folder's SQL files. */
export function readFolder(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => FILE_NAME.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
