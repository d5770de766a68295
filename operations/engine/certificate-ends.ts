/** What a state says of a resource, as far as it is of interest here. */
interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly outputs?: { readonly validityEndTime?: unknown };
}

const CERTIFICATES: ReadonlySet<string> = new Set([
  "tls:index/selfSignedCert:SelfSignedCert",
  "tls:index/locallySignedCert:LocallySignedCert",
]);

/**
 * When the certificates end that the program has made.
 *
 * @returns seconds since 1970, by the certificate's name
 */
export function certificateEnds(resources: readonly StateResource[] = []): Readonly<Record<string, number>> {
  return Object.fromEntries(
    resources.flatMap(({ urn, type, outputs }) =>
      CERTIFICATES.has(type) && typeof outputs?.validityEndTime === "string"
        ? [[urn.split("::").at(-1) ?? urn, Math.floor(Date.parse(outputs.validityEndTime) / 1000)]]
        : [],
    ),
  );
}
