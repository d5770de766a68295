/** The settings, from the environment. Everything wrong with it is reported at once, and no secret with it. */
import { isAbsolute } from "node:path";
import * as z from "zod";
import { directory, integer, list, MIN_PASSWORD, readableFile, secretFile, text } from "./fields";
import { parseDatabaseUrl } from "./database-url";
import { isSchedule } from "./schedule";
import { parseCredentials } from "./secrets";

const CRON = "a cron pattern of five fields, in UTC, such as 0 2 * * *";
const TABLE = /^[^."',\s]+\.[^."',\s]+$/;

const schedule = text(CRON).refine(isSchedule, { error: ({ input }) => `"${input}" is not ${CRON}` });

const environment = z.object({
  BACKUP_NAME: text("")
    .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'allowed are a-z, 0-9, "." and "-", at most 63')
    .optional(),
  BACKUP_REPOSITORY: text(
    "a restic repository, such as /bucket/restic or s3:https://host/bucket/restic",
  ).refine(
    isRepository,
    "is not an absolute path or s3:, b2:, azure:, gs: or rest: without a user and password in it",
  ),
  BACKUP_PASSWORD_FILE: secretFile("the file with the password of the repository", (password) => {
    if (password.length < MIN_PASSWORD)
      throw new Error(`has a password shorter than ${MIN_PASSWORD} characters`);
  }),
  BACKUP_CREDENTIALS_FILE: secretFile("", parseCredentials).optional(),
  BACKUP_DATABASE_URL_FILE: secretFile(
    "the file with the postgresql:// URL of a read-only role",
    parseDatabaseUrl,
  ),
  DATABASE_CA_FILE: readableFile("").optional(),
  BACKUP_FULL_SCHEDULE: schedule,
  BACKUP_EVENTS_SCHEDULE: schedule.optional(),
  BACKUP_EVENT_TABLES: list(
    text("").regex(TABLE, { error: ({ input }) => `"${input}" is not schema.table` }),
  ).optional(),
  BACKUP_DRILL_SCHEDULE: schedule.optional(),
  BACKUP_DRILL_DIR: directory().optional(),
  BACKUP_DRILL_MIB: integer(64, 64 * 1024 * 1024).optional(),
  BACKUP_DRILL_TIMEOUT_MINUTES: integer(1, 2880).default(120),
  BACKUP_RETENTION_DAYS: integer(1, 3650).default(30),
  BACKUP_PATHS: list(directory()).optional(),
  BACKUP_CACHE_DIR: directory().optional(),
  BACKUP_TIMEOUT_MINUTES: integer(1, 2880).default(360),
  BACKUP_PORT: integer(1, 65_535).default(9560),
  BACKUP_INITIAL: z.enum(["true", "false"], { error: "allowed are true and false" }).default("true"),
});

/** A secret in one of these would show in `docker inspect` and in every child's environment. */
const SECRET_VARIABLES: Record<string, string> = {
  BACKUP_PASSWORD: "BACKUP_PASSWORD_FILE",
  BACKUP_DATABASE_URL: "BACKUP_DATABASE_URL_FILE",
  RESTIC_PASSWORD: "BACKUP_PASSWORD_FILE",
  PGPASSWORD: "BACKUP_DATABASE_URL_FILE",
  AWS_SECRET_ACCESS_KEY: "BACKUP_CREDENTIALS_FILE",
};

/** All of a drill, or none. */
const DRILL_VARIABLES: Record<string, string> = {
  BACKUP_DRILL_SCHEDULE: CRON,
  BACKUP_DRILL_DIR: "a directory on a disk, such as /drill",
  BACKUP_DRILL_MIB: "what it may take of that disk",
};

export type Settings = ReturnType<typeof shape>;

/** Thrown with every problem, each as "NAME: what is wrong; what is allowed". */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/** The settings of this environment, or a SettingsError with all its problems in the order of their names. */
export function loadSettings(env: NodeJS.ProcessEnv): Settings {
  // An empty variable is how a compose file or a template says "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(given);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => `${String(issue.path[0])}: ${issue.message}`),
    ...crossProblems(given),
  ];
  if (problems.length > 0 || !parsed.data) throw new SettingsError(problems.sort());
  return shape(parsed.data);
}

/** What no single variable shows. Read from the raw environment, so that it is reported along with the rest. */
function crossProblems(env: NodeJS.ProcessEnv): string[] {
  const problems = Object.entries(SECRET_VARIABLES).flatMap(([name, file]) =>
    env[name] === undefined ? [] : [`${name}: is a secret and not read from the environment; use ${file}`],
  );
  if (env.BACKUP_EVENTS_SCHEDULE && !env.BACKUP_EVENT_TABLES) {
    problems.push("BACKUP_EVENT_TABLES: missing; BACKUP_EVENTS_SCHEDULE needs it, such as app.events");
  }
  if (env.BACKUP_EVENT_TABLES && !env.BACKUP_EVENTS_SCHEDULE) {
    problems.push(`BACKUP_EVENTS_SCHEDULE: missing; BACKUP_EVENT_TABLES needs it, ${CRON}`);
  }
  const absent = Object.entries(DRILL_VARIABLES).filter(([name]) => !env[name]);
  if (absent.length < Object.keys(DRILL_VARIABLES).length) {
    problems.push(...absent.map(([name, what]) => `${name}: missing; a drill needs it, ${what}`));
  }
  const known = new Set([...Object.keys(environment.shape), ...Object.keys(SECRET_VARIABLES)]);
  const unknown = Object.keys(env).filter((name) => name.startsWith("BACKUP_") && !known.has(name));
  return [...problems, ...unknown.map((name) => `${name}: unknown; see the README for the names`)];
}

function isRepository(value: string): boolean {
  if (isAbsolute(value)) return true;
  const remote = /^(s3|b2|azure|gs|rest):(.+)$/.exec(value);
  return remote !== null && !/\/\/[^/]*@/.test(value);
}

function shape(data: z.output<typeof environment>) {
  return {
    name: data.BACKUP_NAME ?? "mainstay",
    repository: data.BACKUP_REPOSITORY,
    passwordFile: data.BACKUP_PASSWORD_FILE,
    credentialsFile: data.BACKUP_CREDENTIALS_FILE,
    databaseUrlFile: data.BACKUP_DATABASE_URL_FILE,
    databaseCaFile: data.DATABASE_CA_FILE,
    schedules: {
      full: data.BACKUP_FULL_SCHEDULE,
      events: data.BACKUP_EVENTS_SCHEDULE,
      drill: data.BACKUP_DRILL_SCHEDULE,
    },
    drill:
      data.BACKUP_DRILL_DIR === undefined || data.BACKUP_DRILL_MIB === undefined
        ? undefined
        : {
            directory: data.BACKUP_DRILL_DIR,
            sizeMiB: data.BACKUP_DRILL_MIB,
            timeoutMinutes: data.BACKUP_DRILL_TIMEOUT_MINUTES,
          },
    eventTables: data.BACKUP_EVENT_TABLES ?? [],
    retentionDays: data.BACKUP_RETENTION_DAYS,
    paths: data.BACKUP_PATHS ?? [],
    cacheDir: data.BACKUP_CACHE_DIR,
    timeoutMinutes: data.BACKUP_TIMEOUT_MINUTES,
    port: data.BACKUP_PORT,
    initial: data.BACKUP_INITIAL === "true",
  } as const;
}
