import { Command } from "commander";

/** What every command takes. */
export interface CommonOptions {
  readonly project?: string;
}

/**
 * A command with examples in its help. Command files define options only, and load what they need when they
 * run: help and mistakes answer at once. (A file loaded that way is named with the extension it would have as
 * JavaScript: the compiler asks for it.)
 */
export function command(usage: string, summary: string, examples: readonly string[]): Command {
  const defined = new Command(usage.split(" ")[0]);
  for (const argument of usage.split(" ").slice(1)) defined.argument(argument);
  return defined
    .summary(summary)
    .description(`${summary}.`)
    .option("--project <directory>", "directory of Pulumi.yaml and the stacks' files (default: this one)")
    .addHelpText("after", ["", "Examples:", ...examples.map((example) => `  ${example}`)].join("\n"));
}
