/** All cases of a safe stack, several at a time: what is asked of one resource is not asked of another. */
import type { Json } from "../../../graph/resource";
import { CASES } from "../cases";
import { placeOf, type Case } from "./cases";
import { changed, type GivenStack } from "./graphs";

/** Changes to a safe stack by the resource they change, no two of them to one. */
export type Round = ReadonlyMap<string, readonly [place: (string | number)[], to: Json | undefined]>;

/** All changes of all cases, in as few rounds as it takes. */
export function rounds(safe: GivenStack, valuesOf: (one: Case) => readonly (Json | undefined)[]): Round[] {
  const all: Map<string, readonly [(string | number)[], Json | undefined]>[] = [];
  const changes = new Set<string>();
  for (const one of CASES.filter((topic) => topic.safe === safe).flatMap(({ cases }) => cases))
    for (const to of valuesOf(one)) {
      // Many cases of a rule say the same of the input's absence.
      const change = JSON.stringify([placeOf(one), to ?? null]);
      if (changes.has(change)) continue;
      changes.add(change);
      let free = all.find((round) => !round.has(one.at));
      if (!free) all.push((free = new Map()));
      free.set(one.at, [placeOf(one), to]);
    }
  return all;
}

export const changedBy = (round: Round, safe: GivenStack): GivenStack =>
  [...round.values()].reduce((given, [place, to]) => changed(given, place, to), safe);
