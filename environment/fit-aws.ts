import { databaseAuthority } from "./aws-authorities";
import { cacheNode, databaseClass, fargateSize, TASK_DISK_GIB, type Need } from "./aws-sizes";
import { type Context, inScale, SHAPE_KEY } from "./context";
import type { AwsEnvironment, Service } from "./environment";
import { AWS_IMAGES, BASE_IMAGES } from "./images";
import { whereValid } from "./parse";
import { describe, type Place, type Problem } from "./problems";
import { MOST_LEVELS, routeLevels, slotOf } from "./rule-priorities";
import { postgresMajor } from "./versions";

/** Checks that AWS has everything declared, in the account and region that are named. */
export function checkFitOnAws(context: Context, environment: AwsEnvironment): Problem[] {
  return [
    ...[checkName, checkServiceNames, checkDomain, checkZones, checkCopyRegion],
    ...[checkSizes, checkReplicas, checkImages],
    ...[checkRoutes, checkFirewall, checkDatabase, checkStorage, checkConnections],
    ...[checkBackups, checkSchedule, checkDrill, checkMigration],
  ].flatMap((check) => whereValid(() => check(context, environment)));
}

function checkZones(context: Context, { aws }: AwsEnvironment): Problem[] {
  return aws.zones.flatMap((zone, index) => {
    const at = inScale(context, `aws.zones[${index}]`);
    if (!zone.startsWith(aws.region))
      return [{ ...at, found: describe(zone), allowed: `a zone of the region ${aws.region}` }];
    if (aws.zones.indexOf(zone) < index)
      return [{ ...at, found: `${describe(zone)} again`, allowed: "three different zones" }];
    return [];
  });
}

function checkCopyRegion(context: Context, { aws }: AwsEnvironment): Problem[] {
  if (aws.copyRegion !== aws.region) return [];
  const allowed = "another region: a copy beside its original is lost with it";
  return [{ ...inScale(context, "aws.copyRegion"), found: describe(aws.copyRegion), allowed }];
}

/** A size that is too large is reported with the largest there is. */
function checkSizes(context: Context, environment: AwsEnvironment): Problem[] {
  const { services, database, cache, monitoring, backups } = environment;
  const { collector } = monitoring;
  const problem = (key: string, { memoryMiB, cpus }: Need, allowed: string): Problem => ({
    ...inScale(context, key),
    found: `${memoryMiB} MiB and ${cpus} cores`,
    allowed,
  });
  const task = (key: string, need: Need) =>
    fargateSize([need, collector])
      ? []
      : [problem(key, need, "with the collector beside it at most 16 cores and 120 GiB, in Fargate's steps")];
  return [
    ...services.flatMap((service) => task(`services.${service.name}`, service)),
    ...task("monitoring.grafana", monitoring.grafana),
    ...task("monitoring.exporter", monitoring.exporter),
    ...task("backups", backups),
    ...(databaseClass(database) ? [] : [problem("database", database, "at most 64 cores and 256 GiB")]),
    ...(cacheNode(cache) ? [] : [problem("cache", cache, "at most 64 cores and 209 GiB")]),
  ];
}

function checkReplicas(context: Context, { services }: AwsEnvironment): Problem[] {
  return services
    .filter(({ replicas, maxReplicas }) => maxReplicas !== undefined && maxReplicas < replicas)
    .map(({ name, replicas, maxReplicas }) => ({
      ...inScale(context, `services.${name}.maxReplicas`),
      found: String(maxReplicas),
      allowed: `at least its ${replicas} replicas`,
    }));
}

/**
 * Images of the app and those built from `services/` are pushed into the account's registry, under a name that is the
 * environment's. All others are copied there from where the images table has them, so they only need a digest.
 */
function checkImages(context: Context, environment: AwsEnvironment): Problem[] {
  const { aws, images, name: stack, services, migration } = environment;
  const registry = `${aws.accountId}.dkr.ecr.${aws.region}.amazonaws.com/mainstay-${stack}`;
  const own = new Set([
    ...AWS_IMAGES.filter((image) => image in BASE_IMAGES),
    ...services.map(({ image }) => image),
    ...(migration ? [migration.image] : []),
  ]);
  const problem = (image: string, allowed: string): Problem[] => [
    { ...inScale(context, `images.${image}`), found: describe(images[image]), allowed },
  ];
  return [
    ...[...own].flatMap((image) => {
      const place = `${registry}/${image}`;
      const reference = images[image];
      if (reference === undefined || (reference.startsWith(place) && isPinned(reference.slice(place.length))))
        return [];
      return problem(image, `an image of the account's own registry with its digest: ${place}@sha256:…`);
    }),
    ...AWS_IMAGES.flatMap((image) =>
      own.has(image) || images[image]?.includes("@sha256:")
        ? []
        : problem(image, "an image with its digest: name:tag@sha256:…"),
    ),
  ];
}

/** Whether what follows an image's name ends in a digest. */
const isPinned = (rest: string) => /^(:[^@/]+)?@sha256:/.test(rest);

/** Values one rule of a load balancer may compare a request's path with: "Quotas", Elastic Load Balancing guide. */
const MOST_ROUTES = 5;

/** Each service is one rule of the load balancer, and the first rule that matches wins. */
function checkRoutes({ files }: Context, { services }: AwsEnvironment): Problem[] {
  const at = (key: string) => ({ file: files.project, key: `${SHAPE_KEY}.services${key}` });
  const many = services
    .filter(({ routes }) => routes.length > MOST_ROUTES)
    .map(({ name, routes }) => ({
      ...at(`.${name}.routes`),
      found: `${routes.length} routes`,
      allowed: `at most ${MOST_ROUTES} on platform aws: one rule of the load balancer holds them`,
    }));
  const levels = routeLevels(services);
  if (levels) {
    const deep = [...levels]
      .filter(([, level]) => level >= MOST_LEVELS)
      .map(([name, level]) => ({
        ...at(`.${name}.routes`),
        found: `routes ${level} levels deep`,
        allowed: `at most ${MOST_LEVELS - 1} levels on platform aws: one for each name between the shortest one's slashes, and one above each service these lie below`,
      }));
    return [...many, ...deep, ...sameSlot(services, at)];
  }
  const found = "two services of which each has a route below one of the other's";
  const allowed =
    "routes of which one service's can all be tried first: on platform aws each service is one rule of the load balancer";
  return [...many, { ...at(""), found, allowed }];
}

/** A rule's priority is computed from its service's name, and no two rules may share one. */
function sameSlot(services: readonly Service[], at: (key: string) => Place): Problem[] {
  const names = services.filter(({ routes }) => routes.length > 0).map(({ name }) => name);
  return names.flatMap((name, index) => {
    const other = names.slice(0, index).find((one) => slotOf(one) === slotOf(name));
    if (other === undefined) return [];
    const found = `a name that gets the priority of ${other} among the load balancer's rules`;
    return [{ ...at(`.${name}`), found, allowed: "another name for one of the two on platform aws" }];
  });
}

/** The firewall's own bounds: "Rate-based rule statement" and "IP sets", AWS WAF developer guide. */
function checkFirewall({ files }: Context, { edge }: AwsEnvironment): Problem[] {
  const at = (key: string) => ({ file: files.project, key: `${SHAPE_KEY}.edge.${key}` });
  const { requestsPerMinute, metricsFrom } = edge;
  return [
    ...(requestsPerMinute >= 10
      ? []
      : [
          {
            ...at("requestsPerMinute"),
            found: String(requestsPerMinute),
            allowed: "at least 10 on platform aws: its firewall counts no fewer",
          },
        ]),
    ...metricsFrom.flatMap((range, index) =>
      range.endsWith("/0")
        ? [
            {
              ...at(`metricsFrom[${index}]`),
              found: describe(range),
              allowed: "a range of a part of all addresses on platform aws: /1 to /32",
            },
          ]
        : [],
    ),
  ];
}

/** Longest name of a stack. An X-Ray group's name has the least room: 32 characters, nine of them ours. */
export const LONGEST_NAME = 20;

/** As ids of ElastiCache users and of databases demand: no two hyphens in a row, and none at the end. */
const hasSingleHyphens = (name: string) => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name);

/** Names of databases, caches and buckets begin with the stack's, so it has to follow the rules of all of them. */
function checkName({ files }: Context, { name }: AwsEnvironment): Problem[] {
  if (hasSingleHyphens(name) && name.length <= LONGEST_NAME) return [];
  const allowed = `at most ${LONGEST_NAME} small letters and digits on platform aws, with single hyphens between them, and a letter first`;
  return [{ file: files.stack, key: "the stack's name", found: describe(name), allowed }];
}

/** A service's user of the cache has the service's name at the end of its id. */
function checkServiceNames({ files }: Context, { services }: AwsEnvironment): Problem[] {
  return services
    .filter(({ name }) => !hasSingleHyphens(name))
    .map(({ name }) => ({
      file: files.project,
      key: `${SHAPE_KEY}.services.${name}`,
      found: describe(name),
      allowed: "on platform aws single hyphens between letters and digits, and none at the end",
    }));
}

/** Longest name a certificate can be for: "AWS Certificate Manager public certificate characteristics", ACM user guide. */
const LONGEST_DOMAIN = 64;

function checkDomain(context: Context, { domain }: AwsEnvironment): Problem[] {
  if (domain.length <= LONGEST_DOMAIN) return [];
  const found = `${describe(domain)}, ${domain.length} characters`;
  const allowed = `at most ${LONGEST_DOMAIN} characters on platform aws: no certificate is for a longer one`;
  return [{ ...inScale(context, "domain"), found, allowed }];
}

/** Major versions of PostgreSQL the community still supports and RDS offers outside its preview environment. */
const POSTGRES = { oldest: 15, newest: 18 };

/** RDS runs its own PostgreSQL: the image only tells the major version. */
function checkDatabase(context: Context, environment: AwsEnvironment): Problem[] {
  const { images, aws } = environment;
  const major = postgresMajor(environment);
  const { oldest, newest } = POSTGRES;
  const known = major !== undefined && major >= oldest && major <= newest;
  return [
    ...(known
      ? []
      : [
          {
            ...inScale(context, "images.postgres"),
            found: describe(images.postgres),
            allowed: `an image whose tag begins with a major version RDS has, ${oldest} to ${newest}: "postgres:17.11"`,
          },
        ]),
    ...(databaseAuthority(aws.region) === undefined
      ? [
          {
            ...inScale(context, "aws.region"),
            found: `${describe(aws.region)}, whose databases' authority is not known`,
            allowed: "a region with RDS",
          },
        ]
      : []),
  ];
}

/** RDS's limits of a disk; the upper one is halved, because a disk may double by itself. */
function checkStorage(context: Context, { database }: AwsEnvironment): Problem[] {
  const [least, most] = [20, 32_768];
  const { storageGiB } = database;
  if (storageGiB >= least && storageGiB <= most) return [];
  const allowed = `${least} to ${most} GiB on platform aws`;
  return [{ ...inScale(context, "database.storageGiB"), found: String(storageGiB), allowed }];
}

/** RDS's own default for the memory, `DBInstanceClassMemory / 9531392`: with more the database may not start. */
function checkConnections({ files }: Context, { database }: AwsEnvironment): Problem[] {
  const size = databaseClass(database);
  if (!size) return [];
  const most = Math.min(Math.floor((size.memoryMiB * 1024 * 1024) / 9_531_392), 5000);
  if (database.maxConnections <= most) return [];
  return [
    {
      file: files.project,
      key: `${SHAPE_KEY}.database.maxConnections`,
      found: `${database.maxConnections}, with ${size.memoryMiB} MiB in ${files.stack}`,
      allowed: `at most ${most} on platform aws, or more memory for the database`,
    },
  ];
}

/** AWS's cron takes days of the month or of the week, not both. */
function checkSchedule({ files }: Context, { backups }: AwsEnvironment): Problem[] {
  const [, , day, , weekday] = backups.fullSchedule.split(" ");
  if (day === "*" || weekday === "*") return [];
  return [
    {
      file: files.project,
      key: `${SHAPE_KEY}.backups.fullSchedule`,
      found: describe(backups.fullSchedule),
      allowed: "a schedule by days of the month or of the week, not both, on platform aws",
    },
  ];
}

/** RDS keeps its own daily backups for at most 35 days. */
function checkBackups({ files }: Context, { backups }: AwsEnvironment): Problem[] {
  if (backups.retentionDays <= 35) return [];
  return [
    {
      file: files.project,
      key: `${SHAPE_KEY}.backups.retentionDays`,
      found: String(backups.retentionDays),
      allowed: "at most 35 on platform aws: continuous backups are kept no longer",
    },
  ];
}

/** A drill's disk is part of its task's. */
function checkDrill(context: Context, { backups }: AwsEnvironment): Problem[] {
  const most = TASK_DISK_GIB.most - TASK_DISK_GIB.own;
  if (backups.drillGiB <= most) return [];
  const allowed = `at most ${most} on platform aws: a task has ${TASK_DISK_GIB.most} GiB of disk, ${TASK_DISK_GIB.own} of them for its image`;
  return [{ ...inScale(context, "backups.drillGiB"), found: String(backups.drillGiB), allowed }];
}

/** The migration's task also creates the database's users and sets their passwords: without it nobody can log in. */
function checkMigration({ files }: Context, { migration, services }: AwsEnvironment): Problem[] {
  const at = (key: string) => ({ file: files.project, key: `${SHAPE_KEY}.${key}` });
  const why = "on platform aws: the migration's task makes the database's users";
  if (migration === null) return [{ ...at("migration"), found: "nothing", allowed: `a migration ${why}` }];
  if (services.some(({ needs }) => needs.includes("database"))) return [];
  const found = "no service that needs the database";
  return [{ ...at("services"), found, allowed: `at least one ${why}, and has its size` }];
}
