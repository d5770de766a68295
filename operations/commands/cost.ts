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
    {
      examples: [
        "npm run mainstay -- cost staging prod",
        "npm run --silent mainstay -- cost prod --json > cost.json",
      ],
    },
  )
    .option("--json", "print the result as JSON")
    .action(exits(cost));
