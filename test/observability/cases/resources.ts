import { counter, gauge, type Case, type Inputs, type Phases } from "../support/case";

const API_1 = { job: "api", instance: "api-1:8000" };
const SELF = 'job="api",instance="api-1:8000"';
const GIB = 1024 ** 3;
const memory = `process_resident_memory_bytes{${SELF}}`;
const started = `process_start_time_seconds{${SELF}}`;
const limit = { 'job:memory_limit:bytes{job="api",environment="trial"}': gauge([150, GIB]) };
/** Prometheus, whose resident memory is nearly all it may have, and what Go holds of it. */
const PROMETHEUS = { job: "prometheus", instance: "prometheus:9090" };
const prometheus = (percent: number): Inputs => {
  const of = (metric: string) => `${metric}{job="prometheus",instance="prometheus:9090"}`;
  return {
    'job:memory_limit:bytes{job="prometheus",environment="trial"}': gauge([150, GIB]),
    [of("process_resident_memory_bytes")]: gauge([150, 0.99 * GIB]),
    [of("go_memstats_sys_bytes")]: gauge([150, 1.1 * GIB]),
    [of("go_memstats_heap_released_bytes")]: gauge([150, (1.1 - percent / 100) * GIB]),
    [of("process_start_time_seconds")]: gauge([150, 0]),
  };
};
const cores = { 'job:cpu_limit:cores{job="api",environment="trial"}': gauge([150, 2]) };
const cpu = `process_cpu_seconds_total{${SELF}}`;
const lag = `nodejs_eventloop_lag_p99_seconds{${SELF}}`;
const files = (...phases: Phases): Inputs => ({
  [`process_open_fds{${SELF}}`]: gauge(...phases),
  [`process_max_fds{${SELF}}`]: gauge([75, 1000]),
});

const memoryHigh = (level: "critical" | "warning", percent: number, fires: number): Case => ({
  alert: "MemoryHigh",
  level,
  series: { ...limit, [memory]: gauge([5, 0.2 * GIB], [20, (percent / 100) * GIB], [50, 0.2 * GIB]) },
  fires,
  ends: 25,
  labels: API_1,
  description: `api-1:8000 of api uses ${percent}% of its memory.`,
  also: [
    {
      series: prometheus(percent),
      at: 30,
      labels: PROMETHEUS,
      description: `prometheus:9090 of prometheus uses ${percent}% of its memory.`,
    },
  ],
  near: [
    { series: { ...limit, [memory]: gauge([40, ((percent - 2) / 100) * GIB]) }, at: 30 },
    { series: prometheus(percent - 2), at: 30 },
  ],
});
/** Grows so much of its limit with each step; eight hours are 48 steps. */
const growing = (perStep: number, of = SELF): Inputs => ({
  ...limit,
  'job:memory_limit:bytes{job="prometheus",environment="trial"}': gauge([150, GIB]),
  [`process_resident_memory_bytes{${of}}`]: gauge([100, 0, perStep * GIB]),
  [`process_start_time_seconds{${of}}`]: gauge([100, 0]),
});

export const resources: readonly Case[] = [
  memoryHigh("critical", 96, 7),
  memoryHigh("warning", 86, 15),
  {
    alert: "MemoryLeak",
    level: "warning",
    step: 10,
    series: {
      ...limit,
      [memory]: gauge([40, 0.1 * GIB], [30, 0.1 * GIB, 0.1 * GIB], [30, 0.1 * GIB]),
      [started]: gauge([100, 0]),
    },
    fires: 46,
    ends: 95,
    exact: { series: growing(1.05 / (28 + 48)), at: 28 },
    labels: API_1,
    description: "At its present growth api-1:8000 of api will use 105% of its memory in 8 hours.",
    near: [
      { series: growing(0.95 / (28 + 48)), at: 28 },
      { series: growing(1.05 / (28 + 48), 'job="prometheus",instance="prometheus:9090"'), at: 28 },
      // At 25 steps it is old enough to be judged, and then it has to go on for three more.
      { series: growing(0.1), at: 26 },
    ],
  },
  {
    alert: "CpuHigh",
    level: "warning",
    series: { ...cores, [cpu]: counter([20, 6], [40, 900], [40, 6]) },
    fires: 35,
    ends: 66,
    exact: { series: { ...cores, [cpu]: counter([60, 110.4]) }, at: 40 },
    labels: API_1,
    description: "api-1:8000 of api uses 92% of its processor time.",
    near: [{ series: { ...cores, [cpu]: counter([60, 105.6]) }, at: 40 }],
  },
  {
    alert: "EventLoopBlocked",
    level: "warning",
    series: { [lag]: gauge([5, 0.01], [20, 0.52], [40, 0.01]) },
    fires: 10,
    ends: 25,
    labels: API_1,
    description: "Work in api-1:8000 of api starts 520ms late.",
    near: [{ series: { [lag]: gauge([40, 0.48]) }, at: 30 }],
  },
  {
    alert: "FilesRunOut",
    level: "warning",
    series: files([5, 10], [20, 820], [50, 10]),
    fires: 15,
    ends: 25,
    labels: API_1,
    description: "api-1:8000 of api has 82% of its files and sockets open.",
    near: [{ series: files([40, 780]), at: 30 }],
  },
];
