/**
 * Two runners, one verdict: the real policy server, started as the engine starts it and asked in the engine's
 * protocol, against the rules in this process. Every rule is broken, left without its input and without its
 * value at least once.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SECRET, UNKNOWN, type Graph, type Json } from "../../graph/resource";
import { evaluate, type EvaluateOptions } from "../../policies/evaluate";
import { easedBy, easedText, type Levels } from "../../policies/levels";
import { ENFORCEMENTS, type Enforcement } from "../../policies/rule";
import { RULES } from "../../policies/rules";
import { readSettings } from "../../policies/settings";
import { isProduction, today } from "../../policies/situation";
import { CASES } from "./cases";
import { awsStack } from "./support/aws-stack";
import { placeOf } from "./support/cases";
import { dockerStack } from "./support/docker-stack";
import { askOfResource, askOfStack, PLAIN, runInEngine, startPack, type Diagnostic } from "./support/engine";
import { changedBy, rounds } from "./support/rounds";
import { changed, graph, holding, inStack, marked, type GivenStack } from "./support/graphs";
import { declareReal, inventOutputs, ROOT, STACKS } from "./support/stacks";

let pack: Awaited<ReturnType<typeof startPack>>;

beforeAll(async () => {
  pack = await startPack();
});
afterAll(() => pack.stop());

const settings = readSettings(`${ROOT}/policies`, RULES, today());

function optionsFor(stack: string): EvaluateOptions {
  const production = isProduction(ROOT, stack);
  return { production, today: today(), waivers: settings.waivers, remediate: !production };
}

const lines = (all: readonly Diagnostic[]) =>
  all.map((one) => [one.policy, one.severity, one.enforcement, one.urn, one.message].join(" | ")).sort();

/** What the server has to say of a graph, by the rules in this process. */
function expected(one: Graph, levels: Levels = {}): string[] {
  const { violations, undecidable } = evaluate(one, RULES, { ...optionsFor(one.stack), levels });
  const said = (policy: string, message: string) =>
    ({ policy, urn: "", message, severity: "low", enforcement: "advisory" }) as const;
  const names = [...new Set(undecidable.map(({ policy }) => policy))].sort().join(", ");
  const open = `${undecidable.length} checks need values that are known only during up, and are made there: ${names}.`;
  return lines([
    ...violations,
    ...(undecidable.length === 0 ? [] : [said("undecidable", open)]),
    ...easedBy(RULES, levels).map((eased) => said("eased", `${easedText(eased)}.`)),
  ]);
}

describe("the policy server", { timeout: 120_000 }, () => {
  it.each(STACKS)("says of %s what check says, in a preview and at up", async (stack) => {
    for (const invent of [undefined, inventOutputs]) {
      const real = await declareReal(stack, invent);
      expect(lines(await runInEngine(real, pack))).toEqual(expected(real));
    }
  });

  it("mends what check would mend", async () => {
    const bad = inStack("local", graph({ ...awsStack, ...unmended(awsStack) }));
    const { remediated } = evaluate(bad, RULES, optionsFor("local"));
    expect(remediated.length).toBeGreaterThan(10);
    expect(lines(await runInEngine(bad, pack))).toEqual(expected(bad));
  });

  it("shows no secret where every input of every resource is one", async () => {
    const hidden = holding(graph(mapInputs({ ...awsStack, ...dockerStack }, hide)), PLAIN);
    const said = await runInEngine(hidden, pack);
    expect(lines(said)).toEqual(expected(hidden));
    expect(JSON.stringify(said)).not.toContain(PLAIN);
  });

  it("judges a secret by what it holds", async () => {
    const bad = { ...awsStack, ...dockerStack, ...unmended(awsStack) };
    const secret = marked(graph(bad), ({ inputs }) => Object.keys(inputs).map((key) => `["${key}"]`));
    expect(lines(await runInEngine(secret, pack))).toEqual(expected(secret));
    expect(expected(secret).length).toBeGreaterThan(30);
  });

  it("agrees on resources without a single input", async () => {
    const empty = graph(mapInputs({ ...awsStack, ...dockerStack }, () => ({})));
    expect(lines(await runInEngine(empty, pack))).toEqual(expected(empty));
  });

  it("passes a type nobody knows, whatever its inputs", async () => {
    const foreign = graph({ x: { type: "other:thing", inputs: { any: [{ deep: UNKNOWN }], more: null } } });
    expect(await runInEngine(foreign, pack)).toEqual([]);
  });
});

describe("the policy server on every rule's cases", { timeout: 120_000 }, () => {
  const noticed = { violation: new Set<string>(), undecidable: new Set<string>() };

  it.each(
    [...new Set(CASES.map(({ safe }) => safe))].map((safe) => [Object.keys(safe).length, safe] as const),
  )("agrees on a stack of %i resources in every round", async (_count, safe) => {
    for (const resource of graph(safe).resources) await askOfResource(resource, pack);
    let before: string[] = [];
    for (const round of rounds(safe, ({ path, bad }) =>
      path === undefined ? [bad] : [bad, undefined, UNKNOWN],
    )) {
      const stack = changedBy(round, safe);
      const one = holding(graph(stack), PLAIN);
      const said: Diagnostic[] = [];
      // The engine would show all of them; what has not changed has nothing new to say.
      const shown = new Set([...before, ...round.keys()]);
      for (const resource of one.resources.filter(({ name }) => shown.has(name)))
        said.push(...(await askOfResource(resource, pack)).said);
      said.push(...(await askOfStack(one, pack)));
      expect(lines(said)).toEqual(expected(one));
      const { violations, undecidable } = evaluate(one, RULES, optionsFor(one.stack));
      for (const { policy } of violations) noticed.violation.add(policy);
      for (const { policy } of undecidable) noticed.undecidable.add(policy);
      before = [...round.keys()];
    }
  });

  it("takes every level the engine is given, and says which rules it eases", async () => {
    const levels = Object.fromEntries(
      RULES.map(({ name }, index) => [name, ENFORCEMENTS[index % ENFORCEMENTS.length] as Enforcement]),
    );
    const other = await startPack();
    try {
      await other.configure(levels);
      const [broken = new Map()] = rounds(awsStack, ({ bad }) => [bad]);
      const bad = holding(graph(changedBy(broken, awsStack)), PLAIN);
      const said = lines(await runInEngine(bad, other));
      expect(said).toEqual(expected(bad, levels));
      expect(said.filter((line) => line.startsWith("eased | ")).length).toBeGreaterThan(RULES.length / 3);
    } finally {
      other.stop();
    }
  });

  it("has seen every rule broken, and every rule but those about presence undecided", () => {
    const names = RULES.map(({ name }) => name);
    expect(names.filter((name) => !noticed.violation.has(name))).toEqual([]);
    const decided = CASES.flatMap(({ cases }) => cases).filter(
      ({ path, unknown = "undecidable" }) => path !== undefined && unknown === "undecidable",
    );
    expect(
      [...new Set(decided.map(({ rule }) => rule))].filter((name) => !noticed.undecidable.has(name)),
    ).toEqual([]);
  });
});

const mapInputs = (
  stack: GivenStack,
  change: (inputs: Record<string, Json>) => Record<string, Json>,
): GivenStack =>
  Object.fromEntries(
    Object.entries(stack).map(([name, given]) => [name, { ...given, inputs: change(given.inputs) }]),
  );

/** Every text, number and switch at its place, as a secret. */
function hideValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(hideValue);
  return value !== null && typeof value === "object" ? hide(value) : SECRET;
}

const hide = (inputs: Record<string, Json>): Record<string, Json> =>
  Object.fromEntries(Object.entries(inputs).map(([key, inner]) => [key, hideValue(inner)]));

/** A stack in which every rule that can mend has something to mend. */
function unmended(safe: GivenStack): GivenStack {
  const mending = new Set(
    RULES.filter((rule) => rule.scope === "resource" && rule.remedy !== undefined).map(({ name }) => name),
  );
  return CASES.flatMap(({ cases }) => cases)
    .filter(({ rule, path, option }) => mending.has(rule) && path !== undefined && option === undefined)
    .reduce((stack, one) => changed(stack, placeOf(one), one.bad), safe);
}
