import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, fileOf, logsOf, PORTS, run } from "./support/environment";
import { handshake } from "./support/tls";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "mainstay-"));
  writeFileSync(join(directory, "authority.pem"), fileOf("api-secrets", "database-authorities.pem"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs SQL from the host as who is given a login, or as anybody else; the password is their own unless another is given. */
function sql(
  who: string,
  statement: string,
  options: { mode?: string; password?: string; database?: string } = {},
) {
  const { mode = "verify-full", database = "app" } = options;
  const { name, password } = login(who);
  const connection = `host=localhost hostaddr=127.0.0.1 port=${PORTS.database} dbname=${database} user=${name} sslmode=${mode} sslrootcert=${directory}/authority.pem connect_timeout=5`;
  const { status, stdout, stderr } = spawnSync(
    "psql",
    ["-XAt", "--no-password", "-d", connection, "-c", statement],
    {
      encoding: "utf8",
      env: { PATH: process.env.PATH, PGPASSWORD: options.password ?? password, LC_ALL: "C" },
    },
  );
  return { status, output: stdout.trim(), error: stderr.trim() };
}

const HAVE_LOGINS = ["api", "worker", "migrator", "backup", "exporter"];

/** What somebody logs in with, as the files of its container say; of who is given none, the name alone. */
function login(who: string): { name: string; password?: string } {
  if (!HAVE_LOGINS.includes(who)) return { name: who };
  if (who === "exporter") return { name: who, password: fileOf("database-exporter-secrets", "password") };
  const [files, file] =
    who === "backup"
      ? ["backups-secrets", "database-url"]
      : [who === "migrator" ? "migration-secrets" : `${who}-secrets`, "DATABASE_URL"];
  const { username, password } = new URL(fileOf(files, file));
  return { name: username, password };
}

describe("PostgreSQL", () => {
  test("refuses plain text, a wrong password, none, the superuser, and a user nobody declared", () => {
    const tries = {
      plain: sql("api", "select 1", { mode: "disable" }),
      wrong: sql("api", "select 1", { password: "wrong" }),
      none: sql("api", "select 1", { password: "" }),
      superuser: sql("postgres", "select 1", { database: "postgres", password: "x" }),
      unknown: sql("mallory", "select 1", { password: "x" }),
      elsewhere: sql("api", "select 1", { database: "postgres" }),
    };
    const reasons = Object.fromEntries(
      Object.entries(tries).map(([name, { status, error }]) => [
        name,
        [status, error.split("FATAL:  ")[1] ?? error],
      ]),
    );
    expect(reasons.plain).toEqual([
      2,
      expect.stringMatching(
        /^pg_hba.conf rejects connection for host "[\d.]+", user "api_odd", database "app", no encryption$/,
      ),
    ]);
    expect(reasons.wrong).toEqual([2, 'password authentication failed for user "api_odd"']);
    expect(reasons.none?.[0]).toBe(2);
    expect(reasons.superuser).toEqual([
      2,
      expect.stringMatching(/^pg_hba.conf rejects connection .* user "postgres"/),
    ]);
    expect(reasons.unknown).toEqual([
      2,
      expect.stringMatching(/^pg_hba.conf rejects connection .* user "mallory"/),
    ]);
    expect(reasons.elsewhere).toEqual([
      2,
      expect.stringMatching(/^pg_hba.conf rejects connection .* database "postgres"/),
    ]);
  });

  test("shows a certificate of the environment's authority, over TLS 1.2 at the least", () => {
    const { output } = sql("api", "select version from pg_stat_ssl where pid = pg_backend_pid()");
    expect(["TLSv1.2", "TLSv1.3"]).toContain(output);
    const spoken = ["tls1_2", "tls1_1", "tls1"].map((version) =>
      handshake(PORTS.database, version, "-starttls", "postgres"),
    );
    expect(spoken).toEqual([
      { version: "TLSv1.2" },
      { alert: "protocol version" },
      { alert: "protocol version" },
    ]);
  });

  test("is tuned for 768 MiB, with the limits of the shape", () => {
    const names = [
      ...[
        "max_connections",
        "shared_buffers",
        "effective_cache_size",
        "work_mem",
        "statement_timeout",
        "lock_timeout",
      ],
      ...[
        "idle_in_transaction_session_timeout",
        "log_min_duration_statement",
        "shared_preload_libraries",
        "password_encryption",
      ],
    ];
    const { output } = sql(
      "exporter",
      `select string_agg(n || '=' || current_setting(n), ' ' order by i) from unnest('{${names.join(",")}}'::text[]) with ordinality as t(n, i)`,
    );
    expect(output).toBe(
      "max_connections=100 shared_buffers=192MB effective_cache_size=576MB work_mem=2949kB statement_timeout=30s " +
        "lock_timeout=5s idle_in_transaction_session_timeout=1min log_min_duration_statement=500ms " +
        "shared_preload_libraries=pg_stat_statements password_encryption=scram-sha-256",
    );
  });

  test("gives each user what it needs and no more", () => {
    const refused = (who: string, statement: string) =>
      sql(who, statement)
        .error.replace(/^ERROR: {2}/, "")
        .split("\n")[0];
    expect(refused("api", "create table app.x (i int)")).toBe("permission denied for schema app");
    expect(refused("api", "create table public.x (i int)")).toBe("permission denied for schema public");
    expect(refused("api", "update app.events set payload = '{}'")).toBe("permission denied for table events");
    expect(refused("api", "delete from app.events")).toBe("permission denied for table events");
    expect(refused("worker", "truncate app.events")).toBe("permission denied for table events");
    expect(refused("api", "select rolpassword from pg_authid")).toBe("permission denied for table pg_authid");
    expect(refused("api", "create role mallory")).toBe("permission denied to create role");
    expect(refused("api", "copy (select 1) to program 'true'")).toMatch(
      /^must be superuser or have privileges of the pg_execute_server_program role/,
    );
    expect(refused("exporter", "select * from app.events")).toBe("permission denied for schema app");
    // Its sessions read only; and where it says otherwise, it still may not.
    const insert = "insert into app.events default values";
    expect(refused("backup", insert)).toBe("cannot execute INSERT in a read-only transaction");
    expect(refused("backup", `begin read write; ${insert}`)).toBe("permission denied for table events");
    expect(refused("migrator", "delete from app.events")).not.toBe(undefined);
    expect(sql("exporter", "select count(*) > 0 from pg_stat_activity where state is not null").output).toBe(
      "t",
    );
    expect(sql("backup", "select count(*) >= 0 from app.events").output).toBe("t");
  });

  test("logs a slow statement, without its values", async () => {
    expect(sql("api", "select pg_sleep(0.6)").status).toBe(0);
    const line = await eventually(45, async () =>
      (await logsOf("database")).split("\n").find((text) => text.includes("select pg_sleep(0.6)")),
    );
    expect(line).toMatch(
      /user=api_odd db=app .* LOG: {2}duration: \d+\.\d+ ms {2}statement: select pg_sleep\(0\.6\)$/,
    );
  });

  test("has no password in its statistics or its log", async () => {
    const { output } = sql(
      "exporter",
      "select count(*) filter (where query ilike '%password%'), count(*) > 0 from pg_stat_statements",
    );
    expect(output).toBe("0|t");
    const log = await logsOf("database");
    const passwords = HAVE_LOGINS.map((who) => login(who).password ?? "");
    expect(passwords.map(({ length }) => length)).toEqual([40, 40, 40, 40, 40]);
    expect(passwords.filter((password) => log.includes(password))).toEqual([]);
  });
});

/** A Redis command from the host, as a user or as nobody. */
function redis(user: string | undefined, ...command: string[]): string {
  const args = [
    "-h",
    "127.0.0.1",
    "-p",
    String(PORTS.cache),
    ...(user ? ["--user", user, "--no-auth-warning"] : []),
    ...command,
  ];
  const env = { PATH: process.env.PATH, ...(user ? { REDISCLI_AUTH: cachePassword(user) } : {}) };
  return execFileSync("redis-cli", args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "pipe"] }).trim();
}

function cachePassword(user: string): string {
  if (user === "exporter")
    return String(Object.values(JSON.parse(fileOf("cache-exporter-secrets", "passwords.json")) as object)[0]);
  return new URL(fileOf(`${user}-secrets`, "REDIS_URL")).password;
}

describe("Redis", () => {
  test("refuses who has no credentials, or wrong ones", () => {
    expect(redis(undefined, "get", "x")).toBe("NOAUTH Authentication required.");
    const wrong = execFileSync("redis-cli", ["-p", String(PORTS.cache), "auth", "api", "wrong"], {
      encoding: "utf8",
    });
    expect(wrong.trim()).toBe("WRONGPASS invalid username-password pair or user is disabled.");
    const byDefault = execFileSync("redis-cli", ["-p", String(PORTS.cache), "auth", "default", ""], {
      encoding: "utf8",
    });
    expect(byDefault.trim()).toBe("WRONGPASS invalid username-password pair or user is disabled.");
  });

  test("lets a service use keys, but not run or look through the server", () => {
    expect(redis("api", "set", "probe:data-test", "1", "EX", "5")).toBe("OK");
    for (const command of [
      ["flushall"],
      ["config", "get", "*"],
      ["keys", "*"],
      ["acl", "list"],
      ["shutdown"],
      ["replicaof", "no", "one"],
    ]) {
      expect(redis("api", ...command)).toMatch(
        /^NOPERM this user has no permissions to run the '[\w|]+' command/i,
      );
    }
    expect(redis("exporter", "get", "probe:data-test")).toMatch(/^NOPERM/);
  });

  test("is bounded to 70 % of its memory and throws the least used keys away", () => {
    expect(redis("exporter", "config", "get", "maxmemory")).toBe(`maxmemory\n${134 * 1024 * 1024}`);
    expect(redis("exporter", "config", "get", "maxmemory-policy")).toBe("maxmemory-policy\nallkeys-lru");
  });

  test("holds digests of passwords only", async () => {
    const { output } = await run("cache", ["cat", "/run/secrets/users.acl"]);
    expect(output.match(/^user \w+ on #[0-9a-f]{64} /gm)?.length).toBe(4);
    expect(["api", "worker", "exporter"].filter((user) => output.includes(cachePassword(user)))).toEqual([]);
  });
});
