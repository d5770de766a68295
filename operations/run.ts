import { CommanderError } from "commander";
import { InvalidConfiguration } from "../environment/problems";
import { ProgramFailed } from "../graph/program-failed";
import { EXIT, Interrupted, OperationFailed, UserError, type ExitCode } from "./outcome";
import { note } from "./terminal";

/** Runs the program to its end. */
export async function run(main: () => Promise<unknown>): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", ignoreClosedPipe);
  const code = await outcomeOf(main);
  // Servers of the SDK would keep the process alive, so it is ended; what was printed has to be flushed before.
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write("", done))),
  );
  process.exit(code);
}

/** A reader that stops reading, such as `head`, has what it wants. What is under way goes on. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

let result: ExitCode = EXIT.done;

/** A command's action whose result is its exit code. */
export function exits<A extends unknown[]>(
  action: (...args: A) => Promise<ExitCode>,
): (...args: A) => Promise<void> {
  return async (...args) => {
    result = await action(...args);
  };
}

/** The one place where an error becomes text and an exit code. */
export async function outcomeOf(main: () => Promise<unknown>): Promise<ExitCode> {
  result = EXIT.done;
  try {
    await main();
    return result;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): ExitCode {
  // Commander has said what there is to say; help that was asked for is no mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.invalid;
  if (error instanceof InvalidConfiguration || error instanceof UserError) {
    note(error.message);
    return EXIT.invalid;
  }
  if (error instanceof OperationFailed || error instanceof ProgramFailed || error instanceof Interrupted) {
    note(error.message);
    return error instanceof Interrupted ? EXIT.interrupted : EXIT.failed;
  }
  // A bug of this program: the one case in which the trace is of use.
  note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.failed;
}
