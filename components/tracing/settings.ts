import { stringify } from "yaml";

/** A trace of the reference app takes about 10 KiB in Jaeger's memory store; half the limit is for traces. */
const TRACE_KIB = 10;

/**
 * Jaeger's configuration: OTLP over HTTP in, memory store, query interface. Other receivers stay closed.
 *
 * @param memoryMiB the container's memory limit, which bounds the traces kept
 */
export function jaegerConfig(memoryMiB: number): string {
  const maxTraces = Math.floor((memoryMiB * 1024) / 2 / TRACE_KIB);
  return stringify({
    service: {
      extensions: ["jaeger_storage", "jaeger_query", "healthcheckv2"],
      pipelines: {
        traces: {
          receivers: ["otlp"],
          processors: ["memory_limiter", "batch"],
          exporters: ["jaeger_storage_exporter"],
        },
      },
      telemetry: {
        resource: { "service.name": "jaeger" },
        metrics: {
          level: "basic",
          readers: [{ pull: { exporter: { prometheus: { host: "0.0.0.0", port: 8888 } } } }],
        },
        logs: { level: "info", encoding: "json" },
      },
    },
    extensions: {
      healthcheckv2: { use_v2: true, http: { endpoint: "127.0.0.1:13133" } },
      jaeger_storage: { backends: { memory: { memory: { max_traces: maxTraces } } } },
      jaeger_query: { storage: { traces: "memory" }, http: { endpoint: "0.0.0.0:16686" } },
    },
    receivers: { otlp: { protocols: { http: { endpoint: "0.0.0.0:4318" } } } },
    processors: {
      memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 },
      batch: {},
    },
    exporters: { jaeger_storage_exporter: { trace_storage: "memory" } },
  });
}
