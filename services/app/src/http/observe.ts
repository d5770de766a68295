import { context, SpanKind, SpanStatusCode, trace, type Context, type Span } from "@opentelemetry/api";
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from "fastify";
import { correlated } from "../telemetry/correlation";
import type { Metrics } from "../telemetry/metrics";
import { startSpan } from "../telemetry/tracing";
import { endpointOf, isPlatform, methodOf } from "./endpoint";
import type { ErrorType } from "./errors";

declare module "fastify" {
  interface FastifyRequest {
    /** The correlation and the span the request is answered under. */
    telemetry: Context;
  }
}

/** What every endpoint may answer although it does not say so, and the errors it is counted as. */
const OWN_FAILURES = ["500", "503", "504"];
const OWN_ERRORS: readonly ErrorType[] = ["internal", "unavailable", "timeout"];

/**
 * Gives every request its correlation id, span, figures and log line.
 *
 * @param slowMs requests slower than this are counted and logged as slow
 */
export function observeRequests(server: FastifyInstance, metrics: Metrics, slowMs: number): void {
  server.decorateRequest("telemetry", null as unknown as Context);

  server.addHook("onRequest", (request, reply, done) => {
    const outer = correlated(request.id, header(request, "traceparent"));
    const endpoint = endpointOf(request);
    const span = isPlatform(endpoint)
      ? undefined
      : startSpan(
          `${request.method} ${endpoint}`,
          SpanKind.SERVER,
          {
            "http.request.method": methodOf(request),
            "http.route": endpoint,
            "mainstay.correlation_id": request.id,
          },
          outer,
        );
    request.telemetry = span ? trace.setSpan(outer, span) : outer;
    reply.header("x-request-id", request.id);
    watch(request, reply, span);
    context.with(request.telemetry, done);
  });
  // Reading a body resumes on the socket's events, outside the context; so it is entered again.
  const enterAgain = (request: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction) =>
    context.with(request.telemetry, done);
  server.addHook("preValidation", enterAgain);

  // A series that appears with its first failure hides that failure from rate().
  server.addHook("onRoute", ({ method, url, schema }) => {
    if (isPlatform(url)) return;
    const codes = new Set([...Object.keys((schema?.response as object | undefined) ?? {}), ...OWN_FAILURES]);
    for (const verb of [method].flat()) {
      if (verb === "HEAD" || verb === "OPTIONS") continue;
      for (const code of codes) metrics.requests.inc({ method: verb, endpoint: url, status_code: code }, 0);
      metrics.slowRequests.inc({ method: verb, endpoint: url }, 0);
      metrics.requestSeconds.zero({ method: verb, endpoint: url });
      for (const type of OWN_ERRORS) metrics.requestErrors.inc({ endpoint: url, error_type: type }, 0);
    }
  });

  function watch(request: FastifyRequest, reply: FastifyReply, span: Span | undefined): void {
    const endpoint = endpointOf(request);
    if (isPlatform(endpoint)) return;
    const method = methodOf(request);
    const started = performance.now();
    metrics.requestsRunning.inc({ method });
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      const milliseconds = performance.now() - started;
      // A caller who hangs up gets no answer; nginx's 499 says so.
      const status = reply.raw.writableEnded ? reply.statusCode : 499;
      metrics.requestsRunning.dec({ method });
      metrics.requests.inc({ method, endpoint, status_code: String(status) });
      metrics.requestSeconds.observe({
        labels: { method, endpoint },
        value: milliseconds / 1000,
        exemplarLabels: exemplarOf(span),
      });
      const slow = milliseconds > slowMs;
      if (slow) metrics.slowRequests.inc({ method, endpoint });
      context.with(request.telemetry, () =>
        request.log[slow ? "warn" : "info"](
          {
            method,
            endpoint,
            status,
            milliseconds: Math.round(milliseconds),
            tenant: request.identity?.tenant,
          },
          slow ? "slow request" : "request",
        ),
      );
      span?.setAttribute("http.response.status_code", status);
      if (status >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
      span?.end();
    };
    // "finish": answered; "close" alone: the connection went away first.
    reply.raw.once("finish", end);
    reply.raw.once("close", end);
  }
}

/** The trace a measurement was made in, if it is kept. */
const exemplarOf = (span: Span | undefined): Record<string, string> =>
  span?.isRecording() ? { trace_id: span.spanContext().traceId } : {};

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
};
