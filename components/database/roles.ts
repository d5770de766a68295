import type { Environment } from "../../environment/environment";
import { DATABASE_USERS } from "./contract";
import { scramVerifier } from "./verifier";

/** One user's part of the database's roles. */
export interface DatabaseUser {
  readonly name: string;
  readonly kind: "service" | (typeof DATABASE_USERS)[number];
  readonly password: string;
}

/** The users by name and password: what is none of DATABASE_USERS is a service's. */
export function databaseUsers(passwords: Readonly<Record<string, string>>): DatabaseUser[] {
  const kind = (name: string) => DATABASE_USERS.find((fixed) => fixed === name) ?? "service";
  return Object.entries(passwords).map(([name, password]) => ({ name, kind: kind(name), password }));
}

/** What the roles are made for. */
export interface RolesOptions {
  readonly database: string;
  readonly schema: string;
  readonly extensions: readonly string[];
  /** Most connections of one service. */
  readonly connectionLimit: number;
}

export const rolesOptions = ({ database }: Environment): RolesOptions => ({
  database: database.name,
  schema: database.schema,
  extensions: database.extensions,
  connectionLimit: database.maxConnections - database.reservedConnections,
});

/**
 * The SQL that makes the database's roles, grants and passwords what they should be, whatever they were. psql runs
 * it in the database `postgres`: at every start of the container, and on AWS before every migration, so that a
 * rotated password or a new service arrives without anybody's doing.
 *
 * - a service reads and writes the app's tables, as far as migrations grant it
 * - the migrator owns the app's schema
 * - backup reads everything, exporter reads statistics
 * - a user that is no longer declared cannot log in
 *
 * Whoever runs it is a superuser, or, where there is none to be had, an administrator with CREATEROLE and CREATEDB
 * who may grant pg_read_all_data and pg_monitor: the master user of RDS. Such a one may not even name an attribute
 * that it does not have itself, so those are named only where they have to change.
 */
export function rolesSql(options: RolesOptions, users: readonly DatabaseUser[]): string {
  const names = users.map(({ name }) => literal(name)).join(", ");
  return [
    PREAMBLE,
    ...users.map((user) => createUser(user, options.connectionLimit)),
    withoutRights(names),
    ...users.map(({ name, kind }) => GRANTS[kind].replaceAll("%", quoted(name))),
    databaseSql(options),
    schemaSql(options),
  ].join("\n");
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
/** A name as it is, be it a word of SQL or with a hyphen in it. The schema allows no quotation marks in one. */
const quoted = (name: string) => `"${name}"`;

const PREAMBLE = `\\set ON_ERROR_STOP on
\\set QUIET on
SET client_min_messages = 'warning';
SET statement_timeout = 0;
-- Nobody needs these statements in a log or in statistics. An administrator who is no superuser cannot help it.
SELECT format('SET %s = %L', name, value) FROM (VALUES ('log_min_duration_statement', '-1'),
    ('log_statement', 'none'), ('log_min_error_statement', 'panic'), ('pg_stat_statements.track', 'none')
  ) AS quiet (name, value) WHERE has_parameter_privilege(name, 'SET') \\gexec
SELECT format('CREATE ROLE %I NOLOGIN', 'app_readwrite')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_readwrite') \\gexec
`;

function createUser({ name, kind, password }: DatabaseUser, connectionLimit: number): string {
  const limit = kind === "service" ? connectionLimit : 5;
  return `SELECT format('CREATE ROLE %I', '${name}') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') \\gexec
ALTER ROLE ${quoted(name)} LOGIN NOCREATEDB NOCREATEROLE INHERIT CONNECTION LIMIT ${limit}
  PASSWORD ${literal(scramVerifier(name, password))};
`;
}

/** Takes from declared users what none may have, and from all others of the administrator's making the log-in. */
const withoutRights = (names: string) => `SELECT format('ALTER ROLE %I NOSUPERUSER NOREPLICATION', rolname)
  FROM pg_roles WHERE rolname IN (${names}) AND (rolsuper OR rolreplication) \\gexec
SELECT format('ALTER ROLE %I NOBYPASSRLS', rolname)
  FROM pg_roles WHERE rolname IN (${names}) AND rolbypassrls AND rolname <> 'backup' \\gexec
SELECT format('ALTER ROLE %I NOLOGIN', rolname) FROM pg_roles
  WHERE rolcanlogin AND rolname NOT IN (current_user, ${names})
    AND pg_has_role(oid, 'MEMBER WITH ADMIN OPTION') AND rolname NOT LIKE 'rds%' \\gexec
`;

/** Row security hides rows from a backup, unless it may pass it by or counts as the tables' owner. */
const SEES_EVERY_ROW = `SELECT CASE WHEN rolsuper OR rolbypassrls
    THEN 'ALTER ROLE % BYPASSRLS' ELSE 'GRANT migrator TO %' END
  FROM pg_roles WHERE rolname = current_user \\gexec
`;

const GRANTS: Record<DatabaseUser["kind"], string> = {
  service: "GRANT app_readwrite TO %;\n",
  // Whoever makes things in another's name has to have that one's rights.
  migrator: `ALTER ROLE % SET statement_timeout = 0;
SELECT 'GRANT % TO CURRENT_USER' WHERE NOT pg_has_role('migrator', 'USAGE') \\gexec
`,
  backup: `GRANT pg_read_all_data TO %;
ALTER ROLE % SET statement_timeout = 0;
ALTER ROLE % SET default_transaction_read_only = on;
${SEES_EVERY_ROW}`,
  exporter: "GRANT pg_monitor TO %;\n",
};

const databaseSql = ({
  database,
}: RolesOptions) => `SELECT format('CREATE DATABASE %I OWNER migrator', '${database}')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${database}') \\gexec
REVOKE ALL ON DATABASE ${quoted(database)} FROM PUBLIC;
GRANT CONNECT ON DATABASE ${quoted(database)} TO app_readwrite, migrator, backup, exporter;
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres TO exporter;
`;

const schemaSql = ({ database, schema, extensions }: RolesOptions) => `\\connect ${quoted(database)}
SET client_min_messages = 'warning';
REVOKE ALL ON SCHEMA public FROM PUBLIC;
-- Extensions stand there; the exporter reads their statistics.
GRANT USAGE ON SCHEMA public TO exporter;
CREATE SCHEMA IF NOT EXISTS ${quoted(schema)} AUTHORIZATION migrator;
GRANT USAGE ON SCHEMA ${quoted(schema)} TO app_readwrite;
ALTER DEFAULT PRIVILEGES FOR ROLE migrator IN SCHEMA ${quoted(schema)}
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app_readwrite;
ALTER DEFAULT PRIVILEGES FOR ROLE migrator IN SCHEMA ${quoted(schema)}
  GRANT USAGE, SELECT ON SEQUENCES TO app_readwrite;
${extensions
  .map(quoted)
  .map((name) => `CREATE EXTENSION IF NOT EXISTS ${name};\nALTER EXTENSION ${name} UPDATE;\n`)
  .join("")}`;
