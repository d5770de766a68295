import { givingSecret, SCALE_KEY, SECRETS_KEY, SHAPE_KEY, type Context } from "./context";
import { IMAGES } from "./images";
import { whereValid } from "./parse";
import { describe, type Problem } from "./problems";
import { answersOf, serviceBehind } from "./routes";
import type { Receiver, Scale } from "./scale";
import { OWNERS, secretOf } from "./scale-common";

/** Names that shape, scale and secrets use for one another's services, routes, images and secrets. */
export function checkNames(context: Context): Problem[] {
  return [checkServices, checkObserved, checkRoutes, checkProbes, checkImages, checkSecretNames].flatMap(
    (check) => whereValid(() => check(context)),
  );
}

const HOSTS = [
  ...["alertmanager", "backups", "cache", "database", "edge", "grafana"],
  ...["jaeger", "logs", "log-shipper", "migration", "monitoring", "prometheus", "tracing"],
];
/** Sidecars in a service's task on AWS. */
const COMPANIONS = ["authorities", "collector"];
const USERS = ["backup", "default", "exporter", "health", "mainstay", "migrator", "postgres"];
/** Role names PostgreSQL reserves; a service `pg` would have `pg_even` and `pg_odd` on AWS. */
const NO_ROLES = ["none", "pg", "public"];
/** Scrape jobs that are not called like their hosts. */
const JOBS = ["blackbox", "host", "loki", "probe", "redis", "shipper"];
/** Names of the environment's own hosts and containers, users of database and cache, and jobs of metrics. */
const RESERVED = [...HOSTS, ...COMPANIONS, ...USERS, ...NO_ROLES, ...JOBS];

function checkServices({ files, shape, scale }: Context): Problem[] {
  const names = Object.keys(shape.services);
  const sized = Object.keys(scale.services);
  const inShape = (key: string) => ({ file: files.project, key: `${SHAPE_KEY}.services.${key}` });
  const inScale = (key: string) => ({ file: files.stack, key: `${SCALE_KEY}.services.${key}` });
  return [
    ...names
      .filter((name) => RESERVED.includes(name) || /-(candidate|exporter)$/.test(name))
      .map((name) => ({
        ...inShape(name),
        found: "a reserved name",
        allowed: `anything but ${RESERVED.join(", ")}, and what ends in -candidate or -exporter`,
      })),
    ...sized
      .filter((name) => !names.includes(name))
      .map((name) => ({
        ...inScale(name),
        found: "a service the shape does not have",
        allowed: `one of ${names.join(", ")}`,
      })),
    ...names
      .filter((name) => !sized.includes(name))
      .map((name) => ({ ...inScale(name), found: "nothing", allowed: "an object with memoryMiB, cpus" })),
    ...sized
      .filter((name) =>
        whereValid(() => [
          scale.platform === "docker" &&
            scale.services[name]?.candidate !== undefined &&
            shape.services[name]?.routes.length === 0,
        ]).includes(true),
      )
      .map((name) => ({
        ...inScale(`${name}.candidate`),
        found: "a candidate of a service without routes",
        allowed: `no candidate, or routes at ${SHAPE_KEY}.services.${name}.routes`,
      })),
  ];
}

/** Services that `observability/` knows by name, and what each has to be. All others have the common alerts only. */
const OBSERVED = {
  api: "the service that answers users' requests",
  worker: "the service that works through the queue",
} as const;

/** An objective about a missing service would fail forever, and an alert about it never fire. */
function checkObserved({ files, shape }: Context): Problem[] {
  const why = "objectives, alerts and boards are about it";
  return Object.entries(OBSERVED).flatMap(([name, what]) =>
    whereValid(() => {
      const at = (key: string) => ({
        file: files.project,
        key: `${SHAPE_KEY}.services.${key}`,
        found: "nothing",
      });
      const service = Object.hasOwn(shape.services, name) ? shape.services[name] : undefined;
      if (!service) return [{ ...at(name), allowed: `${what}, under this name: ${why}` }];
      if (service.metricsPath !== null) return [];
      return [{ ...at(`${name}.metricsPath`), allowed: `a path such as "/metrics": ${why}` }];
    }),
  );
}

/** No two services may have the same route. */
function checkRoutes({ files, shape }: Context): Problem[] {
  const holders = new Map<string, string>();
  return Object.keys(shape.services).flatMap((name) =>
    whereValid(() => shape.services[name]?.routes ?? []).flatMap((route, index) => {
      const at = `services.${name}.routes[${index}]`;
      const holder = holders.get(route);
      if (holder !== undefined) {
        const found = `${describe(route)}, which ${holder} has too`;
        return [{ file: files.project, key: `${SHAPE_KEY}.${at}`, found, allowed: "a route of its own" }];
      }
      holders.set(route, at);
      return [];
    }),
  );
}

/** Every public service needs a path that can be probed, and that path has to lead to the service itself. */
function checkProbes(context: Context): Problem[] {
  const { files, shape } = context;
  return Object.keys(shape.services).flatMap((name) =>
    whereValid(() => {
      const service = shape.services[name];
      const path = service?.probe?.path;
      if (path === undefined) return unprobed(context, name);
      const answering = serviceBehind(shape.services, path);
      if (answering === name) return [];
      return [
        {
          file: files.project,
          key: `${SHAPE_KEY}.services.${name}.probe.path`,
          found: `${describe(path)}, which ${answering ?? "no service"} answers`,
          allowed: "a path below the service's own routes",
        },
      ];
    }),
  );
}

function unprobed({ files, shape }: Context, name: string): Problem[] {
  const service = shape.services[name];
  if (!service || service.routes.length === 0 || answersOf(shape.services, name).length > 0) return [];
  const { ready } = service.health;
  return [
    {
      file: files.project,
      key: `${SHAPE_KEY}.services.${name}.probe`,
      found: `nothing, and ${describe(ready)} of health.ready, which ${serviceBehind(shape.services, ready) ?? "no service"} answers`,
      allowed: "a path below the service's own routes and its status: something the probes can ask it for",
    },
  ];
}

function checkImages({ files, shape, scale }: Context): Problem[] {
  const known = new Set([...Object.keys(IMAGES), ...Object.keys(scale.images)]);
  const ofServices = Object.keys(shape.services).flatMap((name) =>
    whereValid(() => [{ key: `services.${name}.image`, image: shape.services[name]?.image ?? "" }]),
  );
  const ofMigration = whereValid(() =>
    shape.migration ? [{ key: "migration.image", image: shape.migration.image }] : [],
  );
  const used = [...ofServices, ...ofMigration];
  const unknown = used
    .filter(({ image }) => !known.has(image))
    .map(({ key, image }) => ({
      file: files.project,
      key: `${SHAPE_KEY}.${key}`,
      found: describe(image),
      allowed: `one of ${[...known].join(", ")}, or a name that ${SCALE_KEY}.images defines`,
    }));
  const wanted = new Set<string>([...Object.keys(IMAGES), ...used.map(({ image }) => image)]);
  const unused = Object.keys(scale.images)
    .filter((name) => !wanted.has(name))
    .map((name) => ({
      file: files.stack,
      key: `${SCALE_KEY}.images.${name}`,
      found: "an image nothing uses",
      allowed: `one of ${[...wanted].join(", ")}`,
    }));
  return [...unknown, ...unused];
}

/** All lists of receivers, by their keys. */
export function receiverLists({ owners, ...general }: Scale["receivers"]): [string, readonly Receiver[]][] {
  const own = OWNERS.flatMap((owner) =>
    (["critical", "warning", "info"] as const).map((level): [string, readonly Receiver[]] => [
      `owners.${owner}.${level}`,
      owners[owner]?.[level] ?? [],
    ]),
  );
  return [...Object.entries(general), ...own];
}

/** Every place where a receiver or certificate names a secret. */
export function secretsNamed(scale: Scale): readonly { key: string; name: string }[] {
  const { receivers } = scale;
  const certificate = scale.platform === "docker" ? scale.edge.certificate : undefined;
  return [
    ...receiverLists(receivers).flatMap(([who, all]) =>
      all.flatMap((receiver, index) => {
        const name = secretOf(receiver);
        return name === undefined ? [] : [{ key: `receivers.${who}[${index}].secret`, name }];
      }),
    ),
    ...(certificate?.kind === "provided"
      ? (["chainSecret", "keySecret"] as const).map((key) => ({
          key: `edge.certificate.${key}`,
          name: certificate[key],
        }))
      : []),
  ];
}

/** Every secret that is named has to be set. */
function checkSecretNames({ stack, files, scale, secrets }: Context): Problem[] {
  const given = Object.keys(secrets);
  return secretsNamed(scale)
    .filter(({ name }) => !given.includes(name))
    .map(({ key, name }) => ({
      file: files.stack,
      key: `${SCALE_KEY}.${key}`,
      found: `the name ${name}, which ${SECRETS_KEY} does not have`,
      allowed: `a secret given with: ${givingSecret(stack, name)}`,
    }));
}
