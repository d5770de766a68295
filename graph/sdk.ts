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

/** Resolves an output: with its value, and whether that is known and secret. */
type OutputResolver = (...resolution: unknown[]) => void;

interface PropertiesModule {
  transferProperties: (onto: object, label: string, properties: object) => Record<string, OutputResolver>;
}

interface StructModule {
  readonly Struct: { new (): object; fromJavaScript: (properties: object) => object };
}

interface ResourceModule {
  readonly Resource: { callsites: () => object[] };
}

// `require`, because what an ES import gives cannot be assigned to, and tests run as ES modules.
const sdkRequire = createRequire(__filename);
const state = sdkRequire("@pulumi/pulumi/runtime/state") as StateModule;
const debuggable = sdkRequire("@pulumi/pulumi/runtime/debuggable") as DebuggableModule;
const properties = sdkRequire("@pulumi/pulumi/runtime/rpc") as PropertiesModule;
// The copy the SDK has.
const { Struct } = createRequire(sdkRequire.resolve("@pulumi/pulumi"))(
  "google-protobuf/google/protobuf/struct_pb",
) as StructModule;
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
 * Makes promises cheap and returns what undoes it. The SDK formats a stack trace for each of the dozens of promises a
 * resource has, in case one leaks, and that is most of the time a program takes. Cutting all traces short
 * (`Error.stackTraceLimit`) gains as much, but takes them from the program's own errors, too.
 *
 * The wrapper that is left out also attaches the promise to the error it was rejected with. The promise holds all the
 * SDK knows, secrets in plain text included, and whoever prints the error prints that.
 */
export function plainPromises(): () => void {
  const { debuggablePromise } = debuggable;
  debuggable.debuggablePromise = (promise) => promise;
  return () => {
    debuggable.debuggablePromise = debuggablePromise;
  };
}

/**
 * Skips recording where in the program each resource is made, and returns what undoes it. The SDK reports it to the
 * engine, which does not show it anywhere yet; finding it out is half of the time it takes to make a resource.
 */
export function withoutPositions(): () => void {
  const { callsites } = Resource;
  Resource.callsites = () => [];
  return () => {
    Resource.callsites = callsites;
  };
}

/** Keeps properties as plain objects, since nothing here reads the wire format, and returns what undoes it. */
export function plainProperties(): () => void {
  const { fromJavaScript } = Struct;
  Struct.fromJavaScript = (properties) =>
    Object.assign(new Struct(), { toJavaScript: () => asSent(properties) });
  return () => {
    Struct.fromJavaScript = fromJavaScript;
  };
}

/** A copy with its keys in the order the wire, and the engine, give them back. */
function asSent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSent);
  if (value === null || typeof value !== "object") return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, inner]) => [key, asSent(inner)]));
}

/**
 * Makes a resource's outputs only when they are read, and returns what undoes it. The SDK makes all of them, dozens for
 * many resources, each with a proxy and some twenty promises; a program reads one in ten.
 */
export function outputsOnDemand(): () => void {
  const { transferProperties } = properties;
  properties.transferProperties = (onto, label, props) =>
    Object.fromEntries(
      Object.entries(props)
        .filter(([name]) => name !== "id" && name !== "urn")
        .map(([name, value]) => [
          name,
          outputOnDemand(onto, name, () => transferProperties(onto, label, { [name]: value })),
        ]),
    );
  return () => {
    properties.transferProperties = transferProperties;
  };
}

function outputOnDemand(
  onto: object,
  name: string,
  make: () => Record<string, OutputResolver>,
): OutputResolver {
  let resolve: OutputResolver | undefined;
  let resolution: unknown[] | undefined;
  Object.defineProperty(onto, name, {
    configurable: true,
    enumerable: true,
    get: () => {
      Reflect.deleteProperty(onto, name);
      resolve = make()[name];
      if (resolution) resolve?.(...resolution);
      return Reflect.get(onto, name) as unknown;
    },
  });
  return (...given) => {
    resolution = given;
    resolve?.(...given);
  };
}
