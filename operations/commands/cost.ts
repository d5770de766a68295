import type { Actions } from "../actions";
import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export interface CostOptions extends CommonOptions {
  readonly json?: boolean;
}

export const costCommand = ({ cost }: Actions) =>
  command(
    "cost <stacks...>",
    "Estimates what stacks on AWS cost in a month, from what they declare and stated assumptions",
    ["npm run mainstay -- cost staging prod", "npm run --silent mainstay -- cost prod --json"],
  )
    .option("--json", "print it as JSON")
    .action(exits(cost));
