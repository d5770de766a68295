import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export interface CheckOptions extends CommonOptions {
  readonly json?: boolean;
}

export const checkCommand = () =>
  command(
    "check [stacks...]",
    "Judges stacks without engine, cloud or login: configuration, policies, parity",
    ["npm run check                       every stack", "npm run check -- staging prod --json"],
  )
    .option("--json", "print it as JSON")
    .action(
      exits(async (stacks: string[], options: CheckOptions) => {
        const { check } = await import("../check.js");
        return check(stacks, options);
      }),
    )
    .addHelpText("after", "\nExit code: 0 clean, 1 violations, 2 invalid configuration.");
