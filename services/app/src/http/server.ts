import { context } from "@opentelemetry/api";
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { HealthMonitor } from "../health/monitor";
import { correlationIdFrom } from "../telemetry/correlation";
import type { Logger } from "../telemetry/logger";
import type { Metrics } from "../telemetry/metrics";
import { AppError, sendError } from "./errors";
import { observeRequests } from "./observe";

/**
 * Longer than any load balancer keeps a connection, which may be as long as the longest request: an hour. It, not this
 * end, has to close idle ones, or a request is lost on a connection that was just closed.
 */
const KEEP_ALIVE_MS = 3_700_000;

/** For browsers. A proxy that has such headers of its own replaces these; a load balancer of AWS cannot. */
const SECURITY_HEADERS = {
  "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'self'",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "strict-origin-when-cross-origin",
};

interface ServerParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: HealthMonitor;
  /** @default 1000 */
  readonly slowMs?: number;
  /** @default 10000 */
  readonly timeoutMs?: number;
}

export type Server = ReturnType<typeof createServer>;

/** A server with what every command that listens has: health, metrics, correlation, logs, error answers. */
export function createServer({ logger, metrics, health, slowMs = 1000, timeoutMs = 10_000 }: ServerParts) {
  const server: FastifyInstance = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    // One line per request is written when it ends, with everything known by then.
    logController: new LogController({ disableRequestLogging: true }),
    // The context a line is written in names the request.
    childLoggerFactory: (parent) => parent,
    requestIdHeader: false,
    genReqId: (request) => correlationIdFrom(request.headers["x-request-id"]),
    requestTimeout: timeoutMs,
    handlerTimeout: timeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // While stopping, requests on open connections are still answered.
    return503OnClosing: false,
    trustProxy: ["loopback", "linklocal", "uniquelocal"],
    routerOptions: { maxParamLength: 64 },
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler((error, request, reply) =>
    context.with(request.telemetry ?? context.active(), () => sendError(metrics, request, reply, error)),
  );
  server.setNotFoundHandler(() => {
    throw new AppError("not_found", "There is nothing here");
  });
  server.addHook("onSend", async (_request, reply) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS))
      if (!reply.hasHeader(name)) reply.header(name, value);
    // Whoever keeps this connection open would hold up the end, and would not find the instance that is ready.
    if (health.draining) reply.header("connection", "close");
  });
  observeRequests(server, metrics, slowMs);
  addPlatformRoutes(server, metrics, health);
  return server.withTypeProvider<ZodTypeProvider>();
}

function addPlatformRoutes(server: FastifyInstance, metrics: Metrics, health: HealthMonitor): void {
  const hidden = { schema: { hide: true } };
  server.get("/health", hidden, async (_request, reply) => {
    const document = health.document();
    return reply.code(document.status === "unhealthy" ? 503 : 200).send(document);
  });
  server.get("/health/live", hidden, async (_request, reply) => {
    const live = health.live();
    return reply.code(live ? 200 : 503).send({ status: live ? "healthy" : "unhealthy" });
  });
  server.get("/health/ready", hidden, async (_request, reply) => {
    const ready = health.ready();
    return reply.code(ready ? 200 : 503).send({ status: ready ? health.document().status : "unhealthy" });
  });
  server.get("/metrics", hidden, async (_request, reply) => {
    metrics.ready.set(health.ready() ? 1 : 0);
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}
