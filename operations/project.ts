import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { resolveConfig } from "../environment/config";
import type { Environment } from "../environment/environment";
import { InvalidConfiguration, type Undecided } from "../environment/problems";
import { listStacks, readStackFiles, type StackConfiguration } from "../environment/stack-files";
import { UserError } from "./outcome";

/** Where everything is that an operation works on. */
export interface Project {
  /** Holds Pulumi.yaml and the stacks' files. */
  readonly root: string;
  /** Holds what operations keep: state, passphrase, copies of configuration. Never in version control. */
  readonly state: string;
}

/** @param directory another one than that of this program's own Pulumi.yaml */
export function openProject(directory: string = join(__dirname, "..")): Project {
  const root = resolve(directory);
  if (!existsSync(join(root, "Pulumi.yaml"))) throw new UserError(`${root} holds no Pulumi.yaml`);
  return { root, state: join(root, ".state") };
}

/** The project's directory for what operations keep, of which nobody else may read a thing. */
export function stateDirectory(project: Project, ...below: string[]): string {
  const directory = join(project.state, ...below);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/** The policy pack of the project, if it has one. */
export function policyPack(project: Project): string | undefined {
  const pack = join(project.root, "policies");
  return existsSync(join(pack, "PulumiPolicy.yaml")) ? pack : undefined;
}

/** @throws UserError if the project has no such stack */
export function requireStack(project: Project, stack: string): void {
  const stacks = listStacks(project.root);
  if (stacks.includes(stack)) return;
  throw new UserError(
    `there is no stack ${stack}: Pulumi.${stack}.yaml does not exist. Stacks: ${stacks.join(", ")}`,
  );
}

/** A stack's configuration that was found to be valid. */
export interface ValidStack {
  readonly files: StackConfiguration;
  readonly environment: Environment;
  /** Rules about values that are encrypted in the stack's file. */
  readonly undecided: readonly Undecided[];
}

/**
 * Judges a stack's configuration without the engine, which would take seconds to come to the same.
 *
 * @throws InvalidConfiguration with every problem at once
 */
export function readStack(project: Project, stack: string): ValidStack {
  requireStack(project, stack);
  const files = readStackFiles(project.root, stack);
  const { environment, problems, undecided } = resolveConfig(files.stack, files.config, files.secretKeys);
  if (!environment) throw new InvalidConfiguration(problems);
  return { files, environment, undecided };
}
