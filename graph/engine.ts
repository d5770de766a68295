/** What a preview and a state file share: the engine's own record of a resource. */
import { keepPlain } from "./plain";
import { parseUrn, type Resource } from "./resource";
import { readPlain, readProperties, type ReadingOptions } from "./value";

/** The parts used here of what Pulumi calls `ResourceV3`. */
export interface EngineResource {
  readonly urn: string;
  readonly id?: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly parent?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly dependencies?: string[] | null;
  readonly propertyDependencies?: Record<string, string[] | null> | null;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly ignoreChanges?: string[] | null;
  readonly provider?: string;
  /** Read by the program from elsewhere, not declared by it. */
  readonly external?: boolean;
  /** Replaced, and waiting to be deleted. */
  readonly delete?: boolean;
  /** A detail of another resource that its provider shows. */
  readonly viewOf?: string;
}

const PROVIDER_TYPE = /^pulumi:providers:/;

/** What the engine adds to the inputs of every provider; which version serves is the lock file's business. */
const ENGINE_PROVIDER_INPUTS = ["__internal", "version", "pluginDownloadURL"];

/**
 * Turns the engine's records into the graph's. The providers the engine makes by itself are left out, and
 * so is every reference to them: the program knows nothing of them. They are the ones without a parent.
 */
export function readResources(records: readonly EngineResource[], options: ReadingOptions = {}): Resource[] {
  const nameless = records.findIndex(({ urn, type }) => typeof urn !== "string" || typeof type !== "string");
  if (nameless >= 0) throw new Error(`resource ${nameless + 1} has no URN, or no type`);
  const declared = records.filter(
    (record) =>
      !record.delete &&
      !record.external &&
      !record.viewOf &&
      !(isProvider(record.type) && record.parent === undefined),
  );
  const urns = new Set(declared.map(({ urn }) => urn));
  return declared.map((record) => {
    const inputs = programInputs(record);
    const { values, secrets, providerDefaults } = readProperties(inputs, options);
    const provider = providerUrn(record.provider);
    const recorded: Resource = {
      urn: record.urn,
      type: record.type,
      name: parseUrn(record.urn).name,
      parent: record.parent ?? null,
      custom: record.custom ?? false,
      inputs: values,
      ...(record.outputs
        ? { outputs: readProperties({ ...record.outputs, id: record.id ?? null }, options).values }
        : {}),
      secrets,
      providerDefaults,
      dependencies: [...(record.dependencies ?? [])].sort(),
      propertyDependencies: readPropertyDependencies(Object.entries(record.propertyDependencies ?? {})),
      protect: record.protect ?? false,
      retainOnDelete: record.retainOnDelete ?? false,
      ignoreChanges: record.ignoreChanges ?? [],
      provider: provider !== null && urns.has(provider) ? provider : null,
    };
    return secrets.length === 0 ? recorded : keepPlain(recorded, readPlain(inputs));
  });
}

/** A reference to a provider is its URN and its id. */
export function providerUrn(reference: string | undefined): string | null {
  return reference ? reference.slice(0, reference.lastIndexOf("::")) : null;
}

export function isProvider(type: string): boolean {
  return PROVIDER_TYPE.test(type);
}

export function readPropertyDependencies(
  entries: readonly (readonly [string, readonly string[] | null])[],
): Record<string, string[]> {
  const sorted = entries.map(([name, urns]) => [name, [...(urns ?? [])].sort()] as const);
  return Object.fromEntries(sorted.filter(([, urns]) => urns.length > 0).sort(byKey));
}

function programInputs({ type, inputs = {} }: EngineResource): Record<string, unknown> {
  if (!isProvider(type)) return inputs;
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !ENGINE_PROVIDER_INPUTS.includes(key)));
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
