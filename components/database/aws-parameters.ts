import { databaseClass } from "../../environment/aws-sizes";
import type { AwsEnvironment } from "../../environment/environment";
import { postgresSettings } from "./settings";

/** A parameter of RDS, and when a change of it takes effect. */
export interface DatabaseParameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod: "immediate" | "pending-reboot";
}

type Unit = "boolean" | "count" | "text" | keyof typeof SIZES | keyof typeof TIMES;

/** What each is worth in KiB; RDS takes numbers only, in the unit PostgreSQL keeps a setting in. */
const SIZES = { kB: 1, MB: 1024, GB: 1024 * 1024, "8kB": 8 };
/** What each is worth in milliseconds. */
const TIMES = { ms: 1, s: 1000 };

/**
 * The settings of the Docker database that RDS takes with the same figure: its unit, and whether it is read at a
 * restart only. What is missing here RDS sets itself by the class's memory (shared_buffers), keeps to itself (ssl,
 * files, log_line_prefix) or has set for its own storage (checkpoints, WAL).
 *
 * Source: "RDS for PostgreSQL DB instance parameter list", Amazon RDS user guide. Names, units, what is static and the
 * choices of texts were held on 25 November 2026 against a list of parameters RDS had printed; that was of Aurora
 * PostgreSQL 14, which has no `log_checkpoints`.
 */
export const TAKEN: Readonly<Record<string, { readonly unit: Unit; readonly static?: true }>> = {
  max_connections: { unit: "count", static: true },
  effective_cache_size: { unit: "8kB" },
  work_mem: { unit: "kB" },
  maintenance_work_mem: { unit: "kB" },
  max_parallel_workers_per_gather: { unit: "count" },
  random_page_cost: { unit: "count" },

  statement_timeout: { unit: "ms" },
  lock_timeout: { unit: "ms" },
  idle_in_transaction_session_timeout: { unit: "ms" },
  tcp_keepalives_idle: { unit: "s" },

  shared_preload_libraries: { unit: "text", static: true },
  "pg_stat_statements.max": { unit: "count", static: true },
  track_io_timing: { unit: "boolean" },

  log_min_duration_statement: { unit: "ms" },
  log_parameter_max_length: { unit: "count" },
  log_parameter_max_length_on_error: { unit: "count" },
  log_lock_waits: { unit: "boolean" },
  log_checkpoints: { unit: "boolean" },
  log_temp_files: { unit: "kB" },
  log_autovacuum_min_duration: { unit: "ms" },
};

/** Parameters of a database on AWS, by name: tuned as the one on Docker, for the memory of its instance class. */
export function databaseParameters(environment: AwsEnvironment): DatabaseParameter[] {
  const memoryMiB = databaseClass(environment.database)?.memoryMiB ?? environment.database.memoryMiB;
  const settings = postgresSettings({ ...environment, database: { ...environment.database, memoryMiB } });
  const taken = Object.entries(TAKEN).map(([name, { unit, static: fixed }]) => ({
    name,
    value: inUnit(settings[name] ?? "", unit),
    applyMethod: fixed ? ("pending-reboot" as const) : ("immediate" as const),
  }));
  const own = [
    // RDS's own value since PostgreSQL 15, which it says is pending however it was set: `immediate` would be a change
    // in every update.
    { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" as const },
    { name: "rds.accepted_password_auth_method", value: "scram", applyMethod: "immediate" as const },
    // RDS spells the choices of this one in capitals.
    { name: "pg_stat_statements.track", value: "TOP", applyMethod: "immediate" as const },
  ];
  return [...taken, ...own].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * A setting as postgresql.conf has it, in a parameter's unit.
 *
 * @param setting such as `'text'`, `on`, `256MB` or `30s`
 * @throws where the setting is of another kind than the unit
 */
export function inUnit(setting: string, unit: Unit): string {
  if (unit === "text") return setting.replaceAll("'", "");
  if (unit === "boolean") return setting === "on" ? "1" : "0";
  const [, figure = "", given = ""] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(setting) ?? [];
  // A figure without a unit is in the setting's own, which is the parameter's.
  if (figure !== "" && given === "") return figure;
  for (const scale of [SIZES, TIMES] as const) {
    const [from, to] = [(scale as Record<string, number>)[given], (scale as Record<string, number>)[unit]];
    if (from !== undefined && to !== undefined) return String(Math.floor((Number(figure) * from) / to));
  }
  throw new Error(`${setting} cannot be said in ${unit}`);
}
