import { createInterface } from "node:readline";
import { UserError } from "./outcome";

/**
 * Refuses a command that has to ask where there is no terminal, before anything is started.
 *
 * @throws UserError
 */
export function requireConsent(command: string, { yes }: { yes?: boolean }): void {
  if (yes || (process.stdin.isTTY && process.stderr.isTTY)) return;
  throw new UserError(
    `${command} asks before it changes anything, and there is no terminal to ask on: add --yes`,
  );
}

/** Whether the user says yes; no answer means no. */
export async function agrees(question: string): Promise<boolean> {
  return /^y(es)?$/i.test(await ask(`${question} [y/N] `));
}

/** Whether the user types exactly this word: for what cannot be undone. */
export async function confirms(question: string, word: string): Promise<boolean> {
  return (await ask(question)) === word;
}

/** One line of input; empty if the input ends or is interrupted. */
function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise<string>((resolve) => {
    lines.on("SIGINT", () => lines.close());
    lines.on("close", () => resolve(""));
    lines.question(question, (answer) => {
      resolve(answer.trim());
      lines.close();
    });
  });
}
