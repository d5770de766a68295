import { randomUUID } from "node:crypto";
import {
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
} from "@opentelemetry/api";

const KEY = createContextKey("correlation id");
const ALLOWED = /^[A-Za-z0-9._-]{1,128}$/;

/** Takes a caller's correlation id if it is safe to log and pass on; otherwise makes one. */
export function correlationIdFrom(given: unknown): string {
  return typeof given === "string" && ALLOWED.test(given) ? given : randomUUID();
}

/**
 * A context to work in: whatever runs inside it logs this correlation id and belongs to this trace.
 *
 * @param traceparent the caller's W3C trace context, if there is one
 */
export function correlated(correlationId: string, traceparent?: string): Context {
  const parent = propagation.extract(ROOT_CONTEXT, traceparent === undefined ? {} : { traceparent });
  return parent.setValue(KEY, correlationId);
}

/** The correlation id work is being done under, if any. */
function currentCorrelationId(): string | undefined {
  return context.active().getValue(KEY) as string | undefined;
}

/** The trace context to hand on, in W3C form. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier["traceparent"];
}

/** What every log line says about the work it belongs to. */
export function logFields(): Record<string, string> {
  const correlationId = currentCorrelationId();
  const traceId = trace.getSpanContext(context.active())?.traceId;
  return { ...(correlationId && { correlationId }), ...(traceId && { traceId }) };
}
