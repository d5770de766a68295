/**
 * The rules as the engine's policies. One policy passes every resource on to the rules: were each rule a
 * policy, the properties of each resource would be read once for each of them. The graph is put together
 * from what the engine shows of each resource, so that the rules judge what they judge offline: inputs.
 */
import type { Policies, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { graphOf, parseUrn, type Graph, type Resource } from "../graph/resource";
import { evaluate, evaluateResource, checkLevels, type EvaluateOptions, type Levels } from "./evaluate";
import type { ParityDifference } from "./parity";
import { readProps, secretPaths } from "./props";
import { ENFORCEMENTS, type Enforcement, type Rule, type Severity, type Situation } from "./rule";
import { covers, readWaivers } from "./waivers";

export interface PackOptions {
  readonly rules: readonly Rule[];
  /** What the waiver file holds. */
  readonly waivers: unknown;
  readonly situation: (stack: string) => Situation;
  /** What the stack and its sibling have not in common; undefined for a stack without one. */
  readonly parity: (stack: string) => Promise<readonly ParityDifference[] | undefined>;
}

/** What one run of the engine has shown so far. */
interface Run {
  readonly secrets: Map<string, ReadonlySet<string>>;
  readonly resources: Map<string, Resource>;
  /** Violations that were told of a resource before it was made. */
  readonly told: Set<string>;
  levels: Levels;
}

/** What a report may hold beside its text. The SDK takes it, though its types do not say so. */
interface Report {
  readonly name: string;
  readonly message: string;
  readonly severity: Severity;
  readonly enforcementLevel: Exclude<Enforcement, "disabled">;
  readonly urn?: string;
}

export function packPolicies(options: PackOptions): Policies {
  const run: Run = { secrets: new Map(), resources: new Map(), told: new Set(), levels: {} };
  return [
    {
      name: "mainstay-secrets",
      description: "Notes which inputs are secret, so that none is shown. It changes and reports nothing.",
      // Only a remediation is told what is secret.
      enforcementLevel: "remediate",
      remediateResource: ({ urn, props }) => {
        run.secrets.set(urn, secretPaths(props));
      },
    },
    {
      name: "mainstay-resources",
      description: "Every rule about a resource by itself.",
      enforcementLevel: "mandatory",
      configSchema: {
        properties: {
          levels: { type: "object", additionalProperties: { type: "string", enum: [...ENFORCEMENTS] } },
        },
      },
      validateResource: (args, report) => {
        for (const one of judgeResource(args, options, run)) send(report, one);
      },
    },
    {
      name: "mainstay-stack",
      description: "Every rule about what stands beside a resource, the waivers, and the parity of stacks.",
      enforcementLevel: "mandatory",
      validateStack: async (args, report) => {
        for (const one of await judgeStack(args, options, run)) send(report, one);
      },
    },
  ];
}

const send = (report: (message: string) => void, one: Report) => (report as (told: unknown) => void)(one);

function judgeResource(args: ResourceValidationArgs, options: PackOptions, run: Run): Report[] {
  run.levels = args.getConfig<{ levels?: Levels }>().levels ?? {};
  checkLevels(options.rules, run.levels);
  const resource = resourceOf(args, run);
  run.resources.set(resource.urn, resource);
  const settings = settingsOf(parseUrn(resource.urn).stack, options, run, run.secrets.has(resource.urn));
  const { waivers } = readWaivers(options.waivers, severities(options.rules), settings.today);
  return evaluateResource(resource, options.rules, settings).flatMap(({ kind, of }) => {
    if (kind === "undecidable" || waivers.some((one) => one.rule === of.policy && covers(one, of.urn)))
      return [];
    run.told.add(`${of.policy} ${of.urn}`);
    return [toReport(of)];
  });
}

async function judgeStack(args: StackValidationArgs, options: PackOptions, run: Run): Promise<Report[]> {
  const graph = graphFrom(args, run);
  const known = graph.resources.every(({ urn }) => run.secrets.has(urn));
  const { violations, undecidable } = evaluate(graph, options.rules, {
    ...settingsOf(graph.stack, options, run, known),
    waivers: options.waivers,
  });
  const differences = (await options.parity(graph.stack)) ?? [];
  return [
    ...violations.filter(({ policy, urn }) => !run.told.has(`${policy} ${urn}`)).map(toReport),
    ...summary(undecidable.map(({ policy }) => policy)),
    ...differences.filter(({ allowed }) => !allowed).map(different),
  ];
}

function settingsOf(stack: string, options: PackOptions, run: Run, known: boolean): EvaluateOptions {
  return { ...options.situation(stack), levels: run.levels, hideFound: !known };
}

const severities = (rules: readonly Rule[]) => new Map(rules.map(({ name, severity }) => [name, severity]));

const toReport = ({
  policy,
  message,
  severity,
  enforcement,
  urn,
}: {
  readonly policy: string;
  readonly message: string;
  readonly severity: Severity;
  readonly enforcement: Exclude<Enforcement, "disabled">;
  readonly urn: string;
}): Report => ({ name: policy, message, severity, enforcementLevel: enforcement, urn });

/** One line for all that cannot be told in a preview; `up` tells it. */
function summary(policies: readonly string[]): Report[] {
  if (policies.length === 0) return [];
  const names = [...new Set(policies)].sort().join(", ");
  const message = `${policies.length} checks hang on values that only up can tell, and are made there: ${names}.`;
  return [{ name: "undecidable", message, severity: "low", enforcementLevel: "advisory" }];
}

function different({ path, reason }: ParityDifference): Report {
  const message = `${path}: ${reason ?? "staging and production differ, and it is not declared. Make them alike, or add it to policies/differences.ts"}.`;
  return { name: "parity", message, severity: "high", enforcementLevel: "mandatory" };
}

function resourceOf({ urn, type, name, props, opts }: ResourceValidationArgs, { secrets }: Run): Resource {
  const { inputs, providerDefaults } = readProps(props, secrets.get(urn) ?? new Set());
  return {
    urn,
    type,
    name,
    parent: opts.parent ?? null,
    custom: true,
    inputs,
    secrets: [...(secrets.get(urn) ?? [])].sort(),
    providerDefaults,
    dependencies: [],
    propertyDependencies: {},
    protect: opts.protect,
    retainOnDelete: false,
    ignoreChanges: opts.ignoreChanges,
    provider: null,
  };
}

/** Of a resource that was not shown before, which is so of a state that is analysed, outputs are the next best. */
function graphFrom({ resources }: StackValidationArgs, run: Run): Graph {
  const urns = (others: readonly { urn: string }[]) => others.map(({ urn }) => urn).sort();
  const read = resources.map((shown): Resource => {
    const { urn, type, name, props, opts } = shown;
    const resource =
      run.resources.get(urn) ?? resourceOf({ urn, type, name, props, opts } as ResourceValidationArgs, run);
    const dependent = Object.entries(shown.propertyDependencies).filter(([, others]) => others.length > 0);
    return {
      ...resource,
      parent: shown.parent?.urn ?? opts.parent ?? null,
      dependencies: urns(shown.dependencies),
      propertyDependencies: Object.fromEntries(dependent.map(([key, others]) => [key, urns(others)])),
    };
  });
  return graphOf(read, {});
}
