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
    [
      "npm run down -- local",
      "npm run down -- staging --keep-protected   all but the data",
      "npm run down -- staging --with-data        the data too, for good",
    ],
  )
    .option("--yes", "do not ask")
    .option("--json", "print the result as JSON")
    .option("--keep-protected", "leave what is protected, and what it needs, where it is")
    .addOption(
      new Option("--with-data", "take the protection off what is protected, and delete it too").conflicts(
        "keepProtected",
      ),
    )
    .action(exits(down));
