import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadSettings, SettingsError } from "../../../services/backup/src/settings";

const directory = mkdtempSync(join(tmpdir(), "backup-settings-"));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const good = {
  PATH: "/usr/bin",
  BACKUP_REPOSITORY: "s3:https://s3.eu-central-1.amazonaws.com/bucket/restic",
  BACKUP_PASSWORD_FILE: file("password", "long-enough-password\n"),
  BACKUP_DATABASE_URL_FILE: file("url", "postgresql://reader:pass%2Fword@db:5433/shop?sslmode=require\n"),
  BACKUP_FULL_SCHEDULE: "0 2 * * *",
};

/** The problems of the good settings with these changes. */
function problems(changes: Record<string, string | undefined>): readonly string[] {
  try {
    loadSettings({ ...good, ...changes });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

test("what is not given has a default", () => {
  expect(loadSettings({ ...good, BACKUP_PATHS: "" })).toEqual({
    name: "mainstay",
    repository: good.BACKUP_REPOSITORY,
    passwordFile: good.BACKUP_PASSWORD_FILE,
    credentialsFile: undefined,
    databaseUrlFile: good.BACKUP_DATABASE_URL_FILE,
    databaseCaFile: undefined,
    schedules: { full: "0 2 * * *", events: undefined, drill: undefined },
    drill: undefined,
    eventTables: [],
    retentionDays: 30,
    paths: [],
    cacheDir: undefined,
    timeoutMinutes: 360,
    port: 9560,
    initial: true,
  });
});

test("everything given is taken over", () => {
  const given = {
    ...good,
    BACKUP_NAME: "prod",
    BACKUP_CREDENTIALS_FILE: file(
      "credentials",
      "AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY=very-secret\n",
    ),
    DATABASE_CA_FILE: file("ca", "certificate"),
    BACKUP_EVENTS_SCHEDULE: "*/15 * * * *",
    BACKUP_EVENT_TABLES: "app.events, app.outbox",
    BACKUP_DRILL_SCHEDULE: "0 4 * * 0",
    BACKUP_DRILL_DIR: directory,
    BACKUP_DRILL_MIB: "2048",
    BACKUP_DRILL_TIMEOUT_MINUTES: "90",
    BACKUP_RETENTION_DAYS: "7",
    BACKUP_PATHS: directory,
    BACKUP_CACHE_DIR: directory,
    BACKUP_TIMEOUT_MINUTES: "30",
    BACKUP_PORT: "9999",
    BACKUP_INITIAL: "false",
  };
  expect(loadSettings(given)).toEqual({
    name: "prod",
    repository: good.BACKUP_REPOSITORY,
    passwordFile: good.BACKUP_PASSWORD_FILE,
    credentialsFile: given.BACKUP_CREDENTIALS_FILE,
    databaseUrlFile: good.BACKUP_DATABASE_URL_FILE,
    databaseCaFile: given.DATABASE_CA_FILE,
    schedules: { full: "0 2 * * *", events: "*/15 * * * *", drill: "0 4 * * 0" },
    drill: { directory, sizeMiB: 2048, timeoutMinutes: 90 },
    eventTables: ["app.events", "app.outbox"],
    retentionDays: 7,
    paths: [directory],
    cacheDir: directory,
    timeoutMinutes: 30,
    port: 9999,
    initial: false,
  });
});

describe("every problem is reported at once", () => {
  test("an empty environment", () => {
    expect(() => loadSettings({})).toThrow(
      new SettingsError([
        "BACKUP_DATABASE_URL_FILE: missing; the file with the postgresql:// URL of a read-only role",
        "BACKUP_FULL_SCHEDULE: missing; a cron pattern of five fields, in UTC, such as 0 2 * * *",
        "BACKUP_PASSWORD_FILE: missing; the file with the password of the repository",
        "BACKUP_REPOSITORY: missing; a restic repository, such as /bucket/restic or s3:https://host/bucket/restic",
      ]),
    );
  });

  test("all values wrong", () => {
    const short = file("short", "tiny-secret");
    const empty = file("empty", "\n");
    const wrong = {
      BACKUP_NAME: "My Shop",
      BACKUP_REPOSITORY: "rest:https://user:hidden-password@host/repository",
      BACKUP_PASSWORD_FILE: short,
      BACKUP_DATABASE_URL_FILE: "/absent/url",
      BACKUP_CREDENTIALS_FILE: empty,
      DATABASE_CA_FILE: "/absent/ca",
      BACKUP_FULL_SCHEDULE: "61 * * * *",
      BACKUP_EVENTS_SCHEDULE: "hourly",
      BACKUP_EVENT_TABLES: "app.events,events",
      BACKUP_DRILL_SCHEDULE: "weekly",
      BACKUP_DRILL_DIR: "drill",
      BACKUP_DRILL_MIB: "63",
      BACKUP_DRILL_TIMEOUT_MINUTES: "0",
      BACKUP_RETENTION_DAYS: "1e3",
      BACKUP_PATHS: "assets,/absent/assets",
      BACKUP_TIMEOUT_MINUTES: "0",
      BACKUP_PORT: "99999",
      BACKUP_INITIAL: "yes",
      BACKUP_RETENTION: "30",
      AWS_SECRET_ACCESS_KEY: "hidden-key",
    };
    expect(problems(wrong)).toEqual([
      "AWS_SECRET_ACCESS_KEY: is a secret and not read from the environment; use BACKUP_CREDENTIALS_FILE",
      `BACKUP_CREDENTIALS_FILE: ${empty} is empty`,
      "BACKUP_DATABASE_URL_FILE: /absent/url cannot be read (ENOENT)",
      'BACKUP_DRILL_DIR: "drill" is not an absolute path',
      'BACKUP_DRILL_MIB: "63" is not a whole number from 64 to 67108864',
      'BACKUP_DRILL_SCHEDULE: "weekly" is not a cron pattern of five fields, in UTC, such as 0 2 * * *',
      'BACKUP_DRILL_TIMEOUT_MINUTES: "0" is not a whole number from 1 to 2880',
      'BACKUP_EVENTS_SCHEDULE: "hourly" is not a cron pattern of five fields, in UTC, such as 0 2 * * *',
      'BACKUP_EVENT_TABLES: "events" is not schema.table',
      'BACKUP_FULL_SCHEDULE: "61 * * * *" is not a cron pattern of five fields, in UTC, such as 0 2 * * *',
      "BACKUP_INITIAL: allowed are true and false",
      'BACKUP_NAME: allowed are a-z, 0-9, "." and "-", at most 63',
      `BACKUP_PASSWORD_FILE: ${short} has a password shorter than 16 characters`,
      'BACKUP_PATHS: "/absent/assets" is not a directory',
      'BACKUP_PATHS: "assets" is not an absolute path',
      'BACKUP_PORT: "99999" is not a whole number from 1 to 65535',
      "BACKUP_REPOSITORY: is not an absolute path or s3:, b2:, azure:, gs: or rest: without a user and password in it",
      "BACKUP_RETENTION: unknown; see the README for the names",
      'BACKUP_RETENTION_DAYS: "1e3" is not a whole number from 1 to 3650',
      'BACKUP_TIMEOUT_MINUTES: "0" is not a whole number from 1 to 2880',
      "DATABASE_CA_FILE: /absent/ca cannot be read (ENOENT)",
    ]);
  });
});

test("events need a schedule and tables, or neither", () => {
  expect(problems({ BACKUP_EVENTS_SCHEDULE: "0 * * * *" })).toEqual([
    "BACKUP_EVENT_TABLES: missing; BACKUP_EVENTS_SCHEDULE needs it, such as app.events",
  ]);
  expect(problems({ BACKUP_EVENT_TABLES: "app.events" })).toEqual([
    "BACKUP_EVENTS_SCHEDULE: missing; BACKUP_EVENT_TABLES needs it, a cron pattern of five fields, in UTC, such as 0 2 * * *",
  ]);
});

test("a drill needs a schedule, a place and a size, or none of them", () => {
  const missing = {
    schedule:
      "BACKUP_DRILL_SCHEDULE: missing; a drill needs it, a cron pattern of five fields, in UTC, such as 0 2 * * *",
    directory: "BACKUP_DRILL_DIR: missing; a drill needs it, a directory on a disk, such as /drill",
    size: "BACKUP_DRILL_MIB: missing; a drill needs it, what it may take of that disk",
  };
  expect(problems({ BACKUP_DRILL_SCHEDULE: "0 4 * * 0" })).toEqual([missing.directory, missing.size]);
  expect(problems({ BACKUP_DRILL_DIR: directory })).toEqual([missing.size, missing.schedule]);
  expect(problems({ BACKUP_DRILL_MIB: "2048" })).toEqual([missing.directory, missing.schedule]);
});

test("secrets in the environment are refused by name", () => {
  const given = { BACKUP_PASSWORD: "x", BACKUP_DATABASE_URL: "x", RESTIC_PASSWORD: "x", PGPASSWORD: "x" };
  expect(problems(given)).toEqual([
    "BACKUP_DATABASE_URL: is a secret and not read from the environment; use BACKUP_DATABASE_URL_FILE",
    "BACKUP_PASSWORD: is a secret and not read from the environment; use BACKUP_PASSWORD_FILE",
    "PGPASSWORD: is a secret and not read from the environment; use BACKUP_DATABASE_URL_FILE",
    "RESTIC_PASSWORD: is a secret and not read from the environment; use BACKUP_PASSWORD_FILE",
  ]);
});

test.each([
  ["mysql://reader:hidden@db/shop", "is not a URL such as postgresql://user:password@host:5432/database"],
  ["reader hidden", "is not a URL such as postgresql://user:password@host:5432/database"],
  ["postgresql://db", "lacks a user and a password and a database"],
  ["postgresql://reader:hidden@db/shop?options=-c", "has a parameter other than sslmode"],
  [
    "postgresql://reader:hidden@db/shop?sslmode=on",
    "has an unknown sslmode; allowed: disable, allow, prefer, require, verify-ca, verify-full",
  ],
  ["postgresql://reader:100%hidden@db/shop", "has a % that is no percent-encoding; write it as %25"],
])("a wrong database URL (%#) is explained and not shown", (url, message) => {
  const path = file("wrong-url", url);
  expect(problems({ BACKUP_DATABASE_URL_FILE: path })).toEqual([
    `BACKUP_DATABASE_URL_FILE: ${path} ${message}`,
  ]);
});

test("a credentials file holds credentials of a cloud and nothing else", () => {
  const path = file("strange", "AWS_ACCESS_KEY_ID=AKIA\nRESTIC_PASSWORD=hidden\n");
  expect(problems({ BACKUP_CREDENTIALS_FILE: path })).toEqual([
    `BACKUP_CREDENTIALS_FILE: ${path} has a name that is no credential of a cloud; allowed: AWS_…, AZURE_…, B2_…, GOOGLE_…, RESTIC_REST_…`,
  ]);
});
