import { counter, gauge, type Case, type Course } from "../support/case";

const HOST = { job: "host", instance: "host-exporter:9100" };
const DISK = { ...HOST, device: "overlay", fstype: "overlay", mountpoint: "/" };
const written = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(",");
const of = (metric: string) => `${metric}{${written(HOST)}}`;
const onDisk = (metric: string) => `${metric}{${written(DISK)}}`;

const memory = (available: Course) => ({
  [of("node_memory_MemAvailable_bytes")]: available,
  [of("node_memory_MemTotal_bytes")]: gauge([200, 100]),
});
const room = (available: Course) => ({
  [onDisk("node_filesystem_avail_bytes")]: available,
  [onDisk("node_filesystem_size_bytes")]: gauge([200, 100]),
});
const files = (free: Course) => ({
  [onDisk("node_filesystem_files_free")]: free,
  [onDisk("node_filesystem_files")]: gauge([200, 100]),
});
const killed = (course: Course) => ({ [of("node_vmstat_oom_kill")]: course });
/** Seconds a minute in which the one processor is at work. */
const busy = (course: Course) => {
  const of = (mode: string) => `node_cpu_seconds_total{${written(HOST)},cpu="0",mode="${mode}"}`;
  return { [of("user")]: course, [of("idle")]: counter([100, 1]) };
};
const API_1 = { job: "api", instance: "api-1:8000" };
/** Of the 600 periods of a minute, those it was at work in, and those it had to wait in. */
const periods = (atWork: Course, waited: Course) => ({
  [`container_cpu_cfs_periods_total{${written(API_1)}}`]: atWork,
  [`container_cpu_cfs_throttled_periods_total{${written(API_1)}}`]: waited,
});
const clock = (course: Course) => ({ [of("node_timex_sync_status")]: course });

export const host: readonly Case[] = [
  {
    alert: "HostMemoryLow",
    level: "critical",
    series: memory(gauge([5, 50], [10, 4], [20, 50])),
    fires: 7,
    ends: 15,
    exact: { series: memory(gauge([20, 4.8])), at: 10 },
    labels: HOST,
    description: "4.8% of the host's memory can still be given to programs.",
    near: [{ series: memory(gauge([20, 5.2])), at: 10 }],
  },
  {
    alert: "HostMemoryLow",
    level: "warning",
    series: memory(gauge([5, 50], [15, 8], [20, 50])),
    fires: 15,
    ends: 20,
    exact: { series: memory(gauge([30, 9.6])), at: 20 },
    labels: HOST,
    description: "9.6% of the host's memory can still be given to programs.",
    near: [{ series: memory(gauge([30, 10.4])), at: 20 }],
  },
  {
    alert: "ContainerKilled",
    level: "critical",
    series: killed(counter([20, 0], [5, 10], [60, 0])),
    fires: 20,
    ends: 46,
    exact: { series: killed(counter([40, 0.275])), at: 30 },
    labels: HOST,
    description: "About 5.5 processes were killed for their memory within 20 minutes.",
    near: [{ series: killed(counter([40, 0.25])), at: 30 }],
  },
  {
    alert: "ContainerKilled",
    level: "warning",
    series: killed(counter([20, 0], [5, 1], [60, 0])),
    fires: 20,
    ends: 46,
    exact: { series: killed(counter([40, 0.025])), at: 30 },
    labels: HOST,
    description: "About 500m processes were killed for their memory within 20 minutes.",
    near: [{ series: killed(counter([40, 0])), at: 30 }],
  },
  {
    alert: "ContainerThrottled",
    level: "info",
    series: periods(counter([100, 600]), counter([20, 10], [40, 400], [40, 10])),
    fires: 36,
    ends: 64,
    exact: { series: periods(counter([60, 62]), counter([60, 16.12])), at: 40 },
    labels: API_1,
    description: "api-1:8000 of api had to wait in 26% of the periods it was at work in.",
    near: [
      { series: periods(counter([60, 500]), counter([60, 120])), at: 40 },
      // It does next to nothing.
      { series: periods(counter([60, 59]), counter([60, 59])), at: 40 },
    ],
  },
  {
    alert: "HostCpuHigh",
    level: "warning",
    series: busy(counter([10, 0], [30, 60], [40, 0])),
    fires: 29,
    ends: 40,
    exact: { series: busy(counter([60, 54.3])), at: 40 },
    labels: { instance: HOST.instance },
    description: "90.5% of the host's processor time is used.",
    near: [{ series: busy(counter([60, 52.8])), at: 40 }],
  },
  {
    alert: "HostDiskFull",
    level: "critical",
    series: room(gauge([5, 50], [10, 4], [20, 50])),
    fires: 10,
    ends: 15,
    exact: { series: room(gauge([30, 4.8])), at: 20 },
    labels: DISK,
    description: "4.8% of the disk is left.",
    near: [{ series: room(gauge([30, 5.2])), at: 20 }],
  },
  {
    alert: "HostDiskFull",
    level: "warning",
    series: room(gauge([5, 50], [20, 12], [20, 50])),
    fires: 20,
    ends: 25,
    exact: { series: room(gauge([30, 14.4])), at: 20 },
    labels: DISK,
    description: "14.4% of the disk is left.",
    near: [{ series: room(gauge([30, 15.6])), at: 20 }],
  },
  {
    alert: "HostDiskForecast",
    level: "warning",
    step: 10,
    // A tenth of a percent in ten minutes: it falls below two fifths at step 20, long bound for nothing.
    series: room(gauge([30, 41.95, -0.1], [30, 80])),
    fires: 26,
    ends: 30,
    exact: { series: room(gauge([30, 1.9])), at: 20 },
    labels: DISK,
    description: "At its present growth 1.9% of the disk will be left in four days.",
    near: [{ series: room(gauge([30, 2.1])), at: 20 }],
  },
  {
    alert: "HostFilesRunOut",
    level: "warning",
    series: files(gauge([5, 50], [20, 8], [20, 50])),
    fires: 20,
    ends: 25,
    exact: { series: files(gauge([30, 9.6])), at: 20 },
    labels: DISK,
    description: "9.6% of the files the disk can hold are left.",
    near: [{ series: files(gauge([30, 10.4])), at: 20 }],
  },
  {
    alert: "HostClockLoose",
    level: "warning",
    series: clock(gauge([5, 1], [40, 0], [20, 1])),
    fires: 35,
    ends: 45,
    labels: HOST,
    description: "Nothing sets the host's clock right; tokens and certificates depend on it.",
    near: [{ series: clock(gauge([60, 1])), at: 50 }],
  },
];
