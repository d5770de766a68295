import { stringify } from "yaml";
import type { Metric } from "../../observability/metrics";
import { EDGE } from "../../observability/metrics/edge";
import { CRITICAL_LINES } from "../../observability/metrics/logs";
import { LINES_PORT } from "../docker/container";
import { EDGE_NAME } from "../edge/contract";

/** Ports Vector listens on beside the one for lines. */
export const VECTOR_PORTS = { health: 8686, metrics: 9598 } as const;

const YEAR_SECONDS = 365 * 86_400;

/**
 * Vector's configuration: lines come in as syslog, and go to Loki as they are. The container they are from is
 * their label; what is in them (level, correlation id, trace) is read when somebody asks. Those of the edge are
 * counted on the way, and those in which somebody says that it cannot go on.
 *
 * @param prefix what the names of the environment's containers begin with: lines of others are not taken
 * @param lokiUrl base URL of the Loki that stores the lines
 */
export function vectorConfig(environment: string, prefix: string, lokiUrl: string): string {
  return stringify({
    data_dir: "/tmp",
    api: { enabled: true, address: `127.0.0.1:${VECTOR_PORTS.health}` },
    sources: {
      containers: { type: "syslog", mode: "udp", address: `0.0.0.0:${LINES_PORT}`, max_length: 65_535 },
      own: { type: "internal_metrics" },
    },
    transforms: {
      named: { type: "remap", inputs: ["containers"], source: named(`${prefix}-`) },
      edge: { type: "remap", inputs: ["named"], source: EDGE_REQUEST },
      counted: { type: "log_to_metric", inputs: ["edge"], metrics: EDGE.map(counted) },
      critical: { type: "remap", inputs: ["named"], source: CRITICAL_LINE },
      alarming: { type: "log_to_metric", inputs: ["critical"], metrics: CRITICAL_LINES.map(counted) },
    },
    sinks: {
      store: {
        type: "loki",
        inputs: ["named"],
        endpoint: lokiUrl,
        // Vector takes no label whose beginning a line could choose.
        labels: { environment, container: `${prefix}-{{ container }}` },
        encoding: { codec: "text" },
        out_of_order_action: "accept",
        buffer: { type: "memory", max_events: 2000, when_full: "drop_newest" },
      },
      figures: {
        type: "prometheus_exporter",
        inputs: ["own", "counted", "alarming"],
        address: `0.0.0.0:${VECTOR_PORTS.metrics}`,
        // What is rare would be forgotten after a minute, and counted from nothing again.
        flush_period_secs: YEAR_SECONDS,
        // A counter has its value now, not when the newest line was written.
        suppress_timestamp: true,
      },
    },
  });
}

/** A container's name without the prefix, as a field. */
const named = (prefix: string) => `name = string(.appname) ?? ""
if !starts_with(name, "${prefix}") { abort }
.container = replace(name, "${prefix}", "", count: 1)
`;

/**
 * Of a line of the edge, what its metrics are made of, by their labels and names. A service has answered if the
 * last one that was asked, of those in the list, began to: "-, 0.012" is an answer at the second try.
 */
const EDGE_REQUEST = `if .container != "${EDGE_NAME}" { abort }
line = object(parse_json(string(.message) ?? "") ?? null) ?? {}
if !is_integer(line.status) { abort }
answered = match(string(line.upstreamHeaderSeconds) ?? "", r'[0-9]$')
by = if answered { "service" } else { "edge" }
. = {
  "status_code": line.status,
  "answered_by": by,
  "edge_requests_in_progress": line.inProgress
}
`;

/**
 * A line in which a container says that it cannot go on: by its level, or as PostgreSQL and nginx write it. Where these
 * quote a caller, it is further on in the line; and nginx takes callers' failed handshakes for critical.
 */
const CRITICAL_LINE = `message = string(.message) ?? ""
line = object(parse_json(message) ?? null) ?? {}
level = string(line.level) ?? ""
panic = match(message, r'^\\S+ \\S+ \\S+ \\[\\d+\\] user=\\S* db=\\S* app=\\S* PANIC: ')
emergency = match(message, r'^\\S+ \\S+ \\[(alert|emerg)\\] ')
if level != "critical" && level != "fatal" && !panic && !emergency { abort }
. = { "container": .container }
`;

/** A metric of the catalogue as Vector makes it of events: labels are fields of their own, a gauge is under its name. */
const counted = ({ name, type, labels }: Metric) => ({
  type,
  name,
  field: labels[0] ?? name,
  tags: Object.fromEntries(labels.map((label) => [label, `{{ ${label} }}`])),
});
