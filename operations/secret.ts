import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { filesOf } from "../environment/context";
import { InvalidConfiguration } from "../environment/problems";
import { judgeSecret, secretsOf, type StackSecret } from "../environment/secrets";
import { dayOf } from "../environment/secrets-given";
import { readStackFiles } from "../environment/stack-files";
import type { SecretOptions } from "./commands/secret";
import { openEngine } from "./engine/open";
import { replaceFile } from "./engine/stack-file";
import { EXIT, UserError, type ExitCode } from "./outcome";
import { openProject, requireStack } from "./project";
import { withSecret } from "./secret/edit";
import { secretInput } from "./secret/input";
import { note, print, printJson } from "./terminal";

/** Gives a stack a secret: judges its value, has the engine encrypt it, and writes it and the day into the stack's file. */
export async function setSecret(stack: string, name: string, options: SecretOptions): Promise<ExitCode> {
  const project = openProject(options.project);
  requireStack(project, stack);
  const files = readStackFiles(project.root, stack);
  const names = secretsOf(files).map((secret) => secret.name);
  if (!names.includes(name)) {
    throw new UserError(
      `${stack} has no secret ${name}; it has ${names.join(", ")}. Name a new one first: at a receiver in ${filesOf(stack).stack}, or as a variable with secret: true in ${filesOf(stack).project}`,
    );
  }

  const value = await secretInput(name);
  const problems = judgeSecret(files, name, value);
  if (problems.length > 0) throw new InvalidConfiguration(problems);

  const engine = await openEngine(project, stack, { doing: "encrypting for", create: true });
  const encrypted = await engine.encrypt(name, value);
  const file = join(project.root, filesOf(stack).stack);
  const given = dayOf(new Date());
  replaceFile(file, withSecret(readFileSync(file, "utf8"), name, encrypted, given), statSync(file).mode);
  if (options.json) printJson({ stack, name, file: filesOf(stack).stack, given });
  note(`${filesOf(stack).stack} has ${name}, encrypted; npm run up -- ${stack} puts it to use`);
  return EXIT.done;
}

const STATES: Readonly<Record<Exclude<StackSecret["state"], "given">, string>> = {
  generated: "not set: Mainstay makes it",
  optional: "not set: need not be",
  missing: "NOT SET",
};

/** Tells which secrets a stack can be given, which it has, and since when. Never a value. */
export async function listSecrets(stack: string, options: SecretOptions): Promise<ExitCode> {
  const project = openProject(options.project);
  requireStack(project, stack);
  const secrets = secretsOf(readStackFiles(project.root, stack));
  if (options.json) printJson({ stack, secrets });
  else for (const line of renderSecrets(secrets)) print(line);
  return secrets.some(({ state }) => state === "missing") ? EXIT.failed : EXIT.done;
}

function renderSecrets(secrets: readonly StackSecret[]): string[] {
  const width = Math.max(0, ...secrets.map(({ name }) => name.length));
  const states = Math.max(0, ...secrets.map((one) => stateOf(one).length));
  return secrets.map((one) =>
    `${one.name.padEnd(width)}  ${stateOf(one).padEnd(states)}  ${one.neededBy.join(", ") || "nothing"}`.trimEnd(),
  );
}

function stateOf({ state, age }: StackSecret): string {
  if (state !== "given") return STATES[state];
  if (!age?.given) return "set, unknown since when";
  return `set on ${age.given}, ${age.days} days ago${age.overdue ? ", OVERDUE" : ""}`;
}
