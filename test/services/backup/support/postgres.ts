/** A real PostgreSQL with TLS on the loopback, in a directory of its own, for as long as a test file runs. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../../support/free-port";
import { find, own, serverUser } from "./tools";

export interface Database {
  readonly port: number;
  readonly ca: string;
  readonly strangerCa: string;
  /** Runs SQL as the owner and gives its rows, columns separated by "|". */
  sql(database: string, text: string): string[];
  stop(): Promise<void>;
}

export const ROLE = "backup_reader";
export const ROLE_PASSWORD = "pa:ss\\wo%rd/ 9f3c-role";

export async function startPostgres(directory: string): Promise<Database> {
  const data = join(directory, "data");
  mkdirSync(data);
  const ca = certificate(directory, "server");
  const strangerCa = certificate(directory, "stranger");
  for (const path of [data, join(directory, "server.key")]) own(path);
  const passwords = join(directory, "owner");
  writeFileSync(passwords, "owner-password", { mode: 0o644 });
  const port = await freePort();
  const quiet = {
    ...serverUser,
    cwd: directory,
    stdio: "pipe",
    env: { PATH: process.env.PATH, LC_ALL: "C" },
  } as const;
  execFileSync(
    find("initdb") ?? "",
    ["-D", data, "-U", "owner", "-A", "scram-sha-256", "--pwfile", passwords, "-N"],
    quiet,
  );
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    ssl: "on",
    ssl_cert_file: ca,
    ssl_key_file: join(directory, "server.key"),
    // As in an environment of ours: a session that waits in a transaction is ended.
    idle_in_transaction_session_timeout: "300ms",
    log_min_messages: "fatal",
  };
  const args = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const server = spawn(find("postgres") ?? "", ["-D", data, ...args], {
    ...serverUser,
    cwd: directory,
    stdio: "ignore",
  });
  const exited = new Promise((resolve) => server.once("exit", resolve));

  const sql = (database: string, text: string) =>
    execFileSync("psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", text], {
      encoding: "utf8",
      stdio: "pipe",
      env: {
        ...process.env,
        PGHOST: "127.0.0.1",
        PGPORT: `${port}`,
        PGUSER: "owner",
        PGPASSWORD: "owner-password",
        PGDATABASE: database,
      },
    })
      .split("\n")
      .filter((line) => line !== "");
  for (let tries = 0; ; tries += 1) {
    try {
      sql("postgres", `CREATE ROLE ${ROLE} LOGIN PASSWORD '${ROLE_PASSWORD}' IN ROLE pg_read_all_data`);
      break;
    } catch (error) {
      if (tries > 100) throw error;
      await sleep(100);
    }
  }
  const stop = async () => {
    server.kill("SIGINT");
    await exited;
    rmSync(data, { recursive: true, force: true });
  };
  return { port, ca, strangerCa, sql, stop };
}

/** A self-signed certificate for localhost: its own authority. */
function certificate(directory: string, name: string): string {
  const crt = join(directory, `${name}.crt`);
  const key = join(directory, `${name}.key`);
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", ...kind, ...subject, "-keyout", key, "-out", crt], { stdio: "pipe" });
  chmodSync(key, 0o600);
  return crt;
}
