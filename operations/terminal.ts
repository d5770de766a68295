import { createInterface } from "node:readline";
import { UserError } from "./outcome";

/** Results go to standard output, everything about how they are come by to standard error. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Progress, remarks and errors. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** @returns a function that tells the seconds since now, to a tenth */
export function stopwatch(): () => number {
  const started = performance.now();
  return () => Math.round((performance.now() - started) / 100) / 10;
}

const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
} as const;

export type Style = keyof typeof STYLES;
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_style, text) => text;

/** Colours for people only: a file or a pipe gets plain text, and so does who set NO_COLOR. */
export function paintFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Paint {
  if (!stream.isTTY || env.NO_COLOR) return plain;
  return (style, text) => {
    const [on, off] = STYLES[style];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}

export const canAsk = () => Boolean(process.stdin.isTTY && process.stderr.isTTY);

/**
 * To be called before anything is started: who can be asked nothing has to have said yes beforehand.
 *
 * @throws UserError
 */
export function requireConsent(command: string, { yes }: { yes?: boolean }): void {
  if (!yes && !canAsk()) {
    throw new UserError(
      `${command} asks before it changes anything, and there is no terminal to ask on: add --yes`,
    );
  }
}

/** One line of an answer; nothing if the input ends or is interrupted. */
export function ask(question: string): Promise<string> {
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
