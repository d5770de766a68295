import { LocalWorkspace, Stack, type EngineEvent } from "@pulumi/pulumi/automation";
import { SECRETS_KEY } from "../../environment/context";
import type { Resource } from "../../graph/resource";
import { fromState } from "../../graph/state";
import { interruptible } from "../interrupt";
import { Interrupted, OperationFailed } from "../outcome";
import { policyPack, type Project } from "../project";
import { backendSettings } from "./backend";
import { certificateEnds } from "./certificate-ends";
import { CommandFailed, engineCommand, interruptCommands, runCommand } from "./command";
import { failure, NOTHING_TOLD } from "./failure";
import type { Cli } from "./find";
import { Recorder, type Progress, type RunRecord } from "./record";
import { secretsMade } from "./secrets-made";
import { encrypted, withoutProtection, workingCopy, type Encrypted } from "./stack-file";

interface ChangeOptions {
  /** Looks at what runs first, and takes the differences into the state. */
  readonly refresh: boolean;
  /** URNs of what alone may be changed. @default everything */
  readonly only?: readonly string[];
  /** URNs of resources to replace although nothing about them is known to differ. */
  readonly replace?: readonly string[];
  readonly progress?: Progress;
}

/** One stack of the project with the engine behind it. */
export interface EngineStack {
  /** What `up` would do. Changes nothing, not even the state. */
  preview(options: Omit<ChangeOptions, "progress">): Promise<RunRecord>;
  up(options: ChangeOptions): Promise<RunRecord>;
  /**
   * Takes the protection off everything: what the stack's configuration without `protectData` changes about the
   * targets, in the cloud and in the state, and the mark of whatever the program no longer declares. Policies are
   * not asked: they hold for what is to stay.
   */
  unprotect(options: { targets: readonly string[]; progress?: Progress }): Promise<void>;
  /** What `destroy` would do. */
  previewDestroy(options: { keepProtected: boolean }): Promise<RunRecord>;
  destroy(options: { keepProtected: boolean; progress?: Progress }): Promise<RunRecord>;
  /** What was deployed, as the state has it. */
  deployed(): Promise<Resource[]>;
  /** When the generated secrets were made, in seconds since 1970, by name. */
  secretsMade(): Promise<Readonly<Record<string, number>>>;
  /** When the certificates end that the program has made, in seconds since 1970, by name. */
  certificateEnds(): Promise<Readonly<Record<string, number>>>;
  /** Encrypts a value as the stack's configuration does. The stack is as it was. */
  encrypt(name: string, value: string): Promise<Encrypted>;
  /** Releases the lock an operation has left behind. */
  unlock(): Promise<void>;
}

/**
 * Opens a stack: state, passphrase and configuration are where they have to be afterwards.
 *
 * @param create whether a stack that nothing was ever deployed to is made, or refused
 * @throws OperationFailed
 */
export async function openStack(
  project: Project,
  name: string,
  cli: Cli,
  { create }: { create: boolean },
): Promise<EngineStack> {
  const copy = workingCopy(project, name);
  const workspace = await LocalWorkspace.create({
    workDir: copy.directory,
    pulumiCommand: engineCommand(cli),
    envVars: { PULUMI_SKIP_UPDATE_CHECK: "true", ...backendSettings(project, copy) },
  });
  const stack = await selected(workspace, name, create);

  const pack = policyPack(project);
  const common = { configFile: copy.stackFile, policyPacks: pack === undefined ? [] : [pack] };
  // The CLI keeps house in the copy's directory, and runs the program where it belongs. To destroy runs no program;
  // and it would lay out the stack's own file anew.
  const watchAt =
    (directory: string) =>
    (what: string, progress: Progress | undefined, work: (listen: Listen) => Promise<unknown>) => {
      workspace.serializeArgsForOp = async () => ["--cwd", directory];
      return watched(`${what} of ${name}`, new Recorder(progress), work);
    };
  const [inProject, inCopy] = [watchAt(project.root), watchAt(copy.directory)];
  /** One run of the CLI beside the Automation API, which does not know it. */
  const ask = (what: string, args: readonly string[], input?: string) =>
    runCommand(cli, [...args, "--stack", name], {
      directory: copy.directory,
      env: workspace.envVars as Record<string, string>,
      input,
    }).catch((error: unknown) => {
      throw error instanceof CommandFailed ? failure(what, NOTHING_TOLD, error.message) : error;
    });
  return {
    preview: ({ refresh, only, replace = [] }) =>
      inProject("preview", undefined, (onEvent) =>
        stack.preview({ ...common, ...limited(only), refresh, replace: [...replace], onEvent }),
      ),
    up: ({ refresh, only, replace = [], progress }) =>
      inProject("up", progress, (onEvent) =>
        stack.up({
          ...common,
          ...limited(only),
          refresh,
          replace: [...replace],
          showSecrets: false,
          onEvent,
        }),
      ),
    unprotect: async ({ targets, progress }) => {
      withoutProtection(copy);
      const options = { configFile: copy.stackFile, target: [...targets], showSecrets: false };
      if (targets.length > 0)
        await inProject("taking the protection off", progress, (onEvent) =>
          stack.up({ ...options, onEvent }),
        );
      await ask("taking the protection off", ["state", "unprotect", "--all", "--yes"]);
    },
    previewDestroy: ({ keepProtected }) =>
      inCopy("preview", undefined, (onEvent) =>
        stack.destroy({
          configFile: copy.stackFile,
          previewOnly: true,
          excludeProtected: keepProtected,
          onEvent,
        }),
      ),
    destroy: ({ keepProtected, progress }) =>
      inCopy("down", progress, (onEvent) =>
        stack.destroy({
          configFile: copy.stackFile,
          refresh: true,
          excludeProtected: keepProtected,
          showSecrets: false,
          onEvent,
        }),
      ),
    deployed: async () => fromState(await stack.exportStack()).resources.filter(({ custom }) => custom),
    secretsMade: async () => secretsMade((await stack.exportStack()).deployment.resources),
    certificateEnds: async () => certificateEnds((await stack.exportStack()).deployment.resources),
    encrypt: async (secret, value) => {
      const args = ["config", "set", "--secret", "--path", `${SECRETS_KEY}.${secret}`];
      // The CLI takes the last line's end away.
      await ask(`encrypting ${secret}`, args, `${value}\n`);
      return encrypted(copy, secret);
    },
    unlock: () => stack.cancel(),
  };
}

async function selected(workspace: LocalWorkspace, name: string, create: boolean): Promise<Stack> {
  try {
    return await Stack.select(name, workspace);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    if (!/no stack named .* found/.test(error.message))
      throw failure(`opening ${name}`, NOTHING_TOLD, error.message);
  }
  if (!create) {
    const backend = workspace.envVars.PULUMI_BACKEND_URL;
    throw new OperationFailed(`nothing was ever deployed to ${name}: ${backend} has no such stack`);
  }
  try {
    return await Stack.create(name, workspace);
  } catch (error) {
    throw error instanceof CommandFailed ? failure(`creating ${name}`, NOTHING_TOLD, error.message) : error;
  }
}

/** Of a part the engine's pack would judge what is not there yet as well: whoever asks for one judges the whole before. */
const limited = (only?: readonly string[]) => (only ? { target: [...only], policyPacks: [] } : {});

type Listen = (event: EngineEvent) => void;

/** Runs one operation, and makes of its events a record or an error people can read. */
async function watched(
  what: string,
  recorder: Recorder,
  work: (listen: Listen) => Promise<unknown>,
): Promise<RunRecord> {
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    interruptCommands();
  };
  return interruptible(interrupt, async () => {
    try {
      await work(recorder.listen);
      return recorder.result();
    } catch (error) {
      if (interrupted)
        throw new Interrupted(`${what} was stopped; the same command again goes on from there`);
      if (!(error instanceof CommandFailed)) throw error;
      throw failure(what, recorder.result(), error.message);
    }
  });
}
