import type { AwsEnvironment, DockerEnvironment, Environment } from "./environment";
import { type Context, inScale, SHAPE_KEY } from "./context";
import { checkFitOnAws } from "./fit-aws";
import { checkCertificate } from "./fit-certificate";
import { checkHistory, checkReceivers, checkRunbooks, checkWebhooks } from "./fit-monitoring";
import { whereValid } from "./parse";
import type { Place, Problem } from "./problems";
import type { DockerScale } from "./scale";

/** What one part of the environment takes of its host, with all its copies. */
interface Share {
  readonly part: string;
  readonly memoryMiB: number;
  /** The largest CPU limit of one of its containers. */
  readonly cpus: number;
  readonly storageGiB: number;
}

/** Exporters that run: beside the database, beside the cache, beside the edge, and the host's own. */
const EXPORTERS = 4;

/** Everything that runs on a single host, with its limits. */
function shares({ services, database, cache, edge, monitoring, backups }: DockerEnvironment): Share[] {
  const share = (
    part: string,
    of: { memoryMiB: number; cpus: number; storageGiB?: number },
    copies = 1,
  ): Share => ({
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
    share("monitoring.loki", monitoring.loki),
    share("monitoring.shipper", monitoring.shipper),
    share("monitoring.exporter", monitoring.exporter, EXPORTERS),
    share("backups", { ...backups, storageGiB: backups.drillGiB + bucketGiB(backups) }),
  ];
}

const bucketGiB = ({ bucket }: DockerEnvironment["backups"]) =>
  bucket.kind === "volume" ? bucket.storageGiB : 0;

/** Checks that everything declared fits what it runs on. */
export function checkFit(context: Context, environment: Environment): Problem[] {
  const fit = whereValid(() => [environment.platform]).flatMap((platform) =>
    platform === "aws"
      ? checkFitOnAws(context, environment as AwsEnvironment)
      : checkFitOnHost(context, environment as DockerEnvironment),
  );
  const heard = [checkReceivers, checkWebhooks, checkRunbooks].flatMap((check) =>
    whereValid(() => check(context, environment)),
  );
  return [...fit, ...heard];
}

/**
 * Memory and disk are added up, because a limit that cannot be met ends in a killed process or a full disk; CPU is
 * shared in time, so only a single limit can be too high.
 */
const checkFitOnHost = (context: Context, environment: DockerEnvironment): Problem[] =>
  [checkHostNames, checkHost, checkCopies, checkPorts, checkProbed, checkHistory, checkCertificate].flatMap(
    (check) => whereValid(() => check(context, environment)),
  );

/** Linux's limit; Docker starts no container with a longer host name. */
const LONGEST_HOST_NAME = 64;
/** The longest name among the containers of every environment. */
const LONGEST_OWN = "database-exporter";

/** A container's host name is its own: the environment's, the service's, the release's and the copy's together. */
function checkHostNames({ files }: Context, { name: stack, services }: DockerEnvironment): Problem[] {
  const hostName = (container: string) => `mainstay-${stack}-${container}`;
  const ofServices = services.flatMap(({ name, replicas, candidate }) => [
    { service: name, host: hostName(`${name}-${replicas}`) },
    ...(candidate ? [{ service: name, host: hostName(`${name}-candidate-${candidate.replicas}`) }] : []),
  ]);
  const tooLong = (place: Place, host: string, shorter: string): Problem[] =>
    host.length <= LONGEST_HOST_NAME
      ? []
      : [
          {
            ...place,
            found: `a name of which a container is called ${host}, ${host.length} characters`,
            allowed: `one that leaves it at most ${LONGEST_HOST_NAME}, as Linux wants of a host: ${shorter}`,
          },
        ];
  return [
    ...tooLong({ file: files.stack, key: "the stack's name" }, hostName(LONGEST_OWN), "a shorter one"),
    ...ofServices.flatMap(({ service, host }) =>
      tooLong(
        { file: files.project, key: `${SHAPE_KEY}.services.${service}` },
        host,
        "a shorter one, or a shorter name of the stack",
      ),
    ),
  ];
}

function checkHost(context: Context, environment: DockerEnvironment): Problem[] {
  const parts = shares(environment);
  const { host } = environment;
  const at = (key: string) => inScale(context, key);
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
    problems.push({
      ...at("host.memoryMiB"),
      found,
      allowed: "a host with room for all limits, or smaller limits",
    });
  }
  if (total("storageGiB") > host.diskGiB) {
    const found = `${host.diskGiB} GiB for storage of ${total("storageGiB")} GiB (largest: ${largest("storageGiB")})`;
    problems.push({
      ...at("host.diskGiB"),
      found,
      allowed: "a host with room for all storage, or smaller storage",
    });
  }
  for (const { part, cpus } of parts) {
    if (cpus > host.cpus)
      problems.push({
        ...at(`${part}.cpus`),
        found: String(cpus),
        allowed: `at most the host's ${host.cpus}`,
      });
  }
  return problems;
}

/** The probes count as a client like any other: rate-limited, they would page. */
function checkProbed({ files }: Context, { services, monitoring, edge }: DockerEnvironment): Problem[] {
  const asked = services.filter(({ routes }) => routes.length > 0).length * (60 / monitoring.scrapeSeconds);
  if (edge.requestsPerMinute > asked) return [];
  return [
    {
      file: files.project,
      key: `${SHAPE_KEY}.edge.requestsPerMinute`,
      found: String(edge.requestsPerMinute),
      allowed: `more than the ${Math.ceil(asked)} a minute of the probes inside`,
    },
  ];
}

/** A copy on the same host fails with its original. */
function checkCopies(context: Context): Problem[] {
  const { database, cache } = context.scale;
  const allowed = "0 on platform docker: a copy on the same host would fail with it";
  const copies = [
    ["database.readReplicas", database.readReplicas],
    ["cache.replicas", cache.replicas],
  ] as const;
  return copies
    .filter(([, count]) => count > 0)
    .map(([key, count]) => ({ ...inScale(context, key), found: String(count), allowed }));
}

/** No port of the host is taken twice. */
function checkPorts(context: Context, { edge, operatorPorts }: DockerEnvironment): Problem[] {
  const { files } = context;
  const own = (context.scale as DockerScale).operatorPorts;
  const shared = Object.entries(operatorPorts).filter(([name]) => !(name in own));
  const claims = [
    { ...inScale(context, "edge.httpPort"), port: edge.httpPort },
    { ...inScale(context, "edge.httpsPort"), port: edge.httpsPort },
    ...shared.map(([name, port]) => ({
      file: files.project,
      key: `${SHAPE_KEY}.operatorPorts.${name}`,
      port,
    })),
    ...Object.entries(own).map(([name, port]) => ({ ...inScale(context, `operatorPorts.${name}`), port })),
  ];
  return claims.flatMap(({ file, key, port }, index) => {
    const holder = claims.slice(0, index).find((claim) => claim.port === port);
    if (holder === undefined) return [];
    return [{ file, key, found: `${port}, which ${holder.key} has too`, allowed: "a port of its own" }];
  });
}
