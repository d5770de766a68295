import { Option } from "commander";
import type { Actions } from "../actions";
import type { ReportFiles } from "../reports";
import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export interface CheckOptions extends CommonOptions, ReportFiles {
  readonly json?: boolean;
  readonly state?: string;
  readonly preview?: string;
  readonly before?: string;
}

export const checkCommand = ({ check }: Actions) =>
  command(
    "check [stacks...]",
    "Judges stacks without engine, cloud or login: configuration, policies, likeness to production",
    {
      examples: [
        "npm run check                                    every stack",
        "npm run --silent check -- staging prod --json > check.json",
        "npm run check -- --sarif check.sarif --markdown comment.md",
        "npm run check -- --state state.json prod         what was deployed, instead of what is declared",
        "npm run check -- --before main                   where main/prod.json is the graph of before",
      ],
      exitCodes:
        "0 clean, 1 violations or a file that cannot be written, 2 wrong arguments, invalid configuration or a program that fails",
    },
  )
    .option("--json", "print the result as JSON")
    .option(
      "--state <file>",
      "judge a state, as `pulumi stack export` prints it, instead of what is declared",
    )
    .addOption(
      new Option(
        "--preview <file>",
        "judge a preview, as `pulumi preview --json --show-sames` prints it",
      ).conflicts("state"),
    )
    .option(
      "--before <directory>",
      "also report what changed since then: holds a <stack>.json of each stack, as `graph` printed it",
    )
    .option("--sarif <file>", "write the report as SARIF 2.1.0, too")
    .option("--junit <file>", "write the report as JUnit's XML, too")
    .option("--markdown <file>", "write the report as Markdown, too")
    .action(exits(check));
