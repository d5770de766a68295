import { anyOf, counted, lastSeen } from "../promql";
import { group, type AlertsFor } from "./alert";

/** Whether everything runs, and keeps running. */
export const availability: AlertsFor = ({ services, scraped }) => {
  const own = anyOf(services);
  return group("availability", { owner: "platform", board: "mainstay-overview" }, [
    {
      name: "ServiceDown",
      levels: { critical: [0, "1m"] },
      // Copies that are not scraped at all are no fewer than none; that takes a minute more to be sure of.
      expr: (copies) =>
        [
          `sum by (job) (${lastSeen(`up{job=~"${own}"}`)}) <= ${copies}`,
          ...services.map((job) => `absent_over_time(up{job="${job}"}[2m])`),
        ].join(" or "),
      summary: "No copy of a service answers",
      description: "No copy of {{ $labels.job }} answers Prometheus.",
    },
    {
      name: "InstanceDown",
      levels: { warning: [1, "3m"] },
      expr: (up) => `${lastSeen(`up{job=~"${own}"}`)} < ${up}`,
      summary: "A copy of a service does not answer",
      description: "{{ $labels.instance }} of {{ $labels.job }} does not answer Prometheus.",
    },
    {
      name: "ServiceNotReady",
      // Longer than what everything depends on takes to be told of: then that says it.
      levels: { critical: [1, "3m"] },
      expr: (ready) => `max by (job) (${lastSeen(`app_ready{job=~"${own}"}`)}) < ${ready}`,
      summary: "Every copy of a service fails its health check",
      description: "No copy of {{ $labels.job }} that answers is ready.",
    },
    {
      name: "InstanceNotReady",
      levels: { warning: [1, "4m"] },
      expr: (ready) => `${lastSeen(`app_ready{job=~"${own}"}`)} < ${ready}`,
      summary: "A copy of a service fails its health check",
      description: "{{ $labels.instance }} of {{ $labels.job }} answers, but is not ready.",
    },
    {
      name: "TargetDown",
      levels: { warning: [1, "5m"] },
      expr: (up) => `up{job!~"${own}"} < ${up}`,
      summary: "Something that is scraped does not answer",
      description: "{{ $labels.job }} on {{ $labels.instance }} does not answer Prometheus.",
    },
    {
      name: "TargetMissing",
      levels: { critical: [0, "5m"] },
      // A target that was taken out of the configuration is not down: it is not there at all. Of a service, that is told
      // as ServiceDown.
      expr: () =>
        scraped
          .filter((job) => !services.includes(job))
          .map((job) => `absent(up{job="${job}"})`)
          .join(" or "),
      summary: "Prometheus has no target of a job it should scrape",
      description: "Nothing is scraped as {{ $labels.job }}.",
    },
    {
      name: "ServiceRestarting",
      levels: { critical: [4, "0m"], warning: [1, "0m"] },
      // A deployment starts every copy once, and may do so again when it is rolled back.
      expr: (times) => `changes(process_start_time_seconds{job=~"${own}|backup"}[30m]) > ${times}`,
      summary: "A service keeps restarting",
      description:
        "{{ $labels.instance }} of {{ $labels.job }} started {{ $value }} times within 30 minutes.",
    },
    {
      name: "UnhandledExceptions",
      // Longer than a database that is down takes to be told of: then that says it.
      levels: { warning: [0, "3m"] },
      expr: (count) => `${counted(`app_unhandled_exceptions_total{job=~"${own}"}`, "10m", "job")} > ${count}`,
      summary: "Exceptions that no code expected",
      description:
        "{{ $labels.job }} met about {{ $value | humanize }} unexpected exceptions within 10 minutes.",
    },
    {
      name: "ErrorLogLines",
      levels: { info: [10, "3m"] },
      expr: (lines) =>
        `sum by (job) (increase(app_log_lines_total{job=~"${own}",level="error"}[10m])) > ${lines}`,
      summary: "Many error log lines",
      description: "{{ $labels.job }} wrote about {{ $value | humanize }} error log lines within 10 minutes.",
    },
    {
      name: "DeploymentUnfinished",
      levels: { info: [1, "2h"] },
      expr: (versions) => `count by (job) (count by (job, version) (app_build_info)) > ${versions}`,
      summary: "Two releases of a service have run side by side for hours",
      description: "{{ $labels.job }} runs in {{ $value }} versions.",
    },
  ]);
};
