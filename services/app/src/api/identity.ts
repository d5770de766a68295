import { createHmac } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { TENANT_NAME, type Config } from "../config/variables";
import { AppError } from "../http/errors";
import type { Tokens } from "./tokens";

/** Who a request comes from. */
export interface Identity {
  readonly tenant: string;
  /**
   * Stands for the caller where it is kept for good. Events cannot be erased, so the caller's own name must
   * not be in them; SECRET_KEY makes the stand-in impossible to guess back.
   */
  readonly actor: string;
}

declare module "fastify" {
  interface FastifyRequest {
    identity?: Identity;
  }
}

export type IdentityConfig = Config<"SECRET_KEY" | "TENANCY_MODE" | "DEFAULT_TENANT" | "TENANT_HEADER">;

/** Who a request comes from; refuses one that was let in without being asked. */
export function identityOf(request: FastifyRequest): Identity {
  if (request.identity === undefined) throw new AppError("unauthorized", "A bearer token is needed");
  return request.identity;
}

/** Finds out who a request comes from. */
export async function identify(
  config: IdentityConfig,
  tokens: Tokens,
  request: FastifyRequest,
): Promise<Identity> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) throw new AppError("unauthorized", "A bearer token is needed");
  const claims = await tokens.verify(token).catch((cause: unknown) => {
    throw new AppError("unauthorized", "The token is not good", { cause });
  });
  const claimed = typeof claims["tenant"] === "string" ? claims["tenant"] : undefined;
  const tenant = tenantOf(config, claimed, request) ?? config.DEFAULT_TENANT;
  if (tenant === undefined) throw new AppError("forbidden", "The request names no tenant");
  if (!TENANT_NAME.test(tenant)) throw new AppError("forbidden", "The tenant's name is not allowed");
  const actor = createHmac("sha256", config.SECRET_KEY)
    .update(`${tenant}/${claims.sub}`)
    .digest("hex")
    .slice(0, 32);
  return { tenant, actor };
}

function tenantOf(
  config: IdentityConfig,
  claimed: string | undefined,
  request: FastifyRequest,
): string | undefined {
  if (config.TENANCY_MODE === "token") return claimed;
  const named = request.headers[config.TENANT_HEADER];
  if (Array.isArray(named)) throw new AppError("forbidden", "The request names several tenants");
  // A token made for one tenant opens no other, whatever the header says.
  if (claimed !== undefined && named !== undefined && named !== claimed) {
    throw new AppError("forbidden", "The token is for another tenant");
  }
  return named ?? claimed;
}
