import { createSecretKey } from "node:crypto";
import type { JWTPayload } from "jose" with { "resolution-mode": "import" };
import type { Config } from "../config/variables";

export type TokenConfig = Config<"JWT_SIGNING_KEY" | "JWT_ISSUER" | "JWT_AUDIENCE" | "JWT_LIFETIME_SECONDS">;

const ALGORITHM = "HS256";

/** Signs and checks the app's tokens. */
export interface Tokens {
  /** Signs a token for somebody of a tenant. */
  issue(subject: string, tenant?: string): Promise<string>;
  /** Answers what a token says, if it is good; fails otherwise. */
  verify(token: string): Promise<JWTPayload>;
}

/** @returns what signs and checks tokens with the configured key */
export async function createTokens(config: TokenConfig): Promise<Tokens> {
  const { jwtVerify, SignJWT } = await import("jose");
  // Made once: from bytes, the key would be prepared anew for every token.
  const key = createSecretKey(config.JWT_SIGNING_KEY, "utf8");
  return {
    issue: (subject, tenant) =>
      new SignJWT({ ...(tenant !== undefined && { tenant }) })
        .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
        .setSubject(subject)
        .setIssuer(config.JWT_ISSUER)
        .setAudience(config.JWT_AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(`${config.JWT_LIFETIME_SECONDS}s`)
        .sign(key),
    verify: async (token) => {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        issuer: config.JWT_ISSUER,
        audience: config.JWT_AUDIENCE,
        requiredClaims: ["sub", "iat", "exp"],
        // A token signed for longer than this app hands out is not one of its own.
        maxTokenAge: config.JWT_LIFETIME_SECONDS,
        clockTolerance: 5,
      });
      return payload;
    },
  };
}
