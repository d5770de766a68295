import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { endpointOf } from "./endpoint";
import type { Metrics } from "../telemetry/metrics";

/** Everything the API can answer instead of a result, with the status it has. */
const STATUS = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  not_configured: 422,
  internal: 500,
  provider_failed: 502,
  unavailable: 503,
  provider_unavailable: 503,
  timeout: 504,
} as const;

export type ErrorType = keyof typeof STATUS;

/** An error with an answer for the caller: its message is shown to them. */
export class AppError extends Error {
  readonly status: number;

  constructor(
    readonly type: ErrorType,
    message: string,
    readonly details?: { cause?: unknown; retryAfterSeconds?: number },
  ) {
    super(message, { cause: details?.cause });
    this.name = "AppError";
    this.status = STATUS[type];
  }
}

/** Turns whatever was thrown into the error the caller sees. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return new AppError("invalid", error.message);
  const { code, statusCode, message } = error as FastifyError;
  if (code === "FST_ERR_HANDLER_TIMEOUT") return new AppError("timeout", "The request took too long");
  if (statusCode === 413) return new AppError("too_large", "The request is larger than allowed");
  if (statusCode === 415) return new AppError("unsupported", "This content type is not supported");
  if (code === "FST_INVALID_MULTIPART_CONTENT_TYPE")
    return new AppError("unsupported", "multipart/form-data is expected");
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new AppError("invalid", message);
  // What happened is for the log: its message may name tables, hosts or values.
  return new AppError("internal", "Something went wrong here", { cause: error });
}

/** Answers with an error: counted, logged where it is ours, never with its inner details. */
export function sendError(metrics: Metrics, request: FastifyRequest, reply: FastifyReply, thrown: unknown) {
  const error = asAppError(thrown);
  metrics.requestErrors.inc({ endpoint: endpointOf(request), error_type: error.type });
  if (error.type === "internal") {
    metrics.unhandled.inc();
    metrics.errors.inc({ type: "internal", component: "http" });
    request.log.error({ err: thrown }, "unhandled exception");
  } else if (error.status >= 500) {
    request.log.warn({ err: error, cause: (error.cause as Error | undefined)?.message }, "request failed");
  }
  if (error.details?.retryAfterSeconds !== undefined)
    reply.header("retry-after", error.details.retryAfterSeconds);
  return reply
    .code(error.status)
    .send({ error: { type: error.type, message: error.message, correlationId: request.id } });
}
