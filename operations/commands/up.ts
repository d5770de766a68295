import type { Actions } from "../actions";
import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export interface UpOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly refresh: boolean;
  readonly only?: string;
}

export const upCommand = ({ up }: Actions) =>
  command("up <stack>", "Makes a stack what the program declares, after showing the changes and asking", {
    examples: [
      "npm run up -- local",
      "npm run up -- prod --yes            in a pipeline, where nobody can be asked",
      "npm run up -- prod --only registry  a first deployment on AWS begins with it",
    ],
  })
    .option("--yes", "do not ask")
    .option("--json", "print the result as JSON")
    .option("--only <component>", "bring up this component and what it needs, and nothing else")
    .option("--no-refresh", "trust the state: do not look first at what really runs")
    .action(exits(up));
