import { Command } from "commander";

/** What every command takes. */
export interface CommonOptions {
  readonly project?: string;
}

/** What a command's help says below its options. */
export interface Help {
  readonly examples: readonly string[];
  /** The meaning of each exit code, where this command's are not those of most. */
  readonly exitCodes?: string;
  /** Further lines. */
  readonly notes?: readonly string[];
}

const EXIT_CODES = "0 done, 1 failed, 2 wrong arguments or invalid configuration, 130 stopped by Ctrl-C";

/**
 * A command with examples and exit codes in its help. Files in this folder define options only, so that help and
 * mistakes answer at once.
 *
 * @param usage its name and arguments: `down <stack>`
 */
export function command(usage: string, summary: string, help: Help): Command {
  const [name, ...args] = usage.split(" ");
  const defined = explained(new Command(name), summary, help).option(
    "--project <directory>",
    "where Pulumi.yaml and the stacks' files are (default: this project)",
  );
  for (const argument of args) defined.argument(argument);
  return defined;
}

/** Adds summary, examples, exit codes and notes to a command's help. */
export function explained(
  defined: Command,
  summary: string,
  { examples, exitCodes = EXIT_CODES, notes = [] }: Help,
): Command {
  const below = [
    ...["", "Examples:", ...examples.map((example) => `  ${example}`)],
    ...["", `Exit codes: ${exitCodes}.`],
    ...(notes.length > 0 ? ["", ...notes] : []),
  ];
  return defined.summary(summary).description(`${summary}.`).addHelpText("after", below.join("\n"));
}
