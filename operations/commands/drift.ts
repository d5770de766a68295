import type { Actions } from "../actions";
import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export interface DriftOptions extends CommonOptions {
  readonly json?: boolean;
  readonly report?: string;
}

export const driftCommand = ({ drift }: Actions) =>
  command(
    "drift <stack>",
    "Compares what runs with what was deployed and with the program, and changes nothing",
    {
      examples: [
        "npm run drift -- prod --report .reports/drift-prod.md",
        "npm run --silent drift -- prod --json > drift.json",
      ],
      exitCodes:
        "0 no drift, 1 failed, 2 wrong arguments or invalid configuration, 3 drift, 130 stopped by Ctrl-C",
      notes: [
        "Drift is what was changed by hand, or broke. Changes of the program that `up` has not applied yet are listed",
        "as well, and are no drift: with nothing but those the exit code is 0.",
      ],
    },
  )
    .option("--json", "print the result as JSON")
    .option(
      "--report <file>",
      "write the result to a file, too: as Markdown if its name ends in .md, else as JSON",
    )
    .action(exits(drift));
