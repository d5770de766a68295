import { describe, expect, test } from "vitest";
import {
  logsOf,
  containerName,
  eventually,
  docker,
  run,
  runningContainers,
  started,
} from "./support/environment";

/** What the kernel says about a container's first process. */
async function status(name: string): Promise<Record<string, string>> {
  const { output } = await run(name, ["cat", "/proc/1/status"]);
  return Object.fromEntries(output.split("\n").map((line) => line.split(":\t").map((part) => part.trim())));
}

describe("every container", () => {
  test("is not root, has no capability, can gain none, and runs under the default seccomp filter", async () => {
    const names = runningContainers();
    expect(names.length).toBe(19);
    for (const name of names) {
      const { Uid = "", CapEff, CapPrm, CapBnd, NoNewPrivs, Seccomp } = await status(name);
      const nothing = "0000000000000000";
      expect({ name, CapEff, CapPrm, CapBnd, NoNewPrivs, Seccomp }).toEqual({
        name,
        CapEff: nothing,
        CapPrm: nothing,
        CapBnd: nothing,
        NoNewPrivs: "1",
        Seccomp: "2",
      });
      expect(Uid.split("\t"), name).not.toContain("0");
      expect((await run(name, ["id", "-u"])).output.trim(), name).not.toBe("0");
    }
  });

  test("cannot write to its root file system, nor to its configuration and secrets", async () => {
    for (const name of runningContainers()) {
      const { exitCode, output } = await run(name, ["touch", "/x"]);
      expect([name, exitCode, output.trim()]).toEqual([
        name,
        1,
        "touch: cannot touch '/x': Read-only file system",
      ]);
    }
    for (const [name, directory] of [
      ["database", "/etc/postgresql"],
      ["database", "/run/secrets"],
      ["edge", "/etc/nginx"],
      ["api-1", "/run/secrets"],
    ] as const) {
      const { output } = await run(name, ["touch", `${directory}/x`]);
      expect(output.trim()).toBe(`touch: cannot touch '${directory}/x': Read-only file system`);
    }
  });

  test("has limits of memory, swap, CPU and processes, rotated logs and a restart policy", async () => {
    for (const name of runningContainers()) {
      const { HostConfig } = await docker.getContainer(containerName(name)).inspect();
      const processes = (HostConfig.Ulimits as { Name: string; Hard: number }[]).find(
        ({ Name }) => Name === "nproc",
      );
      expect(HostConfig.Memory, name).toBeGreaterThan(0);
      expect(HostConfig.MemorySwap, name).toBe(HostConfig.Memory);
      expect(HostConfig.NanoCpus, name).toBeGreaterThan(0);
      expect(processes?.Hard, name).toBeGreaterThan(0);
      const { Type, Config } = HostConfig.LogConfig as { Type: string; Config: Record<string, string> };
      // Those that carry the lines of others keep their own on the disk alone.
      const carries = name === "logs" || name === "log-shipper";
      expect([name, Type], name).toEqual([name, carries ? "json-file" : "syslog"]);
      expect([
        Config["max-size"] ?? Config["cache-max-size"],
        Config["max-file"] ?? Config["cache-max-file"],
      ]).toEqual(["10m", "3"]);
      expect(HostConfig.RestartPolicy?.Name, name).toBe("unless-stopped");
    }
  });

  test("the limit of processes holds: a fork bomb ends at it", async () => {
    const bomb = "for i in $(seq 400); do sleep 20 & done; echo went through";
    const { output } = await run("web-1", ["bash", "-c", bomb]);
    expect(output).toContain("fork: retry: Resource temporarily unavailable");
    expect(output).not.toContain("went through");
    // The sleepers hold their places for others, too.
    await eventually(40, async () => {
      const { output: names } = await run("web-1", ["sh", "-c", "cat /proc/[0-9]*/comm"]);
      return names.includes("node") && !names.includes("sleep") ? true : undefined;
    });
  });

  test("shares no namespace with the host and is given no socket, device or host directory", async () => {
    for (const name of [...runningContainers(), "migration"]) {
      const { HostConfig, Mounts } = await docker.getContainer(containerName(name)).inspect();
      expect(
        [HostConfig.Privileged, HostConfig.PidMode, HostConfig.IpcMode, HostConfig.UTSMode],
        name,
      ).toEqual([false, "", "private", ""]);
      expect(HostConfig.NetworkMode, name).toMatch(/^mainstay-dockertest-/);
      expect(HostConfig.Devices ?? [], name).toEqual([]);
      expect(
        Mounts.filter(({ Type }) => Type !== "volume"),
        name,
      ).toEqual([]);
    }
  });

  test("listens on the host's loopback address only", async () => {
    const published = await Promise.all(
      runningContainers().map(async (name) => {
        const { HostConfig } = await docker.getContainer(containerName(name)).inspect();
        const bindings = Object.values(
          (HostConfig.PortBindings ?? {}) as Record<string, { HostIp: string; HostPort: string }[]>,
        );
        return bindings.flat().map(({ HostIp, HostPort }) => `${name} ${HostIp}:${HostPort}`);
      }),
    );
    expect(published.flat().sort()).toEqual([
      "alertmanager 127.0.0.1:29094",
      "cache 127.0.0.1:26379",
      "database 127.0.0.1:25432",
      "edge 127.0.0.1:21080",
      "edge 127.0.0.1:21443",
      "edge 127.0.0.1:28002",
      "grafana 127.0.0.1:23002",
      "log-shipper 127.0.0.1:25514",
      "prometheus 127.0.0.1:29091",
      "tracing 127.0.0.1:26688",
    ]);
  });
});

describe("no secret", () => {
  test("stands in any log", async () => {
    const { secrets } = started();
    for (const name of [...runningContainers(), "migration"]) {
      const log = await logsOf(name);
      expect(
        secrets.filter((secret) => log.includes(secret)),
        name,
      ).toEqual([]);
    }
  });

  test("stands in what Docker shows of containers, volumes, networks and images", async () => {
    const { secrets, launched } = started();
    // 7 of the database, where each service has two, 8 of the cache, where everybody has two, 3 of the app, Grafana,
    // the backups' repository, the key of digests, 3 private keys.
    expect(secrets.length).toBe(24);
    const containers = await Promise.all(
      Object.values(launched.containers).map((name) => docker.getContainer(name).inspect()),
    );
    const images = [...new Set(containers.map(({ Image }) => Image))];
    const shown = JSON.stringify([
      containers,
      await Promise.all(images.map((image) => docker.getImage(image).inspect())),
      await Promise.all(images.map((image) => docker.getImage(image).history())),
      await docker.listVolumes({ filters: { label: ["mainstay.environment=dockertest"] } }),
      await docker.listNetworks({ filters: { label: ["mainstay.environment=dockertest"] } }),
    ]);
    expect(secrets.filter((secret) => shown.includes(JSON.stringify(secret).slice(1, -1)))).toEqual([]);
  });

  test("stands in any process's environment or arguments", async () => {
    const { secrets } = started();
    for (const name of runningContainers()) {
      const { output } = await run(name, [
        "sh",
        "-c",
        "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr '\\0' '\\n'",
      ]);
      expect(output, name).toContain("/proc/");
      expect(
        secrets.filter((secret) => output.includes(secret)),
        name,
      ).toEqual([]);
    }
  });
});
