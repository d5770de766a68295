import { group, type AlertsFor } from "./alert";

const DAY = 86_400;
const DISK = '{mountpoint="/"}';
const room = `node_filesystem_avail_bytes${DISK} / node_filesystem_size_bytes${DISK}`;

/** The machine everything runs on, and what it does to containers. A platform without one does not show these. */
export const host: AlertsFor = () =>
  group("host", { owner: "platform", board: "mainstay-resources" }, [
    {
      name: "HostMemoryLow",
      levels: { critical: [0.05, "2m"], warning: [0.1, "10m"] },
      expr: (share) => `node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < ${share}`,
      summary: "The host runs out of memory",
      description: "{{ $value | humanizePercentage }} of the host's memory can still be given to programs.",
    },
    {
      name: "ContainerKilled",
      levels: { critical: [5, "0m"], warning: [0, "0m"] },
      // The kernel counts for the whole host; who it was is seen by who started again.
      expr: (times) => `increase(node_vmstat_oom_kill[20m]) > ${times}`,
      summary: "The kernel kills processes for want of memory",
      description: "About {{ $value | humanize }} processes were killed for their memory within 20 minutes.",
    },
    {
      name: "ContainerThrottled",
      levels: { info: [0.25, "15m"] },
      // One that does little loses nothing by it: it has to be at work in a tenth of the periods of 100 ms.
      expr: (share) => `
        increase(container_cpu_cfs_throttled_periods_total[5m])
        / increase(container_cpu_cfs_periods_total[5m]) > ${share}
        and increase(container_cpu_cfs_periods_total[5m]) >= 300`,
      summary: "A container is held back by its processor limit",
      description:
        "{{ $labels.instance }} of {{ $labels.job }} had to wait in {{ $value | humanizePercentage }} of the periods it was at work in.",
    },
    {
      name: "HostCpuHigh",
      levels: { warning: [0.9, "15m"] },
      expr: (share) => `
        sum by (instance) (rate(node_cpu_seconds_total{mode!="idle"}[5m]))
        / count by (instance) (node_cpu_seconds_total{mode="idle"}) > ${share}`,
      summary: "The host's processors have no time left",
      description: "{{ $value | humanizePercentage }} of the host's processor time is used.",
    },
    {
      name: "HostDiskFull",
      levels: { critical: [0.05, "5m"], warning: [0.15, "15m"] },
      expr: (share) => `${room} < ${share}`,
      summary: "The disk Docker keeps everything on is nearly full",
      description: "{{ $value | humanizePercentage }} of the disk is left.",
    },
    {
      name: "HostDiskForecast",
      levels: { warning: [0.02, "1h"] },
      // A day's growth, four days ahead, and not while there is plenty.
      expr: (share) => `
        predict_linear(node_filesystem_avail_bytes${DISK}[1d], ${4 * DAY})
        / node_filesystem_size_bytes${DISK} < ${share} and ${room} < 0.4`,
      summary: "The disk will be full within four days",
      description:
        "At its present growth {{ $value | humanizePercentage }} of the disk will be left in four days.",
    },
    {
      name: "HostFilesRunOut",
      levels: { warning: [0.1, "15m"] },
      expr: (share) => `node_filesystem_files_free${DISK} / node_filesystem_files${DISK} < ${share}`,
      summary: "The disk has room for few more files",
      description: "{{ $value | humanizePercentage }} of the files the disk can hold are left.",
    },
    {
      name: "HostClockLoose",
      levels: { warning: [1, "30m"] },
      expr: (kept) => `node_timex_sync_status < ${kept}`,
      summary: "The host's clock is not kept in step",
      description: "Nothing sets the host's clock right; tokens and certificates depend on it.",
    },
  ]);
