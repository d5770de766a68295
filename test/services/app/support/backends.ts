import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { freePort } from "../../../support/free-port";
import { given } from "./given";

/** Real PostgreSQL and Redis processes, thrown away afterwards. */
export interface Backends {
  /** The address of the app's database, or of another, for one of its roles. */
  readonly database: (role: string, name?: string) => string;
  /** The certificate the database's is checked against. */
  readonly caFile: string;
  readonly cache: string;
  readonly redisProcess: ChildProcess;
  readonly stop: () => Promise<void>;
}

const PASSWORD = "pw-of-the-tests";

/** Where Debian puts PostgreSQL's server programs, besides the PATH. */
function postgresPrograms(): string | undefined {
  const places = (process.env["PATH"] ?? "").split(":");
  const debian = "/usr/lib/postgresql";
  if (existsSync(debian)) places.push(...readdirSync(debian).map((version) => join(debian, version, "bin")));
  return places.find((place) => existsSync(join(place, "initdb")) && existsSync(join(place, "postgres")));
}

const onPath = (program: string) =>
  (process.env["PATH"] ?? "")
    .split(":")
    .map((place) => join(place, program))
    .find(existsSync);

/** What is missing for the tests that need real processes; nothing if all is there. */
export function missingPrograms(): string[] {
  return [
    ...(postgresPrograms() ? [] : ["postgres"]),
    ...["redis-server", "openssl"].filter((program) => onPath(program) === undefined),
  ];
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; then the user its package made is borrowed. */
function unprivileged(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => {
    for (const user of ["postgres", "nobody"]) {
      try {
        return Number(
          execFileSync("id", [flag, user], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
        );
      } catch {
        // The next one.
      }
    }
    throw new Error("running as root, and there is no user to run PostgreSQL as");
  };
  return { uid: id("-u"), gid: id("-g") };
}

/** Starts both, with the roles and rights the database component makes before migrations run. */
export async function startBackends(): Promise<Backends> {
  const folder = mkdtempSync(join(tmpdir(), "mainstay-app-"));
  const user = unprivileged();
  if (user) chownSync(folder, user.uid, user.gid);
  const [databasePort, cachePort] = await Promise.all([freePort(), freePort()]);
  const programs = given(postgresPrograms());
  const quiet = { ...user, cwd: folder, stdio: "ignore" } as const;
  makeCertificates(folder, user);

  const data = join(folder, "data");
  writeFileSync(join(folder, "password"), PASSWORD, { mode: 0o644 });
  const initial = [
    "-D",
    data,
    "-U",
    "postgres",
    "-A",
    "scram-sha-256",
    `--pwfile=${join(folder, "password")}`,
  ];
  execFileSync(join(programs, "initdb"), [...initial, "--no-sync", "-E", "UTF8", "--locale=C"], quiet);
  const settings = {
    port: databasePort,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    ssl: "on",
    ssl_cert_file: join(folder, "server.crt"),
    ssl_key_file: join(folder, "server.key"),
  };
  const flags = Object.entries(settings).flatMap(([name, setting]) => ["-c", `${name}=${setting}`]);
  const postgres = spawn(join(programs, "postgres"), ["-D", data, ...flags], quiet);
  const redis = spawn(
    given(onPath("redis-server")),
    ["--port", `${cachePort}`, "--bind", "127.0.0.1", "--save", ""],
    quiet,
  );

  const database = (role: string, name = "app") =>
    `postgresql://${role}:${PASSWORD}@localhost:${databasePort}/${name}`;
  const stop = async () => {
    const ended = [postgres, redis].map((child) => new Promise((resolve) => child.once("exit", resolve)));
    postgres.kill("SIGINT");
    redis.kill("SIGKILL");
    await Promise.all(ended);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await prepare(`postgresql://postgres:${PASSWORD}@localhost:${databasePort}/postgres`);
  } catch (error) {
    await stop();
    throw error;
  }
  const cache = `redis://127.0.0.1:${cachePort}`;
  return { database, caFile: join(folder, "ca.crt"), cache, redisProcess: redis, stop };
}

async function prepare(url: string): Promise<void> {
  const server = await connected(url);
  await server.query(`CREATE ROLE app_readwrite NOLOGIN`);
  await server.query(`CREATE ROLE app_migrator LOGIN PASSWORD '${PASSWORD}'`);
  await server.query(`CREATE ROLE app_api LOGIN PASSWORD '${PASSWORD}' IN ROLE app_readwrite`);
  await server.query(`CREATE ROLE app_worker LOGIN PASSWORD '${PASSWORD}' IN ROLE app_readwrite`);
  await server.query("CREATE DATABASE app");
  await server.end();
  const app = await connected(url.replace(/postgres$/, "app"));
  await app.query("CREATE SCHEMA app AUTHORIZATION app_migrator");
  await app.query(`ALTER DEFAULT PRIVILEGES FOR ROLE app_migrator IN SCHEMA app
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app_readwrite`);
  await app.end();
}

async function connected(url: string): Promise<Client> {
  for (let attempt = 0; ; attempt += 1) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(100);
    }
  }
}

function makeCertificates(folder: string, user: User | undefined): void {
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { ...user, cwd: folder, stdio: "ignore" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  for (const ca of ["ca", "other"]) {
    openssl(
      "req",
      "-x509",
      ...key,
      "-keyout",
      `${ca}.key`,
      "-out",
      `${ca}.crt`,
      "-subj",
      `/CN=${ca}`,
      "-days",
      "2",
    );
  }
  openssl("req", ...key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost");
  writeFileSync(join(folder, "names"), "subjectAltName=DNS:localhost");
  const signing = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
  openssl("x509", "-req", "-in", "server.csr", "-out", "server.crt", ...signing);
}
