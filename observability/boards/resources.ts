import { graph, rate, type Board } from "./board";
import { MEMORY } from "../alerts/resources";
import { alertBound } from "./thresholds";

const ofLimit = (expr: string, limit: string) => `${expr} / on (job) group_left () ${limit}`;

const DISK = '{mountpoint="/"}';

/** The host, the processes inside the containers, and the monitoring. */
export const resources: Board = {
  uid: "mainstay-resources",
  description: "The host, what each process uses of its container, and how the monitoring itself is.",
  runbook: "resources",
  rows: [
    {
      title: "Host",
      panels: [
        graph(
          "Memory left",
          "Of the host's memory, what programs can still be given.",
          "share",
          { memory: "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes" },
          { bound: alertBound("HostMemoryLow", { below: true }) },
        ),
        graph(
          "Processors",
          "Time by what it is used for.",
          "share",
          {
            "{{mode}}": `sum by (mode) (${rate('node_cpu_seconds_total{mode!="idle"}')}) / on () group_left () count(node_cpu_seconds_total{mode="idle"})`,
          },
          { bound: alertBound("HostCpuHigh") },
        ),
        graph(
          "Disk left",
          "Of the disk Docker keeps everything on, and of the files it can hold.",
          "share",
          {
            room: `node_filesystem_avail_bytes${DISK} / node_filesystem_size_bytes${DISK}`,
            files: `node_filesystem_files_free${DISK} / node_filesystem_files${DISK}`,
          },
          { bound: alertBound("HostDiskFull", { below: true }) },
        ),
        graph("Disk traffic", "By device.", "bytesPerSecond", {
          "{{device}} read": `sum by (device) (${rate("node_disk_read_bytes_total")})`,
          "{{device}} written": `sum by (device) (${rate("node_disk_written_bytes_total")})`,
        }),
        graph("Waiting", "Share of time in which tasks waited for what there was too little of.", "share", {
          processor: rate("node_pressure_cpu_waiting_seconds_total"),
          disk: rate("node_pressure_io_stalled_seconds_total"),
          memory: rate("node_pressure_memory_stalled_seconds_total"),
        }),
        graph(
          "Killed for memory",
          "Processes the kernel killed, in any container, within an hour.",
          "count",
          { killed: "increase(node_vmstat_oom_kill[1h])" },
          { bound: { warning: alertBound("ContainerKilled", { next: true }).warning } },
        ),
      ],
    },
    {
      title: "Containers",
      panels: [
        graph(
          "Memory of limit",
          "Held, of what the container may use. Of Prometheus without the history it maps, which the kernel takes back.",
          "share",
          { "{{instance}}": ofLimit(MEMORY, "job:memory_limit:bytes") },
          { bound: alertBound("MemoryHigh") },
        ),
        graph(
          "Processor of limit",
          "Used, of what the container may use.",
          "share",
          { "{{instance}}": ofLimit(rate("process_cpu_seconds_total"), "job:cpu_limit:cores") },
          { bound: alertBound("CpuHigh") },
        ),
        graph(
          "Held back",
          "Periods in which a service's container used up its processor time, of those it was at work in.",
          "share",
          {
            "{{instance}}": `${rate("container_cpu_cfs_throttled_periods_total")} / ${rate("container_cpu_cfs_periods_total")}`,
          },
          { bound: alertBound("ContainerThrottled") },
        ),
        graph("Log lines", "Lines that got to the shipper, and from there to Loki.", "perSecond", {
          arrived: `sum(${rate('vector_component_sent_events_total{component_id="named"}')})`,
          kept: `sum(${rate('vector_component_sent_events_total{component_id="store"}')})`,
        }),
        graph("Memory", "Held by each process.", "bytes", {
          "{{instance}}": "process_resident_memory_bytes",
        }),
        graph(
          "Event loop",
          "Delay of work in Node processes, 99th percentile.",
          "seconds",
          { "{{instance}}": "nodejs_eventloop_lag_p99_seconds" },
          { bound: alertBound("EventLoopBlocked") },
        ),
        graph("Heap", "JavaScript heap in use.", "bytes", { "{{instance}}": "nodejs_heap_size_used_bytes" }),
        graph(
          "Files and sockets",
          "Open, of those a process may open.",
          "share",
          { "{{instance}}": "process_open_fds / process_max_fds" },
          { bound: alertBound("FilesRunOut") },
        ),
      ],
    },
    {
      title: "Monitoring",
      panels: [
        graph(
          "Targets",
          "1 while a target answers.",
          "state",
          { "{{job}} {{instance}}": "up" },
          { bound: alertBound("TargetDown", { below: true }) },
        ),
        graph("Scrapes", "Time of a scrape.", "seconds", {
          "{{job}}": "max by (job) (scrape_duration_seconds)",
        }),
        graph("Samples", "In a scrape, by job.", "count", {
          "{{job}}": "sum by (job) (scrape_samples_scraped)",
        }),
        graph("Series", "In Prometheus's memory.", "count", { series: "prometheus_tsdb_head_series" }),
        graph("Samples taken in", "By Prometheus.", "operations", {
          "{{type}}": `sum by (type) (${rate("prometheus_tsdb_head_samples_appended_total")})`,
        }),
        graph(
          "History",
          "On disk, of what it may take.",
          "share",
          { history: "prometheus_tsdb_storage_blocks_bytes / (prometheus_tsdb_retention_limit_bytes > 0)" },
          { bound: alertBound("PrometheusHistoryCut") },
        ),
        graph(
          "Rules",
          "Slowest group, of its interval.",
          "share",
          {
            slowest:
              "max(prometheus_rule_group_last_duration_seconds / prometheus_rule_group_interval_seconds)",
          },
          { bound: alertBound("PrometheusRulesLate") },
        ),
        graph("Notifications", "Attempted and failed, by kind.", "operations", {
          "{{integration}}": `sum by (integration) (${rate("alertmanager_notifications_total")})`,
          "{{integration}} failed": `sum by (integration) (${rate("alertmanager_notifications_failed_total")})`,
        }),
        graph("Alerts", "That Alertmanager holds, by state.", "count", {
          "{{state}}": "sum by (state) (alertmanager_alerts)",
        }),
      ],
    },
  ],
};
