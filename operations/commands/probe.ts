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
  command("probe <stack>", "Looks at an environment from outside, through its public address, as users do", {
    examples: [
      "npm run mainstay -- probe prod",
      "npm run mainstay -- probe local --ca authority.pem",
      "npm run mainstay -- probe prod --report .reports/probe-prod.md --history .reports/probe-prod.jsonl",
    ],
    exitCodes:
      "0 healthy (warnings included), 1 it could not look or write, 2 wrong arguments or invalid configuration, 3 failing",
    notes: [
      "What is read, and which answer is right, stands at `probe` of each service in Pulumi.yaml. The token in the",
      "variable MAINSTAY_PROBE_TOKEN, if there is one, is sent along as a bearer token; once it is over, that is a warning.",
      "Answers have to keep the times of the alerts and objectives; the network between here and there counts as well.",
    ],
  })
    .option("--json", "print the result as JSON")
    .option("--ca <file>", "PEM of the authority to trust, instead of the public ones")
    .option("--repeat <count>", "how often each address is read", "20")
    .option(
      "--report <file>",
      "write the result, or why it could not look, to a file, too: as Markdown if its name ends in .md, else as JSON",
    )
    .option(
      "--history <file>",
      "keep a month of results in a file of JSON lines; the report then shows the trend",
    )
    .action(exits(probe));
