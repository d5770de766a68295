/**
 * Where `declare` reaches into the SDK beyond its public functions. Each change lasts for one run; the
 * SDK's version is pinned, and the tests of `declare` fail where one of them no longer takes hold.
 */
import { createRequire } from "node:module";

/** The parts used of the SDK's state. */
interface Store {
  resourcePackages: unknown;
  resourceModules: unknown;
}

interface StateModule {
  readonly LocalStore: new () => Store;
  readonly getGlobalStore: () => Store;
}

interface DebuggableModule {
  debuggablePromise: <T>(promise: Promise<T>) => Promise<T>;
}

interface ResourceModule {
  readonly Resource: { callsites: () => object[] };
}

// `require`, because what an ES import gives cannot be assigned to, and tests run as ES modules.
const sdkRequire = createRequire(__filename);
const state = sdkRequire("@pulumi/pulumi/runtime/state") as StateModule;
const debuggable = sdkRequire("@pulumi/pulumi/runtime/debuggable") as DebuggableModule;
const { Resource } = sdkRequire("@pulumi/pulumi/resource") as ResourceModule;
const globals = globalThis as { globalStore?: Store; stackResource?: unknown };

/**
 * Gives the SDK a state of its own (config, settings, the stack) and returns what puts the former back.
 * The resource classes known so far stay known: a provider's package registers them once, when it is loaded.
 *
 * The SDK's own way to isolate runs, an AsyncLocalStorage, makes every promise dearer: half as long again.
 */
export function ownState(): () => void {
  const { stackResource } = globals;
  const former = state.getGlobalStore();
  const { resourcePackages, resourceModules } = former;
  globals.globalStore = Object.assign(new state.LocalStore(), { resourcePackages, resourceModules });
  return () => {
    globals.globalStore = former;
    globals.stackResource = stackResource;
  };
}

/**
 * Makes promises cheap and returns what undoes it. The SDK formats a stack trace for each of the dozens of
 * promises a resource has, in case one leaks: most of the time a program takes. To cut all traces short
 * (`Error.stackTraceLimit`) gains as much, but takes them from the program's own errors, too.
 *
 * The wrapper left out also ties the promise to the error it was rejected with. On it hangs all the SDK
 * knows, secrets in plain text among it, and whoever prints the error prints that.
 */
export function plainPromises(): () => void {
  const { debuggablePromise } = debuggable;
  debuggable.debuggablePromise = (promise) => promise;
  return () => {
    debuggable.debuggablePromise = debuggablePromise;
  };
}

/**
 * Leaves out where in the program each resource is made, and returns what undoes it. The SDK tells the engine, which
 * shows it nowhere yet; to find it out takes half of what making a resource takes.
 */
export function withoutPositions(): () => void {
  const { callsites } = Resource;
  Resource.callsites = () => [];
  return () => {
    Resource.callsites = callsites;
  };
}
