import type { Environment } from "./environment";
import type { Problem } from "./problems";
import { SCALE_KEY, type Context } from "./resolve";

/** What one part of the environment takes of its host, all its copies together. */
export interface Share {
  readonly part: string;
  readonly memoryMiB: number;
  /** The largest CPU limit of one of its containers. */
  readonly cpus: number;
  readonly storageGiB: number;
}

/** Exporters that run beside the database, the cache and the edge. */
const EXPORTERS = 2;

/** Everything that runs on a single host, with its limits. */
export function shares({ services, database, cache, edge, monitoring, backups }: Environment): Share[] {
  const share = (part: string, of: { memoryMiB: number; cpus: number; storageGiB?: number }, copies = 1): Share => ({
    part,
    memoryMiB: of.memoryMiB * copies,
    cpus: of.cpus,
    storageGiB: (of.storageGiB ?? 0) * copies,
  });
  return [
    ...services.map((s) => share(`services.${s.name}`, s, s.replicas + (s.candidate?.replicas ?? 0))),
    share("database", database),
    share("cache", cache),
    share("edge", edge),
    share("monitoring.prometheus", monitoring.prometheus),
    share("monitoring.alertmanager", monitoring.alertmanager),
    share("monitoring.grafana", monitoring.grafana),
    share("monitoring.jaeger", monitoring.jaeger),
    share("monitoring.exporter", monitoring.exporter, EXPORTERS),
    share("backups", backups),
  ];
}

/**
 * Everything declared has to fit its host. Memory and disk are added up, because a limit that cannot be
 * met ends in a killed process or a full disk; CPU is shared in time, so only a single limit can be too high.
 */
export function checkFit({ files, scale }: Context, environment: Environment): Problem[] {
  const parts = shares(environment);
  const { host } = environment;
  const at = (key: string) => ({ file: files.stack, key: `${SCALE_KEY}.${key}` });
  const total = (of: "memoryMiB" | "storageGiB") => parts.reduce((sum, part) => sum + part[of], 0);
  const largest = (of: "memoryMiB" | "storageGiB") =>
    parts
      .filter((part) => part[of] > 0)
      .sort((a, b) => b[of] - a[of])
      .slice(0, 3)
      .map((part) => `${part.part} ${part[of]}`)
      .join(", ");

  const problems: Problem[] = [];
  if (total("memoryMiB") > host.memoryMiB) {
    const found = `${host.memoryMiB} MiB for limits of ${total("memoryMiB")} MiB (largest: ${largest("memoryMiB")})`;
    problems.push({ ...at("host.memoryMiB"), found, allowed: "a host with room for all limits, or smaller limits" });
  }
  if (total("storageGiB") > host.diskGiB) {
    const found = `${host.diskGiB} GiB for storage of ${total("storageGiB")} GiB (largest: ${largest("storageGiB")})`;
    problems.push({ ...at("host.diskGiB"), found, allowed: "a host with room for all storage, or smaller storage" });
  }
  for (const { part, cpus } of parts) {
    if (cpus > host.cpus) problems.push({ ...at(`${part}.cpus`), found: String(cpus), allowed: `at most the host's ${host.cpus}` });
  }
  if (scale.database.readReplicas > 0) {
    problems.push({ ...at("database.readReplicas"), found: String(scale.database.readReplicas), allowed: oneHost });
  }
  if (scale.cache.replicas > 0) {
    problems.push({ ...at("cache.replicas"), found: String(scale.cache.replicas), allowed: oneHost });
  }
  return [...problems, ...checkPorts(environment, at)];
}

const oneHost = "0 on platform docker: a copy on the same host would fail with it";

/** No port of the host is taken twice. */
function checkPorts({ edge, operatorPorts }: Environment, at: (key: string) => { file: string; key: string }): Problem[] {
  const taken = new Map<number, string>();
  const claims = [
    ["edge.httpPort", edge.httpPort],
    ["edge.httpsPort", edge.httpsPort],
    ...Object.entries(operatorPorts).map(([name, port]) => [`operatorPorts.${name}`, port] as const),
  ] as const;
  return claims.flatMap(([key, port]) => {
    const holder = taken.get(port);
    if (holder === undefined) {
      taken.set(port, key);
      return [];
    }
    return [{ ...at(key), found: `${port}, which ${holder} has too`, allowed: "a port of its own" }];
  });
}
