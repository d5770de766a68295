import { TooLate } from "./request";

const AUTHORITY = "signed by an authority this machine does not trust; --ca FILE takes the environment's own";

/** What is wrong with a certificate, by the code a client turns back with. */
const CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the certificate has expired",
  CERT_NOT_YET_VALID: "the certificate is not valid yet",
  CERT_REVOKED: "the certificate is revoked",
  CERT_UNTRUSTED: AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: AUTHORITY,
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another name",
};

/** What is wrong with a certificate, in words. */
export const describeCertificate = (code: string): string =>
  CERTIFICATE[code] ?? `the certificate is not accepted (${code})`;

const CONNECTION: Readonly<Record<string, string>> = {
  ENOTFOUND: "DNS: the name has no address",
  ECONNREFUSED: "the connection was refused: nothing listens there",
  ECONNRESET: "the connection was broken off",
  EPIPE: "the connection was broken off",
  EHOSTUNREACH: "no way to the host",
  ETIMEDOUT: "no connection: the host does not react",
};

/** Codes that are about the machine that probes: of the environment they tell nothing. */
const OWN = {
  EAI_AGAIN: "this machine cannot ask a name server",
  ENETUNREACH: "this machine has no network",
} as const;

/** Why the probe could not even look, if that is so. */
export function ownFailure(error: unknown): string | undefined {
  return OWN[codeOf(error) as keyof typeof OWN];
}

/** Why there was no answer, in words: DNS, refused, TLS, too late. Never anything that was sent. */
export function describeFailure(error: unknown): string {
  const code = codeOf(error);
  if (error instanceof TooLate) return error.message;
  if (code in CERTIFICATE) return `TLS: ${describeCertificate(code)}`;
  if (/^(ERR_SSL_|EPROTO)/.test(code)) return `TLS: no handshake (${code})`;
  return CONNECTION[code] ?? `no answer (${code})`;
}

/** Several addresses of one name give an error each; the first one's code stands for all. */
export function codeOf(error: unknown): string {
  const { code, errors } = error as NodeJS.ErrnoException & { errors?: readonly unknown[] };
  if (code !== undefined) return code;
  return errors?.[0] === undefined ? "unknown reason" : codeOf(errors[0]);
}
