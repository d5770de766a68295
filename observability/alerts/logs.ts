import { counted } from "../promql";
import { group, type AlertsFor } from "./alert";

const handedOn = (by: string) =>
  `sum(increase(vector_component_sent_events_total{component_id="${by}"}[10m]))`;
// What waits for Loki, or is dropped for want of room to wait in, has not got to its sink: `store` knows nothing of it.
const arrived = handedOn("named");
const kept = `(${handedOn("store")} or vector(0))`;

/** What containers write, and whether it is kept. A process that ends can no longer be asked: its lines are there. */
export const logs: AlertsFor = () =>
  group("logs", { owner: "platform", board: "mainstay-resources" }, [
    {
      name: "CriticalLogLines",
      levels: { warning: [0, "0m"] },
      expr: (count) => `${counted("log_critical_lines_total", "10m", "container")} > ${count}`,
      summary: "Critical log lines",
      description:
        "{{ $labels.container }} wrote about {{ $value | humanize }} critical log lines within 10 minutes.",
    },
    {
      name: "LogLinesLost",
      levels: { warning: [0.1, "5m"] },
      expr: (share) => `(${arrived} - ${kept}) / ${arrived} > ${share} and ${arrived} >= 100`,
      summary: "Log lines are not kept",
      description: "{{ $value | humanizePercentage }} of the log lines did not get to Loki.",
    },
  ]);
