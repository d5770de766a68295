import { Command } from "commander";
import type { Actions } from "../actions";
import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export type SecretSetOptions = CommonOptions;

export interface SecretListOptions extends CommonOptions {
  readonly json?: boolean;
}

const EXAMPLES = [
  "npm run mainstay -- secret list prod",
  "npm run mainstay -- secret set prod OPENAI_API_KEY                asks for the value, and does not show it",
  "npm run --silent mainstay -- secret set prod OPENAI_API_KEY < key.txt",
];

export const secretCommand = ({ setSecret, listSecrets }: Actions) => {
  const set = command(
    "set <stack> <name>",
    "Encrypts a secret into a stack's file, the value typed or piped in",
    EXAMPLES,
  )
    .action(exits(setSecret))
    .addHelpText(
      "after",
      "\nExit code: 0 done, 1 it could not be encrypted, 2 no such secret, or a value that breaks its rules.",
    );
  const list = command(
    "list <stack>",
    "Tells which secrets a stack can be given, which it has, and since when; never a value",
    EXAMPLES,
  )
    .option("--json", "print it as JSON")
    .action(exits(listSecrets))
    .addHelpText(
      "after",
      "\nOVERDUE is one that was set longer ago than the shape's secretRotationDays. Exit code: 0 all that are needed are set,\n1 some are not, 2 invalid configuration.",
    );
  const secret = new Command("secret")
    .summary("Gives a stack its secrets, and tells which it needs")
    .addHelpText("after", ["", "Examples:", ...EXAMPLES.map((example) => `  ${example}`)].join("\n"));
  return secret.addCommand(set).addCommand(list);
};
