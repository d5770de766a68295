/** How PostgreSQL's tools reach the database: all by libpq's environment, the password by a file. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "./child";
import { parseDatabaseUrl } from "./database-url";
import { readSecret, remember } from "./secrets";
import type { Settings } from "./settings";

export interface Postgres {
  readonly database: string;
  command(file: "psql" | "pg_dump" | "pg_restore", ...args: string[]): Command;
}

/** Lends `use` the way to the database; the password file lives in memory (/tmp) for as long as that. */
export async function withPostgres<T>(
  settings: Settings,
  use: (postgres: Postgres) => Promise<T>,
): Promise<T> {
  const url = parseDatabaseUrl(readSecret(settings.databaseUrlFile));
  remember(url.password);
  const directory = await mkdtemp(join(tmpdir(), "pg-"));
  const passFile = join(directory, "pgpass");
  try {
    const escaped = url.password.replace(/[\\:]/g, "\\$&");
    await writeFile(passFile, `*:*:*:*:${escaped}\n`, { mode: 0o600 });
    const env = {
      ...clientEnvironment(),
      PGHOST: url.host,
      PGPORT: url.port,
      PGDATABASE: url.database,
      PGUSER: url.user,
      PGPASSFILE: passFile,
      PGCONNECT_TIMEOUT: "15",
      PGAPPNAME: `mainstay-backup`,
      ...(settings.databaseCaFile
        ? { PGSSLMODE: "verify-full", PGSSLROOTCERT: settings.databaseCaFile }
        : { PGSSLMODE: url.sslmode }),
    };
    return await use({
      database: url.database,
      command: (file, ...args) => ({ file, args: ["-w", ...args], env }),
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What a PostgreSQL client needs besides a connection. Its messages are read, so they must be in English. */
export function clientEnvironment(): Record<string, string> {
  return { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: "/tmp", LC_ALL: "C", PGCLIENTENCODING: "UTF8" };
}
