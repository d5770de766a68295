import { describe, expect, test } from "vitest";
import { containerName, docker, runningContainers, started } from "./support/environment";

const MIB = 1024 * 1024;

describe("a whole environment on one machine", () => {
  test("is healthy within 90 seconds", () => {
    expect(started().launched.seconds).toBeLessThan(90);
  });

  test("runs these containers, every one healthy", async () => {
    const states = await Promise.all(
      runningContainers().map(async (name) => {
        const { State } = await docker.getContainer(containerName(name)).inspect();
        return [name, State.Health?.Status, State.Running];
      }),
    );
    expect(states.sort()).toEqual(
      [
        ...[
          "alertmanager",
          "api-1",
          "api-2",
          "api-candidate-1",
          "backups",
          "cache",
          "cache-exporter",
          "database",
        ],
        ...["database-exporter", "edge", "grafana", "host-exporter", "log-shipper", "logs", "probe-exporter"],
        ...["prometheus", "tracing", "web-1", "worker-1"],
      ].map((name) => [name, "healthy", true]),
    );
  });

  test("has run its migration to a good end", async () => {
    const { State } = await docker.getContainer(containerName("migration")).inspect();
    expect([State.Status, State.ExitCode]).toEqual(["exited", 0]);
  });

  test("has limits that fit 4 GB, and takes less than 2 GB of it when idle", async () => {
    const all = await Promise.all(
      runningContainers().map(async (name) => {
        const container = docker.getContainer(containerName(name));
        const { HostConfig } = await container.inspect();
        const { memory_stats } = await container.stats({ stream: false });
        // What the kernel could take back at once is no use of memory.
        const reclaimable = memory_stats.stats.total_inactive_file ?? memory_stats.stats.inactive_file;
        return { limit: HostConfig.Memory ?? 0, used: memory_stats.usage - reclaimable };
      }),
    );
    const sum = (of: "limit" | "used") => all.reduce((total, one) => total + one[of], 0) / MIB;
    expect(all.every(({ limit }) => limit > 0)).toBe(true);
    expect(sum("limit")).toBeLessThanOrEqual(4096);
    expect(sum("used")).toBeLessThan(2048);
    console.info(
      `limits ${Math.round(sum("limit"))} MiB, used ${Math.round(sum("used"))} MiB, healthy in ${started().launched.seconds} s`,
    );
  });
});
