import type { Actions } from "../actions";
import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export interface RenderOptions extends CommonOptions {
  readonly to: string;
  readonly json?: boolean;
}

export const renderCommand = ({ render }: Actions) =>
  command(
    "render <stack>",
    "Writes the configuration files of a stack's programs into a folder: rules, routes, boards, objectives and the rest",
    {
      examples: [
        "npm run mainstay -- render local --to rendered",
        "npm run mainstay -- render prod --to rendered && promtool check rules rendered/prometheus-config/rules.yml",
      ],
      notes: [
        "Secrets are left out, and so is what only `up` can tell, such as a certificate. On AWS the addresses of topics",
        "stand as [unknown], and the collectors' configurations, which hold such addresses, are left out.",
      ],
    },
  )
    .requiredOption("--to <folder>", "folder to write into; files of the same name are replaced")
    .option("--json", "print which files were written as JSON")
    .action(exits(render));
