/** What a state says of a resource, as far as it is of interest here. */
interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: { readonly keepers?: unknown };
  /** RFC 3339. */
  readonly created?: string;
}

/**
 * When the generated secrets that are replaced from time to time were made: those with keepers.
 *
 * @returns seconds since 1970, by the secret's name
 */
export function secretsMade(resources: readonly StateResource[] = []): Readonly<Record<string, number>> {
  return Object.fromEntries(
    resources.flatMap(({ urn, type, inputs, created }) =>
      type === "random:index/randomPassword:RandomPassword" && inputs?.keepers && created
        ? [[urn.split("::").at(-1) ?? urn, Math.floor(Date.parse(created) / 1000)]]
        : [],
    ),
  );
}
