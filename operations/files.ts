import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { OperationFailed } from "./outcome";

/**
 * Does what writes to a file the user has named. A command prints its result first: a file that cannot be written must
 * not take it along.
 *
 * @throws OperationFailed if the system refuses it
 */
export function writing<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // Node's message goes on with the system call, as in `EACCES: permission denied, open '…'`.
    throw new OperationFailed(`${file} cannot be written (${(error as Error).message.split(",")[0]})`);
  }
}

/**
 * Writes a file the user has named, and makes the folders it is in.
 *
 * @throws OperationFailed
 */
export function writeNamedFile(file: string, text: string): void {
  writing(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  });
}

/**
 * Writes a command's report: as Markdown to a file whose name ends in `.md`, else as JSON.
 *
 * @throws OperationFailed
 */
export function writeReport(file: string, report: unknown, markdown: () => string): void {
  writeNamedFile(file, file.endsWith(".md") ? markdown() : `${JSON.stringify(report, null, 2)}\n`);
}
