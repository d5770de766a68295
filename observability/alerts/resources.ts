import { group, type AlertsFor } from "./alert";

const RESIDENT = 'process_resident_memory_bytes{job!="prometheus"}';
/**
 * What a process holds and the kernel cannot take back. Resident memory of Prometheus counts the pages of its history
 * that it has mapped, too, and those go before anybody is killed: of it, it is what Go holds.
 */
export const MEMORY = `(${RESIDENT} or go_memstats_sys_bytes{job="prometheus"} - go_memstats_heap_released_bytes{job="prometheus"})`;
/** The recorded limits have a job and nothing else in common with what is measured. */
const ofLimit = (limit: string) => `on (job) group_left () ${limit}`;

/** What the processes use of their containers. */
export const resources: AlertsFor = () =>
  group("resources", { owner: "platform", board: "mainstay-resources" }, [
    {
      name: "MemoryHigh",
      levels: { critical: [0.95, "2m"], warning: [0.85, "10m"] },
      expr: (share) => `${MEMORY} / ${ofLimit("job:memory_limit:bytes")} > ${share}`,
      summary: "A process is about to be killed for its memory",
      description:
        "{{ $labels.instance }} of {{ $labels.job }} uses {{ $value | humanizePercentage }} of its memory.",
    },
    {
      name: "MemoryLeak",
      levels: { warning: [1, "30m"] },
      // What grows while a process warms up is no leak. Prometheus grows with its series: PrometheusSeriesGrowing.
      expr: (share) => `
        predict_linear(${RESIDENT}[2h], 28800) / ${ofLimit("job:memory_limit:bytes")} > ${share}
        and time() - process_start_time_seconds > 14400`,
      summary: "A process's memory keeps growing",
      description:
        "At its present growth {{ $labels.instance }} of {{ $labels.job }} will use {{ $value | humanizePercentage }} of its memory in 8 hours.",
    },
    {
      name: "CpuHigh",
      levels: { warning: [0.9, "15m"] },
      expr: (share) => `rate(process_cpu_seconds_total[5m]) / ${ofLimit("job:cpu_limit:cores")} > ${share}`,
      summary: "A process uses all the processor time it may",
      description:
        "{{ $labels.instance }} of {{ $labels.job }} uses {{ $value | humanizePercentage }} of its processor time.",
    },
    {
      name: "EventLoopBlocked",
      levels: { warning: [0.5, "5m"] },
      expr: (seconds) => `nodejs_eventloop_lag_p99_seconds > ${seconds}`,
      summary: "A process is too busy to take up its work",
      description:
        "Work in {{ $labels.instance }} of {{ $labels.job }} starts {{ $value | humanizeDuration }} late.",
    },
    {
      name: "FilesRunOut",
      levels: { warning: [0.8, "10m"] },
      expr: (share) => `process_open_fds / process_max_fds > ${share}`,
      summary: "A process runs out of files and sockets",
      description:
        "{{ $labels.instance }} of {{ $labels.job }} has {{ $value | humanizePercentage }} of its files and sockets open.",
    },
  ]);
