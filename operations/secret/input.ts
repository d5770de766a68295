import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { Interrupted } from "../outcome";
import { note } from "../terminal";

/**
 * Reads a secret's value: piped in, without its last line break, or typed and not shown. It is never an argument, because
 * everybody on the machine can see those, and shells keep them.
 *
 * @throws Interrupted at Ctrl-C
 */
export async function secretInput(name: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, "");
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // Before anything is asked for: what is typed from then on is shown by nobody.
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  note(`value of ${name} (not shown):`);
  return new Promise((resolve, reject) => {
    lines.on("SIGINT", () => {
      reject(new Interrupted("nothing was changed"));
      lines.close();
    });
    lines.on("close", () => resolve(""));
    lines.question("", (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
