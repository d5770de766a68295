import type { Actions } from "../actions";
import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export interface UnlockOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

export const unlockCommand = ({ unlock }: Actions) =>
  command("unlock <stack>", "Releases the lock of a stack that an operation left behind when it was killed", {
    examples: ["npm run mainstay -- unlock local"],
  })
    .option("--yes", "do not ask")
    .option("--json", "print the result as JSON")
    .action(exits(unlock));
