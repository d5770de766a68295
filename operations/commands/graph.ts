import type { Actions } from "../actions";
import { exits } from "../run";
import { command } from "./command";

export const graphCommand = ({ graph }: Actions) =>
  command(
    "graph <stack>",
    "Prints what a stack declares as JSON: every resource with its inputs, secrets masked",
    {
      examples: [
        "npm run --silent graph -- prod > prod.json",
        "npm run --silent graph -- local | jq -r '.resources[].type' | sort | uniq -c",
      ],
    },
  ).action(exits(graph));
