import type { Actions } from "../actions";
import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export interface UnlockOptions extends CommonOptions {
  readonly yes?: boolean;
}

export const unlockCommand = ({ unlock }: Actions) =>
  command("unlock <stack>", "Releases the lock of an operation that is gone without releasing it", [
    "npm run mainstay -- unlock local",
  ])
    .option("--yes", "do not ask")
    .action(exits(unlock));
