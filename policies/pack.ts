/**
 * The rules as the engine's policies. One policy passes every resource on to the rules: were each rule a
 * policy, the properties of each resource would be read once for each of them. The graph is put together
 * from what the engine shows of each resource, so that the rules judge what they judge offline: inputs.
 */
import type { Policies, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { formatProblems, InvalidConfiguration } from "../environment/problems";
import { copyWith } from "../graph/plain";
import { ProgramFailed } from "../graph/program-failed";
import { graphOf, parseUrn, type Graph, type Resource } from "../graph/resource";
import {
  evaluate,
  evaluateResource,
  mendResource,
  waiversFor,
  type EvaluateOptions,
  type Waived,
} from "./evaluate";
import { easedBy, easedText, levelProblems, type Levels } from "./levels";
import { differenceText, type ParityDifference } from "./parity/compare";
import { readProps, readResource, secretPaths } from "./props";
import { ENFORCEMENTS, type Enforcement, type Rule, type Severity, type Situation } from "./rule";
import { reasonsOf, type Settings } from "./settings";
import { describeWaiver, waives, type ReadWaivers } from "./waiver";

export interface PackOptions {
  readonly rules: readonly Rule[];
  readonly settings: Settings;
  /** The project's stacks. */
  readonly stacks: readonly string[];
  readonly situation: (stack: string) => Situation;
  /** Whether the engine has made what it shows, as at `up`: then nothing is left to be told. */
  readonly settled: boolean;
  /**
   * What the stack and its sibling have not in common; undefined for a stack without one.
   *
   * @param shown what the engine shows of the stack; undefined where it did not tell what is secret in it
   */
  readonly parity: (
    stack: string,
    shown: Graph | undefined,
  ) => Promise<readonly ParityDifference[] | undefined>;
}

/** What one run of the engine has shown so far. */
interface Run {
  readonly secrets: Map<string, ReadonlySet<string>>;
  readonly resources: Map<string, Resource>;
  /** By stack. To find out reads files. */
  readonly situations: Map<string, Situation>;
  /** Violations that were told of a resource before it was made. */
  readonly told: Set<string>;
  /** Undefined until the engine has handed over the pack's configuration. */
  levels: Levels | undefined;
  /** Undefined until the first resource tells the stack. */
  waivers: ReadWaivers | undefined;
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
  const run = newRun();
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
      name: "mainstay-remediation",
      description:
        "Mends what can be mended while it runs. Leaves production alone unless enforcement.json says otherwise.",
      enforcementLevel: "remediate",
      remediateResource: (args) => mendProps(args as ResourceValidationArgs, options, run),
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

const newRun = (): Run => ({
  secrets: new Map(),
  resources: new Map(),
  situations: new Map(),
  told: new Set(),
  levels: undefined,
  waivers: undefined,
});

const send = (report: (message: string) => void, one: Report) => (report as (told: unknown) => void)(one);

/** The properties as they should be; undefined where there is nothing to mend, or it is not allowed. */
function mendProps(args: ResourceValidationArgs, options: PackOptions, run: Run) {
  const settings = settingsOf(parseUrn(args.urn).stack, options, run, true);
  if (!settings.remediate) return undefined;
  const { changed } = mendResource(
    resourceOf(args, run),
    options.rules,
    settings,
    holding(options, settings, run),
  );
  return Object.keys(changed).length === 0 ? undefined : Object.assign(args.props, changed);
}

/** The waivers that hold are the same for all resources of a run. */
const holding = ({ rules }: PackOptions, settings: EvaluateOptions, run: Run) =>
  (run.waivers ??= waiversFor(rules, settings));

function judgeResource(args: ResourceValidationArgs, options: PackOptions, run: Run): Report[] {
  const problems = run.levels === undefined ? configure(args, options, run) : [];
  const resource = resourceOf(args, run);
  run.resources.set(resource.urn, resource);
  const settings = settingsOf(parseUrn(resource.urn).stack, options, run, run.secrets.has(resource.urn));
  const { waivers } = holding(options, settings, run);
  const reports = evaluateResource(resource, options.rules, settings).flatMap(({ kind, of }) => {
    if (kind === "undecidable" || waivers.some((one) => waives(one, of))) return [];
    run.told.add(`${of.policy} ${of.urn}`);
    return [toReport(of)];
  });
  return [...problems, ...reports];
}

/** Takes the pack's configuration once. What is wrong with it stops the deployment, whatever the rules say. */
function configure({ getConfig }: ResourceValidationArgs, { rules, settings }: PackOptions, run: Run) {
  const { levels = {} } = getConfig<{ levels?: Levels }>();
  const wrong = levelProblems(rules, levels);
  run.levels = { ...settings.levels, ...(wrong.length === 0 ? levels : {}) };
  return [
    ...(settings.problems.length > 0 ? [formatProblems(settings.problems)] : []),
    ...(wrong.length > 0
      ? [`The configuration of mainstay-resources is not valid: ${wrong.join("; ")}.`]
      : []),
  ].map((message): Report => ({
    name: "configuration",
    message,
    severity: "high",
    enforcementLevel: "mandatory",
  }));
}

async function judgeStack(args: StackValidationArgs, options: PackOptions, run: Run): Promise<Report[]> {
  const graph = graphFrom(args, run);
  const known = graph.resources.every(({ urn }) => run.secrets.has(urn));
  const settings = settingsOf(graph.stack, options, run, known);
  const { violations, undecidable, waived } = evaluate(graph, options.rules, {
    ...settings,
    remediate: false,
  });
  return [
    ...violations.filter(({ policy, urn }) => !run.told.has(`${policy} ${urn}`)).map(toReport),
    ...waived.map(accepted),
    ...easedBy(options.rules, settings.levels, reasonsOf(options.settings)).map((one) =>
      said("eased", `${easedText(one)}.`),
    ),
    ...summary(undecidable.map(({ policy }) => policy)),
    ...(await judgeParity(graph.stack, known ? graph : undefined, options)),
  ];
}

async function judgeParity(stack: string, shown: Graph | undefined, options: PackOptions): Promise<Report[]> {
  try {
    const differences = (await options.parity(stack, shown)) ?? [];
    return differences.filter(({ allowed }) => !allowed).map((one) => different(differenceText(one)));
  } catch (error) {
    if (!(error instanceof InvalidConfiguration || error instanceof ProgramFailed)) throw error;
    return [different(`The stacks cannot be compared: ${error.message}`)];
  }
}

function settingsOf(
  stack: string,
  { situation, settings, stacks, settled }: PackOptions,
  { levels, situations }: Run,
  known: boolean,
): EvaluateOptions & { readonly levels: Levels } {
  const judged = situations.get(stack) ?? situation(stack);
  situations.set(stack, judged);
  const { production, today } = judged;
  return {
    production,
    today,
    levels: levels ?? settings.levels,
    waivers: settings.waivers,
    stacks,
    hideFound: !known,
    settled,
    remediate: !production || settings.remediateProduction,
  };
}

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

/** One line for all checks that a preview cannot decide; `up` makes them. */
function summary(policies: readonly string[]): Report[] {
  if (policies.length === 0) return [];
  const names = [...new Set(policies)].sort().join(", ");
  return [
    said(
      "undecidable",
      `${policies.length} checks need values that are known only during up, and are made there: ${names}.`,
    ),
  ];
}

/** What stops nothing, and is to be known. */
const said = (name: string, message: string): Report => ({
  name,
  message,
  severity: "low",
  enforcementLevel: "advisory",
});

const accepted = (one: Waived): Report => ({
  ...said("waived", `${one.policy} is waived: ${describeWaiver(one)}.`),
  urn: one.urn,
});

const different = (message: string): Report => ({
  name: "parity",
  message,
  severity: "high",
  enforcementLevel: "mandatory",
});

const resourceOf = (args: ResourceValidationArgs, { secrets }: Run): Resource =>
  readResource(args, secrets.get(args.urn) ?? new Set());

/** Of a resource that was not shown before, which is so of a state that is analysed, outputs are the next best. */
function graphFrom({ resources }: StackValidationArgs, run: Run): Graph {
  const urns = (others: readonly { urn: string }[]) => others.map(({ urn }) => urn).sort();
  const read = resources.map((shown): Resource => {
    const { urn, type, name, props, opts } = shown;
    const resource =
      run.resources.get(urn) ?? resourceOf({ urn, type, name, props, opts } as ResourceValidationArgs, run);
    const dependent = Object.entries(shown.propertyDependencies).filter(([, others]) => others.length > 0);
    return copyWith(resource, {
      outputs: readProps(shown.props, run.secrets.get(urn) ?? new Set()).inputs,
      parent: shown.parent?.urn ?? opts.parent ?? null,
      dependencies: urns(shown.dependencies),
      propertyDependencies: Object.fromEntries(dependent.map(([key, others]) => [key, urns(others)])),
    });
  });
  return graphOf(read, {});
}
