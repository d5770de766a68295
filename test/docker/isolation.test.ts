import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { containerName, docker, PORTS, run } from "./support/environment";

/** A container's address on each of its networks, by tier. */
async function addresses(name: string): Promise<Record<string, string>> {
  const { NetworkSettings } = await docker.getContainer(containerName(name)).inspect();
  const entries = Object.entries(NetworkSettings.Networks);
  return Object.fromEntries(
    entries.map(([network, { IPAddress }]) => [network.replace("mainstay-dockertest-", ""), IPAddress]),
  );
}

/** Whether a container can open a connection within so many seconds; an address that is nobody's answer counts as no. */
async function reaches(from: string, host: string, port: number, seconds = 2): Promise<boolean> {
  const attempt = `timeout ${seconds} bash -c 'exec 3<>/dev/tcp/${host}/${port}' 2>/dev/null`;
  return (await run(from, ["bash", "-c", attempt])).exitCode === 0;
}

/** How many seconds are waited: what should be there may take its time on a busy machine. */
const limitOf = (isAllowed: boolean) => (isAllowed ? 30 : 2);

/** A host outside takes a network namespace, which takes root. */
const OUTSIDE_POSSIBLE = process.getuid?.() === 0 && spawnSync("ip", ["netns"]).status === 0;

/**
 * Runs something while there is a host outside: a network namespace that knows its own link and nothing behind
 * it, like a server on the internet, which has no way back to a container's own address.
 */
async function withOutside<T>(body: (address: string) => Promise<T>): Promise<T> {
  const ip = (...args: string[]) => execFileSync("ip", args, { stdio: ["ignore", "ignore", "inherit"] });
  const [name, here, there] = ["mainstay-outside", "198.51.100.1", "198.51.100.2"];
  // What a run that was cut short has left: of a namespace its link goes a moment later.
  spawnSync("ip", ["netns", "delete", name]);
  spawnSync("ip", ["link", "delete", "mainstay-out"]);
  ip("netns", "add", name);
  try {
    ip("link", "add", "mainstay-out", "type", "veth", "peer", "name", "eth0", "netns", name);
    ip("address", "add", `${here}/30`, "dev", "mainstay-out");
    ip("link", "set", "mainstay-out", "up");
    ip("-n", name, "address", "add", `${there}/30`, "dev", "eth0");
    ip("-n", name, "link", "set", "eth0", "up");
    const listen = `require("net").createServer((socket) => socket.end()).listen(9, () => console.log("up"))`;
    const server = spawn("ip", ["netns", "exec", name, process.execPath, "-e", listen]);
    await once(server.stdout, "data");
    try {
      return await body(there);
    } finally {
      server.kill();
    }
  } finally {
    ip("netns", "delete", name);
  }
}

/** Port everyone listens on. */
const SERVES: Record<string, number> = {
  edge: 8443,
  "api-1": 8000,
  "worker-1": 8001,
  "web-1": 8080,
  database: 5432,
  cache: 6379,
  tracing: 4318,
  prometheus: 9090,
  alertmanager: 9093,
  grafana: 3000,
  backups: 9560,
};

/** Who may reach whom, by name. Whatever is not listed has to fail. */
const ALLOWED: Record<string, string[]> = {
  edge: ["api-1", "web-1"],
  "web-1": ["edge", "api-1", "tracing", "prometheus", "worker-1", "backups"],
  "api-1": ["edge", "web-1", "database", "cache", "tracing", "prometheus", "worker-1", "backups"],
  "worker-1": ["api-1", "web-1", "database", "cache", "tracing", "prometheus", "backups"],
  database: ["api-1", "worker-1", "backups"],
  backups: ["database", "api-1", "worker-1", "web-1", "prometheus", "tracing"],
  alertmanager: ["prometheus", "grafana", "tracing"],
  cache: ["api-1", "worker-1"],
  "database-exporter": ["database", "api-1", "worker-1", "web-1", "backups", "prometheus", "tracing"],
  grafana: ["prometheus", "alertmanager", "tracing"],
  prometheus: ["api-1", "worker-1", "web-1", "backups", "alertmanager", "grafana", "tracing"],
  tracing: ["api-1", "worker-1", "web-1", "backups", "prometheus", "alertmanager", "grafana"],
};

describe("networks", () => {
  for (const [from, allowed] of Object.entries(ALLOWED)) {
    test(`${from} reaches ${allowed.join(", ")} by name, and nothing else`, async () => {
      const others = Object.entries(SERVES).filter(([name]) => name !== from);
      const reached = await Promise.all(
        others.map(async ([name, port]) => {
          const seconds = limitOf(allowed.includes(name));
          return (await reaches(from, name, port, seconds)) ? [name] : [];
        }),
      );
      expect(reached.flat().sort()).toEqual([...allowed].sort());
    });
  }

  test("an address of another tier does not help where a name does not", async () => {
    const [alertmanager, grafana, database] = await Promise.all([
      addresses("alertmanager"),
      addresses("grafana"),
      addresses("database"),
    ]);
    const tries: [string, Record<string, string>, number][] = [
      ["api-1", alertmanager, 9093],
      ["api-1", grafana, 3000],
      ["web-1", database, 5432],
      ["edge", database, 5432],
      ["grafana", database, 5432],
    ];
    for (const [from, targets, port] of tries) {
      for (const [tier, address] of Object.entries(targets)) {
        expect([from, tier, await reaches(from, address, port)]).toEqual([from, tier, false]);
      }
    }
  });

  test("members of the operator and egress networks cannot reach each other over them", async () => {
    const [prometheus, worker] = await Promise.all([addresses("prometheus"), addresses("worker-1")]);
    expect(await reaches("database", prometheus.operator ?? "", 9090)).toBe(false);
    expect(await reaches("alertmanager", worker.egress ?? "", 8001)).toBe(false);
  });

  test("a port on the host's loopback address is not reachable from inside", async () => {
    const gateways = await run("api-1", [
      "bash",
      "-c",
      "sed -n 's/^[^\\t]*\\t00000000\\t\\([0-9A-F]*\\).*/\\1/p' /proc/net/route",
    ]);
    const [hex = ""] = gateways.output.trim().split("\n");
    const gateway = (hex.match(/../g) ?? [])
      .reverse()
      .map((byte) => Number.parseInt(byte, 16))
      .join(".");
    expect(gateway).toMatch(/^\d+\.\d+\.\d+\.1$/);
    for (const port of [PORTS.alertmanager, PORTS.grafana, PORTS.database]) {
      expect([port, await reaches("api-1", gateway, port)]).toEqual([port, false]);
    }
  });

  test("data, front, telemetry and operations are internal", async () => {
    const networks = await docker.listNetworks({ filters: { label: ["mainstay.environment=dockertest"] } });
    const internal = networks
      .filter(({ Internal }) => Internal)
      .map(({ Name }) => Name.replace("mainstay-dockertest-", ""));
    expect(internal.sort()).toEqual(["cache", "database", "front", "operations", "telemetry"]);
  });

  test.skipIf(!OUTSIDE_POSSIBLE)("only those that need the internet get out of the host", async () => {
    const everyone = [...Object.keys(SERVES), "cache-exporter", "database-exporter"];
    const allowed = ["alertmanager", "api-1", "worker-1"];
    const reached = await withOutside((address) =>
      Promise.all(
        everyone.map(async (name) =>
          (await reaches(name, address, 9, limitOf(allowed.includes(name)))) ? [name] : [],
        ),
      ),
    );
    expect(reached.flat().sort()).toEqual(allowed);
  });
});
