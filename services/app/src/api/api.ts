import cors from "@fastify/cors";
import multipart from "@fastify/multipart";
import type { HealthMonitor } from "../health/monitor";
import { createServer, type Server } from "../http/server";
import type { Logger } from "../telemetry/logger";
import { analysisRoutes } from "./analyses";
import { conversationRoutes } from "./conversations";
import { describeApi } from "./docs";
import { documentRoutes } from "./documents";
import { identify } from "./identity";
import type { ApiParts } from "./parts";
import { createTokens } from "./tokens";

/** The API: a server with all routes, ready to listen. */
export async function createApi(
  parts: ApiParts & { logger: Logger; health: HealthMonitor },
): Promise<Server> {
  const { config, logger, metrics, health } = parts;
  const server = createServer({
    logger,
    metrics,
    health,
    slowMs: config.SLOW_REQUEST_MS,
    timeoutMs: config.REQUEST_TIMEOUT_MS,
  });
  await server.register(cors, {
    origin: config.CORS_ORIGINS?.includes("*") ? "*" : (config.CORS_ORIGINS ?? false),
    exposedHeaders: ["x-request-id", "x-cache", "location"],
    maxAge: 600,
  });
  await server.register(multipart);
  if (config.API_DOCS_ENABLED) await describeApi(server, config.PUBLIC_URL);
  const tokens = await createTokens(config);
  await server.register(async (scope) => {
    // Before the body is read: a stranger's upload is refused unread.
    scope.addHook("onRequest", async (request) => {
      request.identity = await identify(config, tokens, request);
    });
    for (const routes of [documentRoutes, analysisRoutes, conversationRoutes]) routes(scope as Server, parts);
  });
  return server;
}
