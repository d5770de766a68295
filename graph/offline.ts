/**
 * The graph from the program itself, run in this process: no engine, no CLI, no login, no plugin, no network. The SDK
 * talks to a `Recorder` instead of an engine.
 */
import "./lazy";
import { runtime } from "@pulumi/pulumi";
import { Recorder, type Invent, type StandIns } from "./recorder";
import { captureRejections } from "./rejections";
import { graphOf, type Graph } from "./resource";
import { outputsOnDemand, ownState, plainPromises, plainProperties, withoutPositions } from "./sdk";

/** A program as the engine runs it: what it returns, or its promise resolves to, are the stack's outputs. */
export type Program = () => unknown;

export interface DeclareOptions {
  readonly project: string;
  readonly stack: string;
  /** `namespace:key` to value; an object is its JSON text. */
  readonly config?: Readonly<Record<string, string>>;
  /** The keys of `config` whose values are secret. */
  readonly secretKeys?: readonly string[];
  /**
   * Gives resources the outputs only `up` would give them. The program then runs as in an `up`: these outputs are known,
   * and every other one is undefined.
   *
   * @default none: the program runs as in a preview, and such outputs are unknown
   */
  readonly invent?: Invent;
  /**
   * Gives resources stand-ins for outputs only `up` would know. The program runs as in a preview of a deployed stack:
   * these outputs are known to it. In the graph a value made from a stand-in is unknown all the same, and
   * `Resource.sketches` has what it is made from.
   *
   * @default none
   */
  readonly standIns?: StandIns;
  /**
   * Keeps the values of secrets in the graph. Only for tests that start what was declared.
   *
   * @default false
   */
  readonly revealSecrets?: boolean;
}

/** How long a failed run may still take to settle, so that its later failures do not escape it. */
const SETTLE_TIMEOUT_MS = 1000;

let running = false;

/**
 * Runs a program and returns what it declares. Rejects with the first error the program, or a function it
 * gave to `apply`, threw; where the value was meant for an input, the SDK puts that input's name before
 * the message. One program at a time: the SDK keeps its state in globals.
 *
 * What only an engine can do is refused: functions, reads of resources the program does not declare,
 * transforms (not the older transformations) and resource hooks.
 */
export async function declare(program: Program, options: DeclareOptions): Promise<Graph> {
  if (running) throw new Error("another program is being declared: wait for it first");
  running = true;
  const rejections = captureRejections();
  const undo = [
    rejections.release,
    ownState(),
    plainPromises(),
    plainProperties(),
    withoutPositions(),
    outputsOnDemand(),
  ];
  try {
    const recorder = new Recorder(options);
    await run(program, recorder, options, rejections.first);
    return graphOf([...recorder.recorded.values()], recorder.outputs);
  } finally {
    for (const restore of undo) restore();
    running = false;
  }
}

async function run(
  program: Program,
  recorder: Recorder,
  options: DeclareOptions,
  failed: Promise<never>,
): Promise<void> {
  const { project, stack, config = {}, secretKeys = [], invent } = options;
  // "organization" is what the engine calls it where states are kept in files.
  runtime.setMockOptions(recorder, project, stack, invent === undefined, "organization");
  runtime.setAllConfig({ ...config }, [...secretKeys]);
  const finished = runtime.runInPulumiStack(async () => program()).finally(() => runtime.disconnect());
  const stuck = deadEnd();
  try {
    await Promise.race([finished.then(turn), failed, stuck.found]);
  } catch (error) {
    await settle(finished);
    throw explained(error);
  } finally {
    stuck.forget();
    runtime.disconnectSync();
  }
}

/** Two turns of the event loop: Node reports unhandled rejections at the end of one. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}

async function settle(finished: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((resolve) => (timer = setTimeout(resolve, SETTLE_TIMEOUT_MS)));
  await Promise.race([finished.catch(() => undefined), timeout]);
  clearTimeout(timer);
  await turn();
}

/** A program that awaits what never resolves leaves Node with nothing to do: the process would end with exit code 0. */
function deadEnd(): { found: Promise<never>; forget: () => void } {
  let onExit = () => {};
  const found = new Promise<never>((_, reject) => {
    onExit = () => reject(new Error("the program never finishes: it awaits a promise that nothing resolves"));
  });
  process.once("beforeExit", onExit);
  return { found, forget: () => process.off("beforeExit", onExit) };
}

function explained(error: unknown): unknown {
  if (error instanceof Error && error.message.startsWith("The Pulumi CLI does not support")) {
    error.message = `${error.message.split(".")[0]} offline: only an engine can run them`;
  }
  return error;
}
