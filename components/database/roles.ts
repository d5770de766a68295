/** One user's part of the database's roles. */
export interface DatabaseUser {
  readonly name: string;
  readonly kind: "service" | "migrator" | "backup" | "exporter";
  readonly password: string;
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * The SQL that makes the database's roles, grants and passwords what they should be, whatever they were. It
 * runs at every start, so that a rotated password or a new service arrives without anybody's doing.
 *
 * - a service reads and writes the app's tables, as far as migrations grant it
 * - the migrator owns the app's schema
 * - backup reads everything, exporter reads statistics
 * - a user that is no longer declared cannot log in
 */
export function rolesSql(
  options: { database: string; schema: string; extensions: readonly string[]; connectionLimit: number },
  users: readonly DatabaseUser[],
): string {
  const { database, schema, extensions, connectionLimit } = options;
  const names = users.map(({ name }) => literal(name)).join(", ");
  return `\\set ON_ERROR_STOP on
\\set QUIET on
-- Nothing here is for logs or statistics: it holds passwords.
SET log_min_duration_statement = -1;
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET pg_stat_statements.track = 'none';
SET client_min_messages = 'warning';
SET statement_timeout = 0;

SELECT format('CREATE ROLE %I NOLOGIN', 'app_readwrite')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_readwrite') \\gexec
${users.map((user) => createUser(user, connectionLimit)).join("")}
SELECT format('ALTER ROLE %I NOLOGIN', rolname) FROM pg_roles
  WHERE rolcanlogin AND rolname <> 'postgres' AND rolname NOT IN (${names}) \\gexec

SELECT format('CREATE DATABASE %I OWNER migrator', '${database}')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${database}') \\gexec
REVOKE ALL ON DATABASE ${database} FROM PUBLIC;
GRANT CONNECT ON DATABASE ${database} TO app_readwrite, migrator, backup, exporter;
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres TO exporter;
\\connect ${database}
SET log_min_duration_statement = -1;
SET client_min_messages = 'warning';
REVOKE ALL ON SCHEMA public FROM PUBLIC;
-- Extensions stand there; the exporter reads their statistics.
GRANT USAGE ON SCHEMA public TO exporter;
CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION migrator;
GRANT USAGE ON SCHEMA ${schema} TO app_readwrite;
ALTER DEFAULT PRIVILEGES FOR ROLE migrator IN SCHEMA ${schema}
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app_readwrite;
ALTER DEFAULT PRIVILEGES FOR ROLE migrator IN SCHEMA ${schema}
  GRANT USAGE, SELECT ON SEQUENCES TO app_readwrite;
${extensions.map((extension) => `CREATE EXTENSION IF NOT EXISTS ${extension};\n`).join("")}${extensions
    .map((extension) => `ALTER EXTENSION ${extension} UPDATE;\n`)
    .join("")}`;
}

const GRANTS: Record<DatabaseUser["kind"], string> = {
  service: "GRANT app_readwrite TO %;\nALTER ROLE % NOBYPASSRLS;\n",
  migrator: "ALTER ROLE % SET statement_timeout = 0;\n",
  backup: "GRANT pg_read_all_data TO %;\nALTER ROLE % BYPASSRLS;\nALTER ROLE % SET statement_timeout = 0;\n",
  exporter: "GRANT pg_monitor TO %;\n",
};

function createUser({ name, kind, password }: DatabaseUser, connectionLimit: number): string {
  const limit = kind === "service" ? connectionLimit : 5;
  return `
SELECT format('CREATE ROLE %I', '${name}') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') \\gexec
ALTER ROLE "${name}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION INHERIT CONNECTION LIMIT ${limit}
  PASSWORD ${literal(password)};
${GRANTS[kind].replaceAll("%", `"${name}"`)}`;
}
