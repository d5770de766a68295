/** Where the real tools are, and which of them this machine lacks. */
import { execFileSync } from "node:child_process";
import { chownSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const DEBIAN = "/usr/lib/postgresql";

/** The full path of a tool, searched on the PATH and where Debian keeps PostgreSQL's server; undefined if absent. */
export function find(tool: string): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PATH ?? "").split(":"),
    ...versions.map((version) => join(DEBIAN, version, "bin")),
  ];
  return folders.map((folder) => join(folder, tool)).find((path) => existsSync(path));
}

const missing = ["initdb", "postgres", "psql", "pg_dump", "pg_restore", "restic", "openssl"].filter(
  (tool) => !find(tool),
);

/** For the name of a suite: empty where everything is there. */
export const lacking = missing.length > 0 ? ` (skipped: ${missing.join(", ")} not found)` : "";

/** PostgreSQL refuses to run as root; then it runs as nobody, and so does the runner, which starts one. */
export const serverUser: { uid?: number; gid?: number } =
  process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};

function idOf(flag: string): number {
  return Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
}

/** Gives a file to that user, and gives its path. */
export function own(path: string): string {
  if (serverUser.uid !== undefined) chownSync(path, serverUser.uid, serverUser.gid ?? 0);
  return path;
}
