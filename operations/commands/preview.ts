import { Option } from "commander";
import type { Actions } from "../actions";
import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export interface PreviewOptions extends CommonOptions {
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly fallback: boolean;
  readonly refresh: boolean;
}

export const previewCommand = ({ preview }: Actions) =>
  command("preview [stack]", "Shows what up would do, and changes nothing", {
    examples: [
      "npm run preview                         the stack local",
      "npm run preview -- prod",
      "npm run preview -- prod --offline       what is declared, without the engine",
      "npm run preview -- prod --no-fallback   in a pipeline: fails where the engine cannot look",
    ],
    notes: [
      "The engine is the Pulumi CLI: one on the PATH, else that of the npm package `pulumi`. Where there is none, or it",
      "cannot look at what runs, preview says why and shows what the program declares instead.",
    ],
  })
    .option("--json", "print the result as JSON")
    .option("--offline", "do not ask the engine: show what the program declares")
    .addOption(
      new Option(
        "--no-fallback",
        "fail where the engine cannot look, instead of showing what is declared",
      ).conflicts("offline"),
    )
    .option("--no-refresh", "trust the state: do not look at what really runs")
    .action(
      exits((stack: string | undefined, options: PreviewOptions) => preview(stack ?? "local", options)),
    );
