import type { ContainerCreateOptions } from "dockerode";

/**
 * A container's inputs, as the graph holds them, in the words of Docker's API. What the provider does with them
 * stands in its source; here is the same for the inputs Mainstay uses. An input that is not known stops the
 * test: nothing of the graph may be left out silently.
 */
export function createOptions(inputs: Record<string, unknown>): ContainerCreateOptions {
  const rest = new Map(Object.entries(inputs));
  const take = <T>(key: string): T => {
    const value = rest.get(key);
    rest.delete(key);
    return value as T;
  };
  const MIB = 1024 * 1024;
  const limits = take<{ name: string; soft: number; hard: number }[] | undefined>("ulimits") ?? [];
  const mounts =
    take<{ type: "volume"; source: string; target: string; readOnly: boolean }[] | undefined>("mounts") ?? [];
  const ports =
    take<{ internal: number; external: number; ip: string; protocol: string }[] | undefined>("ports") ?? [];
  const capabilities = take<{ adds: string[]; drops: string[] }>("capabilities");
  const networks = take<{ name: string; aliases: string[] }[] | undefined>("networksAdvanced") ?? [];
  const labels = take<{ label: string; value: string }[]>("labels");
  // The provider's own: when it starts a container, and how long it waits.
  for (const key of [
    "mustRun",
    "start",
    "attach",
    "logs",
    "wait",
    "waitTimeout",
    "uploads",
    "destroyGraceSeconds",
  ])
    take(key);

  const options: ContainerCreateOptions = {
    name: take("name"),
    Image: take("image"),
    User: take("user"),
    Hostname: take("hostname"),
    Entrypoint: take("entrypoints"),
    Cmd: take("command"),
    Env: take("envs"),
    Labels: Object.fromEntries(labels.map(({ label, value }) => [label, value])),
    StopTimeout: take("stopTimeout"),
    Healthcheck: healthcheck(take("healthcheck")),
    ExposedPorts: Object.fromEntries(ports.map(({ internal, protocol }) => [`${internal}/${protocol}`, {}])),
    HostConfig: {
      NetworkMode: networks[0]?.name ?? take("networkMode"),
      ReadonlyRootfs: take("readOnly"),
      Privileged: take("privileged"),
      CapAdd: capabilities.adds,
      CapDrop: capabilities.drops,
      SecurityOpt: take("securityOpts"),
      IpcMode: take("ipcMode"),
      Init: take("init"),
      DnsOptions: take("dnsOpts"),
      Memory: take<number>("memory") * MIB,
      MemorySwap: take<number>("memorySwap") * MIB,
      NanoCpus: Math.round(Number(take<string>("cpus")) * 1e9),
      ShmSize: take<number>("shmSize") * MIB,
      Ulimits: limits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
      LogConfig: { Type: take("logDriver"), Config: take("logOpts") },
      Tmpfs: take("tmpfs"),
      Mounts: mounts.map(({ type, source, target, readOnly }) => ({
        Type: type,
        Source: source,
        Target: target,
        ReadOnly: readOnly,
      })),
      PortBindings: Object.fromEntries(
        ports.map(({ internal, external, ip, protocol }) => [
          `${internal}/${protocol}`,
          [{ HostIp: ip, HostPort: String(external) }],
        ]),
      ),
      RestartPolicy: { Name: take("restart") },
    },
    NetworkingConfig: {
      EndpointsConfig: Object.fromEntries(
        networks.slice(0, 1).map(({ name, aliases }) => [name, { Aliases: aliases }]),
      ),
    },
  };
  rest.delete("networkMode");
  if (rest.size > 0)
    throw new Error(`container inputs this test does not know: ${[...rest.keys()].join(", ")}`);
  return options;
}

function healthcheck(
  check:
    { tests: string[]; interval: string; timeout: string; startPeriod: string; retries: number } | undefined,
): ContainerCreateOptions["Healthcheck"] {
  if (!check) return undefined;
  return {
    Test: check.tests,
    Interval: nanoseconds(check.interval),
    Timeout: nanoseconds(check.timeout),
    StartPeriod: nanoseconds(check.startPeriod),
    Retries: check.retries,
  };
}

/** Go's way of writing times, as far as the graph has it: `1m30s`. */
function nanoseconds(duration: string): number {
  const parts = /^(?:(\d+)m)?(\d+)s$/.exec(duration);
  if (!parts) throw new Error(`not a duration: ${duration}`);
  return (Number(parts[1] ?? 0) * 60 + Number(parts[2])) * 1e9;
}
