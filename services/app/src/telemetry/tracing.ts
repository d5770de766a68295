import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import { VERSION } from "../build";
import type { Config } from "../config/variables";

export type TracingConfig = Config<"ENVIRONMENT"> &
  Partial<Config<"OTEL_EXPORTER_OTLP_ENDPOINT" | "OTEL_TRACES_SAMPLER_ARG">>;

/**
 * Starts tracing. Spans are made by hand where they tell something (a request, a query, a cache read, a
 * provider's call): the app is one bundled file, so nothing could be patched from outside.
 *
 * Without an endpoint nothing is recorded or sent; trace ids still reach the logs and the jobs.
 *
 * @returns how to send what is left and stop
 */
export function startTracing(service: string, config: TracingConfig): () => Promise<void> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  const ratio = endpoint === undefined ? 0 : (config.OTEL_TRACES_SAMPLER_ARG ?? 1);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      "service.name": `mainstay-${service}`,
      "service.version": VERSION,
      "deployment.environment.name": config.ENVIRONMENT,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors:
      endpoint === undefined
        ? []
        : [
            new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }), {
              scheduledDelayMillis: 1000,
            }),
          ],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return () => provider.shutdown();
}

/** Starts a span in the given context. Asked for at each use, so that it comes from whatever tracing is started. */
export const startSpan = (
  name: string,
  kind: SpanKind,
  attributes: Attributes,
  parent = context.active(),
): Span => trace.getTracer("mainstay").startSpan(name, { kind, attributes }, parent);

/** Does something inside a span of its own; an exception marks the span and goes on its way. */
export async function withSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
  kind = SpanKind.CLIENT,
): Promise<T> {
  const span = startSpan(name, kind, attributes);
  try {
    return await context.with(trace.setSpan(context.active(), span), () => work(span));
  } catch (error) {
    span.recordException(error as Error);
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
