/** Holds a graph against rules. Pure: what day it is, and what is waived, is told. */
import type { Graph, Resource } from "../graph/resource";
import { levelProblems, type Levels } from "./levels";
import { remediateResource, type Remediated } from "./remediate";
import {
  type Enforcement,
  type Finding,
  type GraphRule,
  type ResourceRule,
  type Rule,
  type Severity,
  type Situation,
} from "./rule";
import { asJudged, told } from "./secrets";
import { GraphView } from "./view";
import {
  covers,
  readWaivers,
  stackOf,
  waives,
  type ReadWaivers,
  type Waiver,
  type WaiverProblem,
} from "./waiver";

export interface EvaluateOptions extends Situation {
  /** @default none */
  readonly levels?: Levels;
  /** What the waiver file holds, unread. @default none */
  readonly waivers?: unknown;
  /** The project's stacks: a waiver of any other is of none. @default any stack may be there */
  readonly stacks?: readonly string[];
  /** Leaves found values out of messages. For graphs whose secrets are not marked. @default false */
  readonly hideFound?: boolean;
  /** Applies the rules' remedies first, and judges what is left. @default false */
  readonly remediate?: boolean;
  /** Whether nobody will ever tell more, as at `up`: what is open then is a violation. @default false */
  readonly settled?: boolean;
}

export interface Violation {
  readonly policy: string;
  readonly severity: Severity;
  readonly enforcement: Exclude<Enforcement, "disabled">;
  readonly urn: string;
  /** Path of the input, where it is one. */
  readonly property?: string;
  readonly message: string;
}

interface Undecidable {
  readonly policy: string;
  readonly severity: Severity;
  readonly urn: string;
  readonly property?: string;
  readonly message: string;
}

export interface Waived extends Violation {
  readonly reason: string;
  readonly owner: string;
  readonly until: string;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly undecidable: readonly Undecidable[];
  readonly waived: readonly Waived[];
  /** What was mended before the rest was judged. */
  readonly remediated: readonly Remediated[];
}

/** The configuration names rules or levels that do not exist. */
class InvalidLevels extends Error {
  override readonly name = "InvalidLevels";
}

/** What a finding became. */
type Judged =
  | { readonly kind: "violation"; readonly of: Violation }
  | { readonly kind: "undecidable"; readonly of: Undecidable };

interface Index {
  readonly resource: ReadonlyMap<string, readonly ResourceRule[]>;
  readonly graph: ReadonlyMap<string, readonly GraphRule[]>;
}

const indices = new WeakMap<readonly Rule[], Index>();

/** Judges a whole graph. */
export function evaluate(graph: Graph, rules: readonly Rule[], options: EvaluateOptions): Verdict {
  const problems = levelProblems(rules, options.levels);
  if (problems.length > 0)
    throw new InvalidLevels(`the rules' configuration is not valid: ${problems.join("; ")}`);
  const waivers = waiversFor(rules, options);
  const { mended, remediated } = options.remediate
    ? mend(graph, rules, options, waivers)
    : { mended: graph, remediated: [] };
  return { ...applyWaivers(mended, judgeGraph(mended, rules, options), waivers), remediated };
}

function judgeGraph(graph: Graph, rules: readonly Rule[], options: EvaluateOptions): Judged[] {
  const index = indexOf(rules);
  const view = new GraphView({ ...graph, resources: graph.resources.map(asJudged) });
  const judged: Judged[] = [];
  for (const resource of view.graph.resources) {
    for (const rule of index.resource.get(resource.type) ?? [])
      judged.push(...judgeBy(rule, resource, undefined, options));
    for (const rule of index.graph.get(resource.type) ?? [])
      judged.push(...judgeBy(rule, resource, view, options));
  }
  return judged;
}

function mend(graph: Graph, rules: readonly Rule[], options: EvaluateOptions, waivers: ReadWaivers) {
  const results = graph.resources.map((resource) => mendResource(resource, rules, options, waivers));
  return {
    mended: { ...graph, resources: results.map(({ resource }) => resource) },
    remediated: results.flatMap((result) => result.remediated),
  };
}

/** Applies the remedies of the rules that are in force for a resource. */
export function mendResource(
  resource: Resource,
  rules: readonly Rule[],
  options: EvaluateOptions,
  { waivers }: ReadWaivers,
) {
  return remediateResource(resource, indexOf(rules).resource.get(resource.type) ?? [], {
    ...options,
    hideFound: options.hideFound ?? false,
    spared: (rule, urn) =>
      options.levels?.[rule] === "disabled" ||
      waivers.some((waiver) => waiver.rule === rule && covers(waiver, urn)),
  });
}

/** Judges one resource by the rules that need no other: what can be said before anything is made. */
export function evaluateResource(
  resource: Resource,
  rules: readonly Rule[],
  options: EvaluateOptions,
): readonly Judged[] {
  const judged = asJudged(resource);
  return (indexOf(rules).resource.get(resource.type) ?? []).flatMap((rule) =>
    judgeBy(rule, judged, undefined, options),
  );
}

/** The waivers that hold, and what is wrong with the others. */
export const waiversFor = (
  rules: readonly Rule[],
  { waivers, today, stacks }: EvaluateOptions,
): ReadWaivers =>
  readWaivers(waivers ?? [], {
    severities: new Map(rules.map(({ name, severity }) => [name, severity])),
    today,
    stacks,
  });

function indexOf(rules: readonly Rule[]): Index {
  let index = indices.get(rules);
  if (!index) {
    index = {
      resource: byType(rules.filter((rule) => rule.scope === "resource")),
      graph: byType(rules.filter((rule) => rule.scope === "graph")),
    };
    indices.set(rules, index);
  }
  return index;
}

function byType<R extends Rule>(rules: readonly R[]): Map<string, R[]> {
  const index = new Map<string, R[]>();
  for (const rule of rules)
    for (const type of new Set(rule.types)) index.set(type, [...(index.get(type) ?? []), rule]);
  return index;
}

function judgeBy(
  rule: Rule,
  resource: Resource,
  view: GraphView | undefined,
  options: EvaluateOptions,
): Judged[] {
  const enforcement = options.levels?.[rule.name] ?? rule.enforcement;
  if (enforcement === "disabled" || (rule.production && !options.production)) return [];
  return findings(rule, resource, view, options).map((finding) => {
    const broken = finding.outcome === "violation" || options.settled === true;
    const { property, found } = told(finding);
    const said = {
      policy: rule.name,
      severity: rule.severity,
      urn: finding.resource.urn,
      ...(property === undefined ? {} : { property }),
      message: message({ ...finding, property, found }, rule, broken, options.hideFound ?? false),
    };
    return broken ? { kind: "violation", of: { ...said, enforcement } } : { kind: "undecidable", of: said };
  });
}

/** A rule that throws has said nothing of the resource: that is a violation, and not a pass. */
function findings(
  rule: Rule,
  resource: Resource,
  view: GraphView | undefined,
  situation: Situation,
): readonly Finding[] {
  try {
    if (rule.scope === "resource") return rule.check(resource, situation);
    return view ? rule.check(resource, view, situation) : [];
  } catch (error) {
    const what = `the rule itself failed with a ${error instanceof Error ? error.name : "value thrown"} and judged nothing`;
    return [{ outcome: "violation", resource, what }];
  }
}

function message(
  { outcome, property, found, allowed, what }: Finding,
  rule: Rule,
  broken: boolean,
  hideFound: boolean,
): string {
  const remedy = broken ? ` ${sentence(rule.remediation)}` : "";
  if (what !== undefined && outcome === "violation") return `${sentence(what)}${remedy}`;
  if (what !== undefined) return `Cannot be told${broken ? "" : " yet"} whether ${what}.${remedy}`;
  const value = hideFound && found !== "not set" ? "something else" : (found ?? "not as it should be");
  return `${property ?? "it"} is ${value}; allowed: ${allowed ?? "something else"}.${remedy}`;
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}${text.endsWith(".") || text.endsWith("…") ? "" : "."}`;
}

function applyWaivers(
  graph: Graph,
  judged: readonly Judged[],
  { waivers, problems }: ReadWaivers,
): Omit<Verdict, "remediated"> {
  const own = waivers.filter((waiver) => stackOf(waiver) === graph.stack);
  const used = new Set<Waiver>();
  const violations: Violation[] = [];
  const undecidable: Undecidable[] = [];
  const waived: Waived[] = [];
  for (const one of judged) {
    const waiver = own.find((candidate) => waives(candidate, one.of));
    if (waiver) used.add(waiver);
    if (one.kind === "undecidable") undecidable.push(one.of);
    else if (waiver)
      waived.push({ ...one.of, reason: waiver.reason, owner: waiver.owner, until: waiver.until });
    else violations.push(one.of);
  }
  const unused = own
    .filter((waiver) => !used.has(waiver))
    .map(({ rule, resource }): WaiverProblem => ({
      kind: "unused",
      resource,
      message: `the waiver of ${rule} waives nothing`,
    }));
  const root = graph.resources[0]?.urn ?? "";
  const faulty = [...problems, ...unused]
    .filter(({ resource }) => resource === undefined || stackOf({ resource }) === graph.stack)
    .map(({ kind, resource, message: what }): Violation => ({
      policy: `waiver-${kind}`,
      severity: "high",
      enforcement: "mandatory",
      urn: resource ?? root,
      message: sentence(what),
    }));
  return { violations: [...violations, ...faulty], undecidable, waived };
}
