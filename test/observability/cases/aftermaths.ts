import { gauge, type Case } from "../support/case";

/** A cause holds others back by its level `none`, for so many minutes after its end. */
const aftermath = (
  alert: string,
  level: "critical" | "warning",
  minutes: number,
  labels: Readonly<Record<string, string>>,
): Case => {
  const own = Object.entries({ alertname: alert, alertstate: "firing", severity: level, ...labels });
  const series = `ALERTS{${own.map(([label, value]) => `${label}="${value}"`).join(",")}}`;
  const firing = { [series]: gauge([5, NaN], [10, 1], [60, NaN]) };
  return {
    alert,
    level: "none",
    series: firing,
    fires: 5,
    ends: 15 + minutes,
    // Its last minute but one: versions of Prometheus differ about the very last.
    exact: { series: firing, at: 13 + minutes },
    labels,
    description: `${alert} fires, or did within ${minutes}m: what follows from it is held back.`,
    near: [{ series: { [series.replace("firing", "pending")]: gauge([40, 1]) }, at: 20 }],
  };
};

export const aftermaths: readonly Case[] = [
  aftermath("ProbeFailing", "critical", 7, {
    ...{ job: "probe", instance: "probe-exporter:9115" },
    probe: "api",
  }),
  aftermath("DatabaseDown", "critical", 12, { job: "postgres", instance: "database-exporter:9187" }),
  aftermath("DatabaseUnreachable", "critical", 12, { job: "api" }),
  aftermath("DatabasePoolBusy", "critical", 12, { job: "api", instance: "api-1:8000" }),
  aftermath("CacheDown", "warning", 17, { job: "redis", instance: "cache-exporter:9121" }),
  aftermath("CircuitBreakerOpen", "warning", 32, { job: "api", provider: "openai" }),
];
