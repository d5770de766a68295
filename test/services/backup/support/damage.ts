import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Runner } from "./runner";

/** Changes one byte in the middle of a repository's biggest file: of the data that were backed up. */
export function damage(runner: Runner): void {
  flipByte(biggest(join(runner.env.BACKUP_REPOSITORY ?? "", "data")));
}

/** As a disk that forgets does it: the length stays, the content does not. */
function flipByte(path: string): void {
  const content = readFileSync(path);
  const middle = content.length >> 1;
  content.writeUInt8(content.readUInt8(middle) ^ 0xff, middle);
  chmodSync(path, 0o600);
  writeFileSync(path, content);
}

function biggest(directory: string): string {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) =>
    join(directory, name),
  );
  return (
    files.filter((path) => statSync(path).isFile()).sort((a, b) => statSync(b).size - statSync(a).size)[0] ??
    ""
  );
}
