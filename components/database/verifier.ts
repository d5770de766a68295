import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** Rounds of the key derivation, as many as PostgreSQL itself takes. */
const ITERATIONS = 4096;
const SALT_BYTES = 16;

/**
 * What PostgreSQL keeps of a password under SCRAM-SHA-256 (RFC 5802): it proves that a client knows the password,
 * and does not tell it. So SQL that sets passwords holds none, whatever is logged of it.
 *
 * The salt comes from user and password, so that the same password always gives the same text. Where passwords are
 * random and long, nothing is lost by that.
 */
export function scramVerifier(user: string, password: string): string {
  const salt = createHmac("sha256", password).update(`salt of ${user}`).digest().subarray(0, SALT_BYTES);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  const key = (name: string) => createHmac("sha256", salted).update(name).digest();
  const storedKey = createHash("sha256").update(key("Client Key")).digest("base64");
  const serverKey = key("Server Key").toString("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
