import { Command } from "commander";
import type { Actions } from "./actions";
import { checkCommand } from "./commands/check";
import { costCommand } from "./commands/cost";
import { downCommand } from "./commands/down";
import { driftCommand } from "./commands/drift";
import { graphCommand } from "./commands/graph";
import { imagesCommand } from "./commands/images";
import { previewCommand } from "./commands/preview";
import { probeCommand } from "./commands/probe";
import { renderCommand } from "./commands/render";
import { secretCommand } from "./commands/secret";
import { unlockCommand } from "./commands/unlock";
import { upCommand } from "./commands/up";

const COMMANDS = [
  previewCommand,
  upCommand,
  downCommand,
  checkCommand,
  graphCommand,
  renderCommand,
  driftCommand,
  costCommand,
  probeCommand,
  imagesCommand,
  secretCommand,
  unlockCommand,
];

/** All commands with their options. */
export function program(actions: Actions): Command {
  const mainstay = new Command("mainstay")
    .description("Operates the environments this project declares.")
    .showHelpAfterError("(--help tells more)")
    .exitOverride();
  for (const define of COMMANDS) {
    const command = define(actions);
    for (const one of [command, ...command.commands]) one.copyInheritedSettings(mainstay);
    mainstay.addCommand(command);
  }
  return mainstay;
}
