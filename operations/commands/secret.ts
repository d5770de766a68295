import { Command } from "commander";
import type { Actions } from "../actions";
import { exits } from "../run";
import { command, explained, type CommonOptions } from "./command";

export interface SecretOptions extends CommonOptions {
  readonly json?: boolean;
}

const SET = [
  "npm run mainstay -- secret set prod OPENAI_API_KEY       asks for the value, and does not show it",
  "npm run mainstay -- secret set prod OPENAI_API_KEY < key.txt",
];
const LIST = ["npm run mainstay -- secret list prod"];

export const secretCommand = ({ setSecret, listSecrets }: Actions) => {
  const set = command(
    "set <stack> <name>",
    "Encrypts a secret into a stack's file; its value is typed, or piped in",
    {
      examples: SET,
      exitCodes:
        "0 done, 1 it could not be encrypted, 2 no such secret or a value that breaks its rules, 130 stopped by Ctrl-C",
    },
  )
    .option("--json", "print what was set, without the value, as JSON")
    .action(exits(setSecret));
  const list = command(
    "list <stack>",
    "Lists the secrets a stack can be given: which are set, since when, and what needs them; never a value",
    {
      examples: LIST,
      exitCodes: "0 all that are needed are set, 1 some are not, 2 wrong arguments or invalid configuration",
      notes: ["OVERDUE is one that was set longer ago than `secretRotationDays` of the shape allows."],
    },
  )
    .option("--json", "print the list as JSON")
    .action(exits(listSecrets));
  return explained(new Command("secret"), "Gives a stack its secrets, and lists those it needs", {
    examples: [...LIST, ...SET],
    exitCodes: "those of `set` and `list`, as their own help tells",
  })
    .addCommand(set)
    .addCommand(list);
};
