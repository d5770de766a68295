import { exportedBy, type Metric } from "./metric";

/** Jobs whose client library tells of Go, too. */
const IN_GO = ["postgres", "prometheus", "alertmanager", "host", "blackbox"] as const;
/** What the client libraries tell of the process they run in. Grafana and Jaeger are left out: not seen run. */
const anyProcess = exportedBy("client library", ["api", "worker", "web", "backup", "redis", ...IN_GO]);
const go = exportedBy("client_golang", IN_GO);
const node = exportedBy("prom-client 15", ["api", "worker", "web", "backup"]);

export const RUNTIME: readonly Metric[] = [
  ...anyProcess.counters([["process_cpu_seconds_total", "seconds", [], "Processor time used"]]),
  ...anyProcess.gauges([
    ["process_resident_memory_bytes", "bytes", [], "Memory the process holds"],
    ["process_start_time_seconds", "timestamp", [], "When the process began"],
    ["process_open_fds", "count", [], "Files and sockets open"],
    ["process_max_fds", "count", [], "Most files and sockets the process may open"],
  ]),
  ...go.gauges([
    ["go_memstats_sys_bytes", "bytes", [], "Memory Go has asked the system for"],
    ["go_memstats_heap_released_bytes", "bytes", [], "Of that, what it has given back"],
  ]),
  ...node.gauges([
    ["nodejs_eventloop_lag_p99_seconds", "seconds", [], "Delay of the event loop, 99th percentile"],
    ["nodejs_heap_size_used_bytes", "bytes", [], "JavaScript heap in use"],
    ["nodejs_heap_size_total_bytes", "bytes", [], "JavaScript heap reserved"],
  ]),
];
