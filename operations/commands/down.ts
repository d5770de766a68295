import { Option } from "commander";
import type { Actions } from "../actions";
import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export interface DownOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly keepProtected?: boolean;
  readonly withData?: boolean;
}

export const downCommand = ({ down }: Actions) =>
  command(
    "down <stack>",
    "Deletes everything a stack has deployed, after showing it and asking for the stack's name",
    {
      examples: [
        "npm run down -- local",
        "npm run down -- staging --keep-protected   all but the data",
        "npm run down -- staging --with-data        the data too, for good",
      ],
    },
  )
    .option("--yes", "do not ask")
    .option("--json", "print the result as JSON")
    .option("--keep-protected", "keep protected resources, and what they need")
    .addOption(
      new Option("--with-data", "unprotect protected resources, and delete them too").conflicts(
        "keepProtected",
      ),
    )
    .action(exits(down));
