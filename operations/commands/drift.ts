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
    ["npm run drift -- prod", "npm run drift -- prod --json --report .reports/drift-prod.md"],
    "0 no drift (changes not applied yet are named, and are none), 1 failed, 2 invalid configuration, 3 drift",
  )
    .option("--json", "print it as JSON")
    .option("--report <file>", "write it to a file as well: Markdown if it ends in .md, else JSON")
    .action(exits(drift));
