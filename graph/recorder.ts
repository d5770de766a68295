/**
 * The resource monitor the SDK talks to when there is no engine: it records every registration and answers it as the
 * engine's preview would, with the inputs as outputs.
 *
 * `setMocks` hands over inputs only; a monitor of our own sees the whole request.
 */
import { runtime } from "@pulumi/pulumi";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { isProvider, providerUrn, readPropertyDependencies } from "./engine";
import { keepPlain } from "./plain";
import { STACK_TYPE, parseUrn, pathWithin, type Json, type Resource } from "./resource";
import { standIn } from "./stand-in";
import { readPlain, readProperties } from "./value";

/** Outputs a resource is given besides its inputs; `id` among them is its id. */
export type Invent = (resource: Resource) => Record<string, unknown> | undefined;

/**
 * Stand-ins a resource is given for outputs only `up` can know.
 *
 * @param standIn the text that stands for one of the resource's outputs
 */
export type StandIns = (resource: Resource, standIn: (output: string) => string) => Record<string, unknown>;

export interface RecorderOptions {
  readonly project: string;
  readonly stack: string;
  readonly invent?: Invent;
  readonly standIns?: StandIns;
  readonly revealSecrets?: boolean;
}

type Answer = (error: unknown, response?: object) => void;
type Properties = Record<string, unknown>;

export class Recorder extends MockMonitor {
  readonly recorded = new Map<string, Resource>();
  outputs: Record<string, Json> = {};
  private readonly paths = new Map<string, string>();

  constructor(private readonly options: RecorderOptions) {
    super({ call: refuseCall, newResource: () => ({ id: undefined, state: {} }) });
  }

  /**
   * What the engine can do and this cannot (transforms, resource hooks) is not announced: the SDK then
   * refuses it at once, instead of opening a port to be called back at.
   */
  override getDeploymentInfo(_request: unknown, answer: Answer): void {
    const { ResourceMonitorFeature: feature } = proto;
    const features = [
      feature.RESOURCE_MONITOR_FEATURE_SECRETS,
      feature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
      feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
      feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
      feature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
      feature.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
      feature.RESOURCE_MONITOR_FEATURE_INVOKE_DEPENDS_ON,
    ];
    answer(null, { getSupportedfeaturesList: () => features });
  }

  override async registerResource(request: proto.RegisterResourceRequest, answer: Answer): Promise<void> {
    try {
      const inputs = propertiesOf(request.getObject());
      const resource = this.resource(request, inputs);
      if (this.recorded.has(resource.urn)) throw new Error(`two resources have the URN ${resource.urn}`);
      this.recorded.set(resource.urn, resource);

      const { id, ...outputs } = this.options.invent?.(resource) ?? this.standInsFor(resource);
      const state = { ...inputs, ...(await runtime.serializeProperties("", outputs)) };
      // A local component sets its outputs itself; to be given its inputs would rebuild what they refer to.
      const properties = resource.custom
        ? withSecretOutputs(state, request.getAdditionalsecretoutputsList())
        : {};
      // Where the base class looks a resource up that another one refers to.
      this.resources.set(resource.urn, {
        urn: resource.urn,
        id: id === undefined ? null : String(id),
        state: properties,
      });
      // What the SDK asks of a response, without the detour through the wire format.
      answer(null, {
        getUrn: () => resource.urn,
        getId: () => id,
        getObject: () => ({ toJavaScript: () => properties }),
        getPropertydependenciesMap: () => undefined,
        getResult: () => proto.Result.SUCCESS,
        getUnknown: () => false,
      });
    } catch (error) {
      answer(error);
    }
  }

  override registerResourceOutputs(request: proto.RegisterResourceOutputsRequest, answer: Answer): void {
    try {
      if (this.recorded.get(request.getUrn())?.type === STACK_TYPE) {
        this.outputs = readProperties(propertiesOf(request.getOutputs()), this.options).values;
      }
      answer(null, {});
    } catch (error) {
      answer(error);
    }
  }

  override async invoke(request: proto.ResourceInvokeRequest, answer: Answer): Promise<void> {
    // Not a provider's function: so the SDK follows a reference to a resource of this program.
    if (request.getTok() === "pulumi:pulumi:getResource") return super.invoke(request, answer);
    answer(refusal(`calls the function ${request.getTok()}`));
  }

  /** The calls of a remote component's methods. The base class does not know them. */
  call(request: proto.ResourceCallRequest, answer: Answer): void {
    answer(refusal(`calls the method ${request.getTok()}`));
  }

  override async readResource(request: proto.ReadResourceRequest, answer: Answer): Promise<void> {
    answer(refusal(`reads ${request.getType()} "${request.getName()}", which it does not declare`));
  }

  override existsResource(request: proto.ExistsResourceRequest, answer: Answer): void {
    answer(refusal(`asks whether a ${request.getType()} exists`));
  }

  /** What the program has given stays as it is. */
  private standInsFor(resource: Resource): Record<string, unknown> {
    if (resource.type === STACK_TYPE) return {};
    const path = pathWithin(this.paths.get(resource.parent ?? ""), resource);
    this.paths.set(resource.urn, path);
    if (!resource.custom) return {};
    const given = this.options.standIns?.(resource, (output) => standIn(path, output)) ?? {};
    return Object.fromEntries(Object.entries(given).filter(([name]) => !(name in resource.inputs)));
  }

  private resource(request: proto.RegisterResourceRequest, inputs: Properties): Resource {
    const type = request.getType();
    const parent = this.recorded.get(request.getParent());
    const custom = request.getCustom();
    const { values, secrets, providerDefaults, sketches } = readProperties(inputs, this.options);
    const declared: Resource = {
      urn: this.urn(request.getParent(), type, request.getName()),
      type,
      name: request.getName(),
      parent: request.getParent() || null,
      custom,
      inputs: values,
      ...(Object.keys(sketches).length > 0 ? { sketches } : {}),
      secrets,
      providerDefaults,
      dependencies: [...request.getDependenciesList()].sort(),
      propertyDependencies: readPropertyDependencies(
        [...request.getPropertydependenciesMap().entries()].map(([name, urns]) => [name, urns.getUrnsList()]),
      ),
      // The engine hands both options down from a parent; the SDK only the first.
      protect: (request.hasProtect() ? request.getProtect() : parent?.protect) ?? false,
      retainOnDelete:
        (request.hasRetainondelete() ? request.getRetainondelete() : parent?.retainOnDelete) ?? false,
      ignoreChanges: request.getIgnorechangesList(),
      provider: custom && !isProvider(type) ? providerUrn(request.getProvider()) : null,
      ...(request.getDeletebeforereplace() ? { deleteBeforeReplace: true as const } : {}),
    };
    return secrets.length === 0 ? declared : keepPlain(declared, readPlain(inputs, this.options));
  }

  /** Unlike the base class, the engine puts the types of all ancestors but the stack into a URN. */
  private urn(parent: string, type: string, name: string): string {
    const ancestors = parent === "" ? STACK_TYPE : parseUrn(parent).qualifiedType;
    const qualifiedType = ancestors === STACK_TYPE ? type : `${ancestors}$${type}`;
    return `urn:pulumi:${this.options.stack}::${this.options.project}::${qualifiedType}::${name}`;
  }
}

/** Outputs a resource class names as secret are so before they are known, too: what uses them is secret. */
function withSecretOutputs(state: Properties, secretOutputs: string[]): Properties {
  const marked = { ...state };
  for (const name of secretOutputs) {
    if (marked[name] === undefined && !runtime.isDryRun()) continue;
    marked[name] = secretOf(marked[name] ?? runtime.unknownValue);
  }
  return marked;
}

function secretOf(value: unknown): unknown {
  return runtime.isRpcSecret(value) ? value : { [runtime.specialSigKey]: runtime.specialSecretSig, value };
}

function propertiesOf(properties: ReturnType<proto.RegisterResourceRequest["getObject"]>): Properties {
  return properties?.toJavaScript() ?? {};
}

function refuseCall({ token }: runtime.MockCallArgs): never {
  throw refusal(`calls the function ${token}`);
}

/** `details` is where the SDK looks for an error's text. */
function refusal(deed: string): Error & { details: string } {
  const message = `the program ${deed}: only an engine can answer that, and the program has to run without one; take it from the configuration instead`;
  return Object.assign(new Error(message), { details: message });
}
