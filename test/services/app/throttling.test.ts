import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Registry, type OpenMetricsContentType } from "prom-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reportThrottling } from "../../../services/app/src/telemetry/throttling";

/** What the kernel writes for a container that may use half a processor; version 2 counts in µs, version 1 in ns. */
const VERSION_2 = `usage_usec 74151234
user_usec 60000000
system_usec 14151234
nr_periods 1482
nr_throttled 731
throttled_usec 42100500
nr_bursts 0
burst_usec 0
`;
const VERSION_1 = `nr_periods 1482
nr_throttled 731
throttled_time 42100500000
nr_bursts 0
burst_time 0
`;
const COUNTED = [
  "container_cpu_cfs_periods_total 1482",
  "container_cpu_cfs_throttled_periods_total 731",
  "container_cpu_cfs_throttled_seconds_total 42.1005",
];

describe("what the kernel counts of the container", () => {
  let root: string;
  let registry: Registry<OpenMetricsContentType>;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "cgroup-"));
    registry = new Registry();
    reportThrottling(registry, root);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  const exported = async () =>
    (await registry.metrics()).split("\n").filter((line) => /^container_/.test(line));

  it.each([
    ["version 2", "cpu.stat", VERSION_2],
    ["version 1", "cpu/cpu.stat", VERSION_1],
    ["version 1 without the short name", "cpu,cpuacct/cpu.stat", VERSION_1],
  ])("is exported from %s of control groups", async (_, file, text) => {
    write(file, text);
    expect(await exported()).toEqual(COUNTED);
  });

  it("is read at each scrape", async () => {
    write("cpu.stat", VERSION_2);
    await exported();
    write("cpu.stat", "nr_periods 1500\nnr_throttled 740\nthrottled_usec 43000000\n");
    expect(await exported()).toEqual([
      "container_cpu_cfs_periods_total 1500",
      "container_cpu_cfs_throttled_periods_total 740",
      "container_cpu_cfs_throttled_seconds_total 43",
    ]);
  });

  it("is 0 where nothing was held back yet", async () => {
    write("cpu.stat", "nr_periods 3\nnr_throttled 0\nthrottled_usec 0\n");
    expect(await exported()).toEqual([
      "container_cpu_cfs_periods_total 3",
      "container_cpu_cfs_throttled_periods_total 0",
      "container_cpu_cfs_throttled_seconds_total 0",
    ]);
  });

  it.each([
    ["outside of a container, in version 2", "cpu.stat", "usage_usec 74151234\nuser_usec 60000000\n"],
    [
      "outside of a container, in version 1",
      "cpu/cpu.stat",
      "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n",
    ],
    ["in a container without a limit", "cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_usec 0\n"],
    ["where there are no control groups", "other", ""],
  ])("is absent, and not 0, %s", async (_, file, text) => {
    write(file, text);
    expect(await exported()).toEqual([]);
  });
});
