import { Command } from "commander";

/** What every command takes. */
export interface CommonOptions {
  readonly project?: string;
}

const EXIT_CODES = "0 done, 1 failed, 2 cannot be tried as it was asked for, 130 stopped by Ctrl-C";

/**
 * A command with examples and exit codes in its help. Files of commands define options only, so that help and mistakes
 * answer at once.
 */
export function command(
  usage: string,
  summary: string,
  examples: readonly string[],
  exitCodes = EXIT_CODES,
): Command {
  const defined = new Command(usage.split(" ")[0]);
  for (const argument of usage.split(" ").slice(1)) defined.argument(argument);
  return defined
    .summary(summary)
    .description(`${summary}.`)
    .option("--project <directory>", "directory of Pulumi.yaml and the stacks' files (default: this one)")
    .addHelpText("after", ["", "Examples:", ...examples.map((example) => `  ${example}`)].join("\n"))
    .addHelpText("after", `\nExit code: ${exitCodes}.`);
}
