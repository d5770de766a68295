/**
 * The proof that nothing escapes the rules: every place of the real stacks is weakened by itself, in inputs, in
 * documents to the last statement and key, by resources that are gone and by links that lead elsewhere. What no rule
 * notices stands in support/neutral.ts, with the reason.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../graph/resource";
import { evaluate } from "../../policies/evaluate";
import { RULES } from "../../policies/rules";
import { awsGraph } from "../components/support/aws-stack";
import { changed, TODAY } from "./support/graphs";
import { Incremental } from "./support/incremental";
import { HELD, isNeutral, MISSED, NEUTRAL, UNWATCHED } from "./support/neutral";
import { placesOf, weakened, type Place, type Way } from "./support/places";
import { declareReal, inventOutputs } from "./support/stacks";

interface Stack {
  readonly name: string;
  readonly production: boolean;
  readonly graph: Graph;
}

let stacks: readonly Stack[];
let places: readonly Place[];

beforeAll(async () => {
  const docker = (name: string, production: boolean) =>
    declareReal(name, inventOutputs).then((graph): Stack => ({ name, production, graph }));
  const onAws = (name: string, production: boolean) =>
    awsGraph({ production }).then((graph): Stack => ({ name, production, graph }));
  const [host, local] = [await docker("docker-host", true), await docker("local", false)];
  stacks = [host, local, await onAws("staging", false), await onAws("prod", true)];
  places = stacks.flatMap(({ name, graph, production }) =>
    placesOf(name, new Incremental(graph, production)),
  );
}, 60_000);

const of = (way: Way) => places.filter((place) => place.way === way);

/** The places that matter, and of those the ones no rule notices. */
function sweep(way: Way, matters: (place: Place) => boolean): string[] {
  const all = of(way);
  const relevant = all.filter(matters);
  const unnoticed = relevant.filter((place) => !place.isNoticed()).map(({ where }) => where);
  const kinds = (some: readonly Place[]) => new Set(some.map(({ kind }) => kind)).size;
  const share = ((100 * unnoticed.length) / relevant.length).toFixed(1);
  console.log(
    `${way}: ${all.length} places of ${kinds(all)} kinds, ${relevant.length} of ${kinds(relevant)} security-relevant: ` +
      `${unnoticed.length} go unnoticed (${share} %)`,
  );
  return unnoticed;
}

const isWatched = ({ where }: Place) => !UNWATCHED.some(([pattern]) => pattern.test(where));

describe("no rule misses", { timeout: 120_000 }, () => {
  it("an input of any resource that is weakened", () => {
    expect(sweep("input", (place) => !isNeutral(place.kind) && isWatched(place))).toEqual([]);
  });

  it("a statement, a key or a leaf of a document that is weakened", () => {
    expect(sweep("document", isWatched)).toEqual([]);
  });

  it("a resource that something needs and that is gone", () => {
    expect(sweep("removal", ({ where }) => MISSED.test(where))).toEqual([]);
  });

  it("a link that leads to another resource of the kind", () => {
    expect(sweep("link", ({ where }) => HELD.test(where))).toEqual([]);
  });
});

it("has no reason for what no stack has", () => {
  const kinds = of("input").map(({ kind }) => kind);
  const idle = [
    ...NEUTRAL.filter(([pattern]) => !kinds.some((kind) => pattern.test(kind))),
    ...UNWATCHED.filter(([pattern]) => !places.some(({ where }) => pattern.test(where))),
  ];
  expect(idle.map(([, reason]) => reason)).toEqual([]);
});

it("judges what a change can touch, and comes to the same as if it judged all", () => {
  for (const { graph, production } of stacks) {
    const judged = new Incremental(graph, production);
    const options = { production, today: TODAY };
    const broken = (one: Graph) =>
      new Set(evaluate(one, RULES, options).violations.map(({ policy, urn }) => `${policy} ${urn}`));
    const before = broken(judged.graph);
    const sample = judged.graph.resources.filter(({ custom }, index) => custom && index % 40 === 0);
    for (const resource of sample)
      for (const to of [undefined, weakened(resource, Object.keys(resource.inputs)[0] ?? "name", "*")]) {
        const place = ["resources", judged.graph.resources.indexOf(resource)];
        const after = [...broken(changed(judged.graph, place, to))].filter((one) => !before.has(one));
        expect(judged.noticing(resource, to)).toEqual(
          [...new Set(after.map((one) => one.split(" ")[0]))].sort(),
        );
      }
  }
});
