import { createPrivateKey, type KeyObject } from "node:crypto";
import { type Context, inSecrets, OPAQUE, PLAIN_TEXT } from "./context";
import type { DockerEnvironment } from "./environment";
import { certificateOf } from "./fields";
import type { Problem, Undecided } from "./problems";
import type { DockerScale } from "./scale";

const CHAIN = "a certificate as PEM, followed by those that signed it";
const KEY = "the certificate's private key as PEM, without a passphrase";

/** The edge's certificate, where it is a provided one: it names two secrets. */
function provided({ edge }: Pick<DockerScale, "edge">) {
  const { certificate } = edge;
  return certificate.kind === "provided" ? certificate : undefined;
}

/** A private key that opens without a passphrase; undefined of any other text. */
function keyOf(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

/**
 * Checks a provided certificate and its key, where they can be read. nginx would refuse them as well, but only after the
 * running edge has been removed.
 */
export function checkCertificate(context: Context, { edge, domain }: DockerEnvironment): Problem[] {
  const names = provided({ edge });
  if (!names) return [];
  const problems: Problem[] = [];
  const read = <T>(name: string, parse: (text: string) => T | undefined, what: string, allowed: string) => {
    const text = context.secrets[name];
    if (text === undefined || text === OPAQUE || text === PLAIN_TEXT) return undefined;
    const value = parse(text);
    if (value === undefined)
      problems.push({
        ...inSecrets(context, name),
        found: `a secret that is no ${what} (not shown)`,
        allowed,
      });
    return value;
  };
  const chain = read(names.chainSecret, certificateOf, "certificate", CHAIN);
  const key = read(names.keySecret, keyOf, "private key", KEY);
  if (chain && chain.checkHost(domain) === undefined) {
    problems.push({
      ...inSecrets(context, names.chainSecret),
      found: "a certificate for other names",
      allowed: `one for ${domain}, before those that signed it`,
    });
  }
  if (chain && key && !chain.checkPrivateKey(key)) {
    problems.push({
      ...inSecrets(context, names.keySecret),
      found: "the key of another certificate (not shown)",
      allowed: `the key of the first certificate in ${names.chainSecret}`,
    });
  }
  return problems;
}

/** What cannot be checked of a certificate or key that is encrypted here. */
export function undecidedCertificate(context: Context): Undecided[] {
  const { scale, secrets } = context;
  const names = scale.platform === "docker" ? provided(scale) : undefined;
  if (!names) return [];
  return [names.chainSecret, names.keySecret]
    .filter((name) => secrets[name] === OPAQUE)
    .map((name) => ({
      ...inSecrets(context, name),
      rule: `that the edge can use it for ${scale.domain}: it is encrypted here`,
    }));
}
