/**
 * Judges a graph once, and after a change of one resource only what the change can touch: the rules about that
 * resource, and those that asked the graph for resources of its kind.
 */
import { parseUrn, type Graph, type Resource } from "../../../graph/resource";
import type { GraphRule, Rule, Situation } from "../../../policies/rule";
import { RULES } from "../../../policies/rules";
import { asJudged } from "../../../policies/secrets";
import { GraphView } from "../../../policies/view";
import { TODAY } from "./graphs";

/** Notes which types a rule has asked for. What rules share is asked for by each of them. */
class NotingView extends GraphView {
  private asked = new Set<string>();
  private readonly askedBy = new Map<string, ReadonlySet<string>>();

  noting<T>(work: () => T): { value: T; asked: ReadonlySet<string> } {
    const outer = this.asked;
    const own = (this.asked = new Set<string>());
    const value = work();
    this.asked = outer;
    return { value, asked: own };
  }

  override get(urn: string | null): Resource | undefined {
    if (urn !== null) this.asked.add(parseUrn(urn).qualifiedType.split("$").at(-1) ?? "");
    return super.get(urn);
  }

  override ofType(types: readonly string[]): Resource[] {
    this.note(types);
    return super.ofType(types);
  }

  override named(types: readonly string[], name: string): readonly Resource[] {
    this.note(types);
    return super.named(types, name);
  }

  override targets(from: Resource, property: string, types: readonly string[]) {
    this.note(types);
    return super.targets(from, property, types);
  }

  override referring(types: readonly string[], property: string, target: Resource) {
    this.note(types);
    return super.referring(types, property, target);
  }

  override memo<T>(key: string, work: () => T): T {
    const value = super.memo(key, () => {
      const noted = this.noting(work);
      this.askedBy.set(key, noted.asked);
      return noted.value;
    });
    this.note([...(this.askedBy.get(key) ?? [])]);
    return value;
  }

  private note(types: readonly string[]): void {
    for (const type of types) this.asked.add(type);
  }
}

interface Verdict {
  readonly rule: GraphRule;
  readonly resource: Resource;
  readonly asked: ReadonlySet<string>;
}

export class Incremental {
  readonly graph: Graph;
  /** Rule and resource of what is wrong before anything is changed. */
  readonly standing: ReadonlySet<string>;
  private readonly verdicts: readonly Verdict[];
  private readonly situation: Situation;
  private readonly rules: ReadonlyMap<string, readonly Rule[]>;

  constructor(graph: Graph, production: boolean) {
    this.situation = { production, today: TODAY };
    this.graph = { ...graph, resources: graph.resources.map(asJudged) };
    const rules = new Map<string, Rule[]>();
    for (const rule of RULES)
      if (production || !rule.production)
        for (const type of new Set(rule.types)) rules.set(type, [...(rules.get(type) ?? []), rule]);
    this.rules = rules;
    const view = new NotingView(this.graph);
    const standing: string[] = [];
    const verdicts: Verdict[] = [];
    for (const resource of this.graph.resources) {
      standing.push(...this.byItself(resource));
      for (const rule of this.rulesOf(resource)) {
        if (rule.scope !== "graph") continue;
        const { value, asked } = view.noting(() => this.beside(rule, resource, view));
        standing.push(...value);
        verdicts.push({ rule, resource, asked });
      }
    }
    this.standing = new Set(standing);
    this.verdicts = verdicts;
  }

  /** The rules that notice that a resource is another; undefined: that it is gone. */
  noticing(resource: Resource, to: Resource | undefined): string[] {
    const alone = to ? this.unheard(this.byItself(to)) : [];
    const resources = this.graph.resources.flatMap((one) => (one === resource ? (to ?? []) : [one]));
    const view = new GraphView({ ...this.graph, resources });
    const beside = this.verdicts
      .filter((one) => one.asked.has(resource.type) || one.resource === resource)
      .flatMap((one) => {
        const judged = one.resource === resource ? to : one.resource;
        return judged ? this.beside(one.rule, judged, view) : [];
      });
    return [...new Set([...alone, ...this.unheard(beside)])].sort();
  }

  /** Whether any rule notices any of the changes. Those that need no other resource are asked first: they are quick. */
  isNoticed(resource: Resource, changes: readonly (Resource | undefined)[]): boolean {
    return (
      changes.some((to) => to !== undefined && this.unheard(this.byItself(to)).length > 0) ||
      changes.some((to) => this.noticing(resource, to).length > 0)
    );
  }

  private rulesOf = ({ type }: Resource) => this.rules.get(type) ?? [];

  private byItself = (resource: Resource): string[] =>
    this.rulesOf(resource).flatMap((rule) =>
      rule.scope === "resource" ? broken(rule, () => rule.check(resource, this.situation), resource) : [],
    );

  private beside = (rule: GraphRule, resource: Resource, view: GraphView): string[] =>
    broken(rule, () => rule.check(resource, view, this.situation), resource);

  private unheard = (all: readonly string[]) =>
    all.filter((one) => !this.standing.has(one)).map((one) => one.split(" ")[0] ?? "");
}

/** Rule and resource of each violation; a rule that throws is one. */
function broken(rule: Rule, check: () => ReturnType<GraphRule["check"]>, resource: Resource): string[] {
  try {
    return check()
      .filter(({ outcome }) => outcome === "violation")
      .map((finding) => `${rule.name} ${finding.resource.urn}`);
  } catch {
    return [`${rule.name} ${resource.urn}`];
  }
}
