/** A database with something in it, and the bundled runner: what every test with real tools starts from. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROLE, ROLE_PASSWORD, startPostgres, type Database } from "./postgres";
import { bundle, RESTIC_PASSWORD, Runner } from "./runner";

/** The tables of the shop that hold rows, in the order in which the runner reports them. */
export const TABLES = [
  'app.Gift "Cards"',
  "app.events_2025",
  "app.events_2026",
  "app.orders",
  "billing.invoices",
];

/** app.events_2025 has some twenty megabytes: more than fits into the buffers between pg_dump and restic. */
const SHOP = `
CREATE SCHEMA app; CREATE SCHEMA billing;
CREATE TABLE app.events (id bigserial, at timestamptz NOT NULL, body text) PARTITION BY RANGE (at);
CREATE TABLE app.events_2025 PARTITION OF app.events FOR VALUES FROM ('2025-01-01Z') TO ('2026-01-01Z');
CREATE TABLE app.events_2026 PARTITION OF app.events FOR VALUES FROM ('2026-01-01Z') TO ('2027-01-01Z');
CREATE TABLE app.orders (id int PRIMARY KEY, total numeric);
CREATE TABLE app."Gift ""Cards""" (id int);
CREATE TABLE billing.invoices (id int PRIMARY KEY, "order" int REFERENCES app.orders);
CREATE MATERIALIZED VIEW billing.sums AS SELECT count(*) FROM billing.invoices;
INSERT INTO app.events (at, body) SELECT timestamptz '2025-01-01Z' + i * interval '1 minute',
  md5(i::text) || md5((i + 1)::text) || md5((i + 2)::text) FROM generate_series(1, 160000) i;
INSERT INTO app.events (at, body) SELECT '2026-05-01Z', 'event ' || i FROM generate_series(1, 37) i;
INSERT INTO app.orders SELECT i, i * 1.5 FROM generate_series(1, 500) i;
INSERT INTO billing.invoices SELECT i, i FROM generate_series(1, 211) i;
`;

export class World {
  private constructor(
    readonly directory: string,
    readonly database: Database,
    private readonly bundlePath: string,
  ) {}

  static async create(): Promise<World> {
    const directory = mkdtempSync(join(tmpdir(), "backup-test-"));
    // The server runs as another user and must get through to its data.
    chmodSync(directory, 0o755);
    const database = await startPostgres(directory);
    database.sql("postgres", "CREATE DATABASE shop");
    database.sql("shop", SHOP);
    return new World(directory, database, bundle(directory));
  }

  async destroy(): Promise<void> {
    await this.database.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  url(host = "127.0.0.1", password = ROLE_PASSWORD): string {
    return `postgresql://${ROLE}:${encodeURIComponent(password)}@${host}:${this.database.port}/shop`;
  }

  runner(settings: Record<string, string> = {}, url = this.url()): Runner {
    return new Runner(this.directory, this.bundlePath, url, settings);
  }

  /** Rows of each table. */
  counts(database: string): Record<string, number> {
    const quoted = (table: string) =>
      table
        .split(".")
        .map((part) => `"${part.replaceAll('"', '""')}"`)
        .join(".");
    const query = TABLES.map((table) => `SELECT count(*) FROM ${quoted(table)}`).join(" UNION ALL ");
    const rows = this.database.sql(database, query);
    return Object.fromEntries(TABLES.map((table, index) => [table, Number(rows[index])]));
  }

  /** Restores a dump out of a repository into a new database, with the tools and not with the runner. */
  restore(runner: Runner, id: string, file: string, into: string, prepare = ""): void {
    this.database.sql("postgres", `CREATE DATABASE ${into}`);
    this.database.sql(into, prepare);
    const env = {
      ...process.env,
      RESTIC_REPOSITORY: runner.env.BACKUP_REPOSITORY,
      RESTIC_PASSWORD_FILE: runner.env.BACKUP_PASSWORD_FILE,
      PGPASSWORD: "owner-password",
    };
    const target = `-h 127.0.0.1 -p ${this.database.port} -U owner -d ${into}`;
    const line = `restic --no-cache dump ${id} ${file} | pg_restore --exit-on-error ${target}`;
    execFileSync("bash", ["-o", "pipefail", "-c", line], { env, stdio: "pipe" });
  }
}

/** Every form in which a secret could show. */
const SECRETS = [RESTIC_PASSWORD, ROLE_PASSWORD, encodeURIComponent(ROLE_PASSWORD)];

/** The secrets a text shows; a test wants none. */
export function secretsIn(text: string): string[] {
  return SECRETS.filter(
    (secret) => text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1)),
  );
}

/** Tries until `attempt` gives a value. */
export async function eventually<T>(
  attempt: () => T | undefined | Promise<T | undefined>,
  seconds = 30,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await attempt();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${String(attempt)}`);
    await sleep(10);
  }
}

export interface Process {
  readonly pid: number;
  readonly arguments: readonly string[];
}

/** The processes below this one, with their arguments as anybody can read them. */
export function descendants(ancestor: number): Process[] {
  const parents = new Map<number, number>();
  for (const pid of readdirSync("/proc").map(Number).filter(Boolean)) {
    const stat = read(pid, "stat");
    if (stat) parents.set(pid, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === ancestor || isBelow(parent));
  };
  return [...parents.keys()]
    .filter(isBelow)
    .map((pid) => ({ pid, arguments: read(pid, "cmdline").split("\0").slice(0, -1) }));
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
