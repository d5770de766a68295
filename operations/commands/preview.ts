import type { Actions } from "../actions";
import { command, type CommonOptions } from "./command";
import { exits } from "../run";

export interface PreviewOptions extends CommonOptions {
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly refresh: boolean;
}

export const previewCommand = ({ preview }: Actions) =>
  command("preview [stack]", "Shows what up would do, and changes nothing", [
    "npm run preview                     the stack local",
    "npm run preview -- prod",
    "npm run preview -- prod --offline   what is declared, without the engine",
  ])
    .option("--json", "print it as JSON")
    .option("--offline", "do not ask the engine: show what the program declares")
    .option("--no-refresh", "trust the state, and do not look at what runs")
    .action(
      exits((stack: string | undefined, options: PreviewOptions) => preview(stack ?? "local", options)),
    );
