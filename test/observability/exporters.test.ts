import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { IMAGES, type ImageName } from "../../environment/images";
import { METRICS, type Job, type Metric } from "../../observability/metrics";
import { OPERATIONS } from "../../observability/metrics/operations";
import { readExposition, readList, writeList } from "./support/exposition";

/** What running programs were seen to export; list-metrics.ts made the lists. */
const LISTS = join(__dirname, "reviewed/exporters");

/** Which jobs an image answers for. */
const JOBS_OF = {
  "postgres-exporter": ["postgres"],
  "redis-exporter": ["redis"],
  "node-exporter": ["host"],
  "blackbox-exporter": ["blackbox", "probe"],
  prometheus: ["prometheus"],
  alertmanager: ["alertmanager"],
  vector: ["shipper"],
} as const satisfies Partial<Record<ImageName, readonly Job[]>>;
type Program = keyof typeof JOBS_OF;
const PROGRAMS = Object.keys(JOBS_OF) as Program[];

/** Where the table's own version could not be had to be run, the nearest that could. */
const NEAREST: Readonly<Record<string, string>> = {
  "redis-exporter-1.93.0": "redis-exporter-1.88.0",
  "prometheus-3.13.4": "prometheus-3.13.2",
  "alertmanager-0.34.1": "alertmanager-0.34.0",
};

const pinned = (program: Program) => `${program}-${/:v?(\d+\.\d+\.\d+)/.exec(IMAGES[program])?.[1]}`;
const listOf = (program: Program) => NEAREST[pinned(program)] ?? pinned(program);

/** Labels that come from the target, not from what answers there. */
const OF_TARGETS = ["probe"];
/** What the exporter takes from the kernel without knowing how it counts. */
const UNTYPED = ["node_vmstat_oom_kill"];
/** What Prometheus makes of every scrape, and what the commands hand to the host's exporter. */
const NOT_THEIRS = (metric: Metric) => / every target$/.test(metric.source) || OPERATIONS.includes(metric);

describe("what programs were seen to export", () => {
  it("was read in the versions of the table of images, or where these are not to be had in the nearest", () => {
    expect(readdirSync(LISTS).sort()).toEqual(PROGRAMS.map((program) => `${listOf(program)}.txt`).sort());
    const named = PROGRAMS.map(pinned);
    expect(Object.keys(NEAREST).filter((version) => !named.includes(version))).toEqual([]);
  });

  it("is named by the catalogue in the versions it was read in", () => {
    const named = [...METRICS.values()].flatMap(({ source }) => {
      const [, program, newest] = /^(\w+) (?:\d+\.\d+ and )?(\d+\.\d+)/.exec(source) ?? [];
      return program === undefined ? [] : [`${program.toLowerCase().replace("_", "-")}-${newest}`];
    });
    const read = PROGRAMS.map((program) => listOf(program).replace(/\.\d+$/, ""));
    expect([...new Set(named)].sort()).toEqual(read.sort());
  });

  it.each(PROGRAMS)("has all that the catalogue names of %s, with its type and labels", (program) => {
    const seen = readList(readFileSync(join(LISTS, `${listOf(program)}.txt`), "utf8"));
    const jobs: readonly Job[] = JOBS_OF[program];
    const wanted = [...METRICS.values()].filter(
      (metric) => metric.jobs.some((job) => jobs.includes(job)) && !NOT_THEIRS(metric),
    );
    expect(wanted.length).toBeGreaterThan(3);
    const wrong = wanted.flatMap(({ name, type, labels }) => {
      const found = seen.get(name);
      if (!found) return [`${name} is not exported`];
      const expected = UNTYPED.includes(name) ? "untyped" : type;
      const lacking = labels.filter((label) => !OF_TARGETS.includes(label) && !found.labels.includes(label));
      return [
        ...(found.type === expected ? [] : [`${name} is a ${found.type}`]),
        ...lacking.map((label) => `${name} has no ${label}`),
      ];
    });
    expect(wrong).toEqual([]);
  });
});

describe("a list of metrics", () => {
  const TEXT = `# HELP requests_total Requests
# TYPE requests_total counter
requests_total{path="/a,b=\\"c\\"}",code="200"} 1
requests_total{path="/",method="GET"} 2e+06
# TYPE seconds histogram
seconds_bucket{le="+Inf"} 3
seconds_sum 0.5
seconds_count 3
# TYPE pause_seconds summary
pause_seconds{quantile="0.5"} NaN
loose 1
`;

  it("has every metric with its type and the labels of all its series, and can be read back", () => {
    const list = writeList("server 1.0", readExposition(TEXT));
    expect(list).toBe(`# server 1.0
loose untyped
pause_seconds summary
requests_total counter code method path
seconds histogram
`);
    expect(writeList("server 1.0", readList(list))).toBe(list);
  });
});
