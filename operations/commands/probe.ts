import type { Actions } from "../actions";
import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export interface ProbeOptions extends CommonOptions {
  readonly json?: boolean;
  readonly ca?: string;
  readonly repeat: string;
  readonly report?: string;
  readonly history?: string;
}

export const probeCommand = ({ probe }: Actions) =>
  command(
    "probe <stack>",
    "Looks at an environment from outside, through its public address, as users do",
    [
      "npm run mainstay -- probe prod",
      "npm run mainstay -- probe local --ca authority.pem",
      "npm run mainstay -- probe prod --report .reports/probe-prod.md --history .reports/probe-prod.jsonl",
    ],
    "0 healthy (warnings included), 1 nothing could be found out, 2 invalid configuration, 3 failing",
  )
    .option("--json", "print it as JSON")
    .option("--ca <file>", "PEM of the authority to trust in the place of the public ones")
    .option("--repeat <count>", "how often each address is read", "20")
    .option(
      "--report <file>",
      "write it, or why nobody could look, to a file as well: Markdown if it ends in .md, else JSON",
    )
    .option(
      "--history <file>",
      "remember it in a file of JSON lines, a month of them; the report shows the trend",
    )
    .action(exits(probe))
    .addHelpText(
      "after",
      [
        "",
        "What is read, and how it is answered, stands at `probe` of each service in Pulumi.yaml. MAINSTAY_PROBE_TOKEN",
        "in the environment is sent as a bearer token. Bounds are those of the alerts and objectives; the way there",
        "counts as part of an answer's time.",
      ].join("\n"),
    );
