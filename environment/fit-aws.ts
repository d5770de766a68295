import { cacheNode, databaseClass, fargateSize, type Need } from "./aws-sizes";
import { SCALE_KEY, SHAPE_KEY, type Context } from "./context";
import type { AwsEnvironment } from "./environment";
import { BASE_IMAGES } from "./images";
import { whereValid } from "./parse";
import { describe, type Problem } from "./problems";

/** Everything declared has to be something AWS has, in the account and region that are named. */
export function checkFitOnAws(context: Context, environment: AwsEnvironment): Problem[] {
  return [checkZones, checkCopyRegion, checkSizes, checkReplicas, checkImages, checkBackups].flatMap(
    (check) => whereValid(() => check(context, environment)),
  );
}

const inScale = ({ files }: Context, key: string) => ({ file: files.stack, key: `${SCALE_KEY}.${key}` });

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

/** A size nothing holds is said beside the largest there is. */
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

/** Nobody else publishes the images that are built from `services/`: they come from the account's own registry. */
function checkImages(context: Context, { aws, images, migration, services }: AwsEnvironment): Problem[] {
  const registry = `${aws.accountId}.dkr.ecr.${aws.region}.amazonaws.com/`;
  const own = new Set([
    ...Object.keys(BASE_IMAGES),
    ...services.map(({ image }) => image),
    ...(migration ? [migration.image] : []),
  ]);
  return [...own].flatMap((name) => {
    const image = images[name];
    if (image === undefined || (image.startsWith(registry) && image.includes("@sha256:"))) return [];
    const allowed = `an image of the account's own registry with its digest: ${registry}…@sha256:…`;
    return [{ ...inScale(context, `images.${name}`), found: describe(image), allowed }];
  });
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
