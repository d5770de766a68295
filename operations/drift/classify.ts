import { parseUrn, type Json } from "../../graph/resource";
import { isAside, operationOf, type Operation } from "../engine/changes";
import { differences, sameMeaning, type ValueDifference } from "../engine/property";
import type { Step } from "../engine/record";
import { NETWORK, observe } from "./observe";

/**
 * Three things can differ: the program (what is wanted), the state (what was deployed) and reality (what runs).
 *
 * - `drift`: reality differs from the state. Somebody changed it by hand, or it broke.
 * - `pending`: the program differs from the state. It was changed and not deployed yet.
 * - `both`: it differs from both.
 */
type Kind = "drift" | "pending" | "both";

export interface PropertyDifference {
  readonly path: string;
  readonly kind: Kind;
  /** Null where there is nothing; secrets are masked. */
  readonly state: Json;
  readonly reality: Json;
  readonly program: Json;
}

export interface Difference {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly kind: Kind;
  /**
   * - `changed`: it is there, and properties differ
   * - `missing`: it was deployed and is gone
   * - `new`: the program has it, and it was never deployed
   * - `removed`: it was deployed, and the program has it no more
   */
  readonly presence: "changed" | "missing" | "new" | "removed";
  /** What `up` would do with it as things are. */
  readonly plan: Operation | "nothing";
  readonly properties: readonly PropertyDifference[];
  /** What the differences mean, where that does not go without saying. */
  readonly notes: readonly string[];
  /** Whether `up` has to be told to replace it: its provider would leave it as it is. */
  readonly replace: boolean;
}

/** What the engine saw of one resource, and what it would do with it. */
interface Findings {
  readonly look?: Step;
  readonly plan?: Step;
}

/** By URN: inputs the program leaves to others once the resource is there, as the weights of a release. */
export type LeftToOthers = ReadonlyMap<string, readonly string[]>;

/**
 * Sorts out the steps of a refreshed preview: those that looked at what runs, and those it would take.
 *
 * @param leftToOthers what is no difference, whatever it is
 */
export function classify(steps: readonly Step[], leftToOthers: LeftToOthers = new Map()): Difference[] {
  const findings = new Map<string, Findings>();
  for (const step of steps) {
    if (isAside(step)) continue;
    const known = findings.get(step.urn) ?? {};
    if (step.op === "refresh") findings.set(step.urn, { ...known, look: step });
    else if (operationOf(step) !== undefined) findings.set(step.urn, { plan: step, ...known });
  }
  const gone = [...findings.values()].flatMap(({ look }) => (look && !look.new ? [look] : []));
  const goneNetworks = gone
    .filter(({ type }) => type === NETWORK)
    .map(({ old }) => String(old?.outputs.name));
  return [...findings.values()]
    .flatMap((found) => compare(found, goneNetworks, leftToOthers) ?? [])
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

/** Whether what runs is not what was deployed. */
export const isDrift = ({ kind }: Difference) => kind !== "pending";

/** Resources that `up` has to be told to replace. */
export const toReplace = (found: readonly Difference[]) =>
  found.filter(({ replace, plan }) => replace && plan !== "replace").map(({ urn }) => urn);

function compare(
  { look, plan }: Findings,
  goneNetworks: readonly string[],
  leftToOthers: LeftToOthers,
): Difference | undefined {
  const step = look ?? plan;
  if (step === undefined) return undefined;
  const operation = (plan && operationOf(plan)) ?? "nothing";
  const { urn, type } = step;
  const about = {
    urn,
    type,
    name: parseUrn(urn).name,
    plan: operation === "same" ? "nothing" : operation,
  } as const;
  const whole = { ...about, properties: [], notes: [], replace: false };
  if (look === undefined) {
    return operation === "create" ? { ...whole, kind: "pending", presence: "new" } : undefined;
  }
  if (look.new === undefined) return { ...whole, kind: plan ? "drift" : "both", presence: "missing" };
  if (plan === undefined || operation === "delete") return { ...whole, kind: "pending", presence: "removed" };

  const seen = observe(look, goneNetworks);
  const left = leftToOthers.get(urn) ?? [];
  const compared = compareProperties(look, plan).filter(({ path }) => !left.includes(inputOf(path)));
  const properties = [...compared, ...seen.properties];
  if (properties.length === 0 && !seen.replace) return undefined;
  return {
    ...about,
    // What has to be replaced as it is has come to a bad end, whatever was wanted.
    kind: properties.length === 0 ? "drift" : together(properties),
    presence: "changed",
    properties,
    notes: seen.notes,
    replace: seen.replace,
  };
}

/** Property by property: what the provider found different when it looked, and what it would set. */
function compareProperties(look: Step, plan: Step): PropertyDifference[] {
  const drifted = valueDifferences(look);
  const planned = valueDifferences(plan);
  return [...new Set([...drifted.keys(), ...planned.keys()])].sort().map((path) => {
    const [real, wanted] = [drifted.get(path), planned.get(path)];
    const state = (real ?? wanted)?.from;
    const reality = real ? real.to : state;
    // Where nothing would be set, what runs is what the program wants.
    const program = wanted ? wanted.to : reality;
    const kind = kindOf(real, wanted);
    return { path, kind, state: state ?? null, reality: reality ?? null, program: program ?? null };
  });
}

/** The input that a path such as `actions[0].order` is in. */
const inputOf = (path: string) => path.split(/[.[]/)[0] ?? path;

const valueDifferences = (step: Step) => new Map(differences(step).map((found) => [found.path, found]));

function kindOf(real: ValueDifference | undefined, wanted: ValueDifference | undefined): Kind {
  if (real === undefined) return "pending";
  // A secret of the program is taken for that of the state: a new one shows in what it is made from.
  const asDeployed =
    wanted === undefined ||
    JSON.stringify(wanted.to) === JSON.stringify(real.from) ||
    sameMeaning(wanted.to, real.from);
  return asDeployed ? "drift" : "both";
}

function together(properties: readonly PropertyDifference[]): Kind {
  const [first, ...others] = new Set(properties.map(({ kind }) => kind));
  return first !== undefined && others.length === 0 ? first : "both";
}
