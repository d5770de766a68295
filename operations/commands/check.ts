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
    "Judges stacks without engine, cloud or login: configuration, policies, parity",
    [
      "npm run check                                    every stack",
      "npm run check -- staging prod --json",
      "npm run check -- --sarif check.sarif --markdown comment.md",
      "npm run check -- --state state.json prod         what runs, instead of what is declared",
    ],
    "0 clean, 1 violations, 2 invalid configuration",
  )
    .option("--json", "print it as JSON")
    .option("--state <file>", "judge what `pulumi stack export` printed, instead of what is declared")
    .option("--preview <file>", "judge what `pulumi preview --json --show-sames` printed")
    .option("--before <directory>", "tell what changed since `graph` printed <stack>.json in there")
    .option("--sarif <file>", "write the report as SARIF 2.1.0, too")
    .option("--junit <file>", "write the report as JUnit's XML, too")
    .option("--markdown <file>", "write the report as Markdown, too")
    .action(exits(check));
