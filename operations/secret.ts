import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { filesOf } from "../environment/context";
import { InvalidConfiguration } from "../environment/problems";
import { judgeSecret, secretsOf, type StackSecret } from "../environment/secrets";
import { readStackFiles } from "../environment/stack-files";
import type { SecretListOptions, SecretSetOptions } from "./commands/secret";
import { openEngine } from "./engine/open";
import { replaceFile } from "./engine/stack-file";
import { EXIT, UserError, type ExitCode } from "./outcome";
import { openProject, requireStack } from "./project";
import { withSecret } from "./secret/edit";
import { secretInput } from "./secret/input";
import { note, print, printJson } from "./terminal";

/** Gives a stack a secret: judges its value, has the engine encrypt it, and writes it into the stack's file. */
export async function setSecret(stack: string, name: string, options: SecretSetOptions): Promise<ExitCode> {
  const project = openProject(options.project);
  requireStack(project, stack);
  const files = readStackFiles(project.root, stack);
  const names = secretsOf(files).map((secret) => secret.name);
  if (!names.includes(name))
    throw new UserError(`${name} is no secret of ${stack}, which has ${names.join(", ")}`);

  const value = await secretInput(name);
  const problems = judgeSecret(files, name, value);
  if (problems.length > 0) throw new InvalidConfiguration(problems);

  const engine = await openEngine(project, stack, { doing: "encrypting for", create: true });
  const encrypted = await engine.encrypt(name, value);
  const file = join(project.root, filesOf(stack).stack);
  replaceFile(file, withSecret(readFileSync(file, "utf8"), name, encrypted), statSync(file).mode);
  note(`${filesOf(stack).stack} has ${name}, encrypted; npm run up -- ${stack} puts it to use`);
  return EXIT.done;
}

const STATES: Readonly<Record<StackSecret["state"], string>> = {
  given: "set",
  generated: "not set: Mainstay makes it",
  optional: "not set: need not be",
  missing: "NOT SET",
};

/** Tells which secrets a stack can be given, and which it has. Never a value. */
export async function listSecrets(stack: string, options: SecretListOptions): Promise<ExitCode> {
  const project = openProject(options.project);
  requireStack(project, stack);
  const secrets = secretsOf(readStackFiles(project.root, stack));
  if (options.json) printJson({ stack, secrets });
  else for (const line of renderSecrets(secrets)) print(line);
  return secrets.some(({ state }) => state === "missing") ? EXIT.failed : EXIT.done;
}

function renderSecrets(secrets: readonly StackSecret[]): string[] {
  const width = Math.max(0, ...secrets.map(({ name }) => name.length));
  const states = Math.max(0, ...secrets.map(({ state }) => STATES[state].length));
  return secrets.map(({ name, state, neededBy }) =>
    `${name.padEnd(width)}  ${STATES[state].padEnd(states)}  ${neededBy.join(", ") || "nothing"}`.trimEnd(),
  );
}
