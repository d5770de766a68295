import { twinOf } from "./secret-generations";

/** What a state says of a resource, as far as it is of interest here. */
interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: { readonly keepers?: { readonly generation?: string } };
  /** RFC 3339. */
  readonly created?: string;
}

/**
 * When the generated secrets that are replaced from time to time were made: those with keepers. Of two that take turns
 * the one of before is none of them: it is only good until what runs with it has ended.
 *
 * @returns seconds since 1970, by the secret's name
 */
export function secretsMade(resources: readonly StateResource[] = []): Readonly<Record<string, number>> {
  const made = resources.flatMap(({ urn, type, inputs, created }) => {
    if (type !== "random:index/randomPassword:RandomPassword" || !inputs?.keepers || !created) return [];
    const generation = Number(inputs.keepers.generation ?? 0);
    return [{ name: urn.split("::").at(-1) ?? urn, generation, at: Math.floor(Date.parse(created) / 1000) }];
  });
  const generations = new Map(made.map(({ name, generation }) => [name, generation]));
  const isPast = ({ name, generation }: { name: string; generation: number }) =>
    (generations.get(twinOf(name) ?? "") ?? generation) > generation;
  return Object.fromEntries(made.filter((one) => !isPast(one)).map(({ name, at }) => [name, at]));
}
