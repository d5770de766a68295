import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export const graphCommand = () =>
  command(
    "graph <stack>",
    "Prints what a stack declares as JSON: every resource with its inputs, secrets masked",
    [
      "npm run --silent graph -- prod > graph.json",
      "npm run --silent graph -- local | jq -r '.resources[].type' | sort | uniq -c",
    ],
  ).action(
    exits(async (stack: string, options: CommonOptions) => {
      const { graph } = await import("../graph.js");
      return graph(stack, options);
    }),
  );
