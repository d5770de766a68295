/** Redis and memcached as a managed service: ElastiCache. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import {
  aSecret,
  atLeast,
  every,
  is,
  isSet,
  judge,
  matches,
  notOneOf,
  orAbsent,
  property,
  properties,
  shown,
  softened,
  some,
  unless,
} from "../expect";
import { resourceRule, type Finding } from "../rule";
import { MARKED_BY_SDK } from "../secrets";
import { ANY_CACHE, CACHE, CACHE_CLUSTER, SERVERLESS_CACHE } from "../tokens";

const GUIDE = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg";

const KEEPS_DATA = [...CACHE, ...SERVERLESS_CACHE];
const RUNS = [...CACHE, ...CACHE_CLUSTER];

type Check = (cache: Resource) => Finding[];

const isServerless = ({ type }: Resource) => SERVERLESS_CACHE.includes(type);

/** A node that belongs to a group has from it what is asked of a group. */
const unlessMember =
  (check: Check): Check =>
  (cache) =>
    CACHE_CLUSTER.includes(cache.type) && cache.inputs.replicationGroupId !== undefined ? [] : check(cache);

/** A check of caches by what they run, which of a group is never memcached. */
const byEngine =
  (ofRedis: Check, ofMemcached: Check): Check =>
  (cache) => {
    const { engine } = cache.inputs;
    if (CACHE.includes(cache.type)) return ofRedis(cache);
    if (engine === UNKNOWN) return softened([...ofRedis(cache), ...ofMemcached(cache)]);
    return engine === "memcached" ? ofMemcached(cache) : ofRedis(cache);
  };

const nothing: Check = () => [];

const RELEASE = matches(/^([7-9]|[1-9]\d)(\.|$)/, "7 or newer");

export const cache = [
  resourceRule({
    name: "cache-group",
    description:
      "Redis and Valkey are a replication group or serverless: a cluster by itself is not encrypted, asks nobody who they are, and is lost with its node.",
    severity: "high",
    remediation: "Declare an elasticache.ReplicationGroup or an elasticache.ServerlessCache instead",
    link: `${GUIDE}/at-rest-encryption.html`,
    types: CACHE_CLUSTER,
    check: unlessMember(property("engine", is("memcached"))),
  }),
  resourceRule({
    name: "cache-at-rest",
    description: "What a cache writes to disk is encrypted.",
    severity: "high",
    references: { fsbp: "ElastiCache.4", nag: "AEC3", checkov: "CKV_AWS_29", trivy: "AWS-0045" },
    remediation: "Set atRestEncryptionEnabled: true",
    types: CACHE,
    check: property("atRestEncryptionEnabled", is(true)),
  }),
  resourceRule({
    name: "cache-transit",
    description: "A cache takes encrypted connections only.",
    severity: "high",
    references: { fsbp: "ElastiCache.5", nag: "AEC3", checkov: "CKV_AWS_30", trivy: "AWS-0051" },
    remediation: 'Set transitEncryptionEnabled: true and transitEncryptionMode: "required"',
    types: RUNS,
    check: (cache) =>
      CACHE.includes(cache.type)
        ? properties({
            transitEncryptionEnabled: is(true),
            transitEncryptionMode: orAbsent(is("required")),
          })(cache)
        : byEngine(nothing, property("transitEncryptionEnabled", is(true)))(cache),
  }),
  resourceRule({
    name: "cache-auth",
    description: "Whoever uses a cache proves who they are.",
    severity: "high",
    references: { fsbp: "ElastiCache.6", nag: "AEC6", checkov: "CKV_AWS_31" },
    remediation: "Set userGroupIds, serverless userGroupId, or authToken to a secret",
    types: KEEPS_DATA,
    check: byEngine(judgeAuthentication, nothing),
  }),
  resourceRule({
    name: "cache-no-literal-token",
    description: `A cache's password is a secret. ${MARKED_BY_SDK}`,
    severity: "critical",
    remediation: "Make the token with random.RandomPassword, or wrap it in pulumi.secret",
    link: `${GUIDE}/auth.html`,
    types: CACHE,
    check: (resource) => ["authToken", "authTokenWo"].flatMap((key) => judge(resource, key, aSecret)),
  }),
  resourceRule({
    name: "cache-failover",
    description: "When a cache's primary fails, a replica takes over by itself.",
    severity: "medium",
    references: { fsbp: "ElastiCache.3", checkov: "CKV2_AWS_50" },
    remediation: "Set automaticFailoverEnabled: true, with two nodes or more",
    types: CACHE,
    production: true,
    check: property("automaticFailoverEnabled", is(true)),
  }),
  resourceRule({
    name: "cache-multi-az",
    description: "In production a cache's nodes stand in more than one zone.",
    severity: "medium",
    references: { nag: "AEC4" },
    remediation:
      "Set multiAzEnabled: true and numCacheClusters, or replicasPerNodeGroup, for two nodes or more",
    link: `${GUIDE}/AutoFailover.html`,
    types: CACHE,
    production: true,
    check: (resource) => [...judge(resource, "multiAzEnabled", is(true)), ...judgeNodes(resource)],
  }),
  resourceRule({
    name: "cache-backup",
    description: "A cache is backed up every day.",
    severity: "medium",
    references: {
      fsbp: "ElastiCache.1",
      nag: "ElastiCacheRedisClusterAutomaticBackup",
      checkov: "CKV_AWS_134",
      trivy: "AWS-0050",
    },
    remediation: "Set snapshotRetentionLimit to 1 or more",
    types: KEEPS_DATA,
    check: property("snapshotRetentionLimit", atLeast(1)),
  }),
  resourceRule({
    name: "cache-cmk",
    description: "A cache is encrypted with a key of its own.",
    severity: "low",
    references: { checkov: "CKV_AWS_191" },
    remediation: "Set kmsKeyId to a kms.Key's arn",
    link: `${GUIDE}/at-rest-encryption.html`,
    types: KEEPS_DATA,
    check: property("kmsKeyId", isSet),
  }),
  resourceRule({
    name: "cache-subnet-group",
    description: "A cache is in subnets chosen for it.",
    severity: "high",
    references: { fsbp: "ElastiCache.7", nag: "AEC1", checkov: "CKV_AWS_323" },
    remediation: "Set subnetGroupName to an elasticache.SubnetGroup's name, serverless subnetIds",
    types: ANY_CACHE,
    check: unlessMember((cache) =>
      isServerless(cache)
        ? judge(cache, "subnetIds", isSet)
        : judge(cache, "subnetGroupName", notOneOf("default")),
    ),
  }),
  resourceRule({
    name: "cache-security-groups",
    description: "A cache has security groups chosen for it.",
    severity: "high",
    remediation: "Set securityGroupIds",
    link: `${GUIDE}/elasticache-vpc-accessing.html`,
    types: ANY_CACHE,
    check: unlessMember(property("securityGroupIds", isSet)),
  }),
  resourceRule({
    name: "cache-version",
    description: "A cache runs a release that still gets security fixes.",
    severity: "medium",
    remediation: "Set engineVersion, serverless majorEngineVersion, to 7 or newer",
    link: `${GUIDE}/engine-versions.html`,
    types: KEEPS_DATA,
    check: byEngine(
      (cache) =>
        isServerless(cache)
          ? judge(cache, "majorEngineVersion", orAbsent(RELEASE))
          : judge(cache, "engineVersion", RELEASE),
      nothing,
    ),
  }),
  resourceRule({
    name: "cache-minor-upgrade",
    description: "Security fixes of a cache are installed by themselves.",
    severity: "medium",
    references: { fsbp: "ElastiCache.2", checkov: "CKV_AWS_322" },
    remediation: "Set autoMinorVersionUpgrade: true",
    types: RUNS,
    check: property(
      "autoMinorVersionUpgrade",
      // Of a cluster the provider takes a text.
      orAbsent({ ...is(true), test: (value) => String(value) === "true" }),
    ),
    remedy: () => ({ autoMinorVersionUpgrade: true }),
  }),
  resourceRule({
    name: "cache-port",
    description: "A cache listens on another port than the one every scanner tries.",
    severity: "low",
    references: { nag: "AEC5" },
    remediation: "Set port to another one than 6379 or 11211",
    link: `${GUIDE}/accessing-elasticache.html`,
    types: RUNS,
    check: unlessMember(property("port", notOneOf(6379, 11_211))),
  }),
  resourceRule({
    name: "cache-logs",
    description: "A cache's slow commands and its engine's log are kept.",
    severity: "low",
    remediation: "Set logDeliveryConfigurations for slow-log and engine-log",
    link: `${GUIDE}/Log_Delivery.html`,
    types: CACHE,
    check: judgeLogs,
  }),
];

function judgeAuthentication(resource: Resource): Finding[] {
  if (isServerless(resource)) return judge(resource, "userGroupId", isSet);
  const ways = ["userGroupIds", "authToken", "authTokenWo"].map((key) => judge(resource, key, isSet));
  const answer = some(
    ways.map((found) => (found.length === 0 ? true : found[0]?.outcome === "violation" ? false : undefined)),
  );
  return unless(answer, resource, "it has neither userGroupIds nor an authToken", "userGroupIds");
}

function judgeNodes(resource: Resource): Finding[] {
  const { numCacheClusters, replicasPerNodeGroup } = resource.inputs;
  if (numCacheClusters !== undefined) return judge(resource, "numCacheClusters", atLeast(2));
  if (replicasPerNodeGroup !== undefined) return judge(resource, "replicasPerNodeGroup", atLeast(1));
  return [
    {
      outcome: "violation",
      resource,
      property: "numCacheClusters",
      found: shown(undefined),
      allowed: "2 or more",
    },
  ];
}

function judgeLogs(resource: Resource): Finding[] {
  const { logDeliveryConfigurations: given } = resource.inputs;
  if (given === UNKNOWN) return judge(resource, "logDeliveryConfigurations", isSet);
  const types = list(given).map((one) => (one === UNKNOWN ? UNKNOWN : object(one).logType));
  const has = (wanted: string) => some(types.map((type) => (type === UNKNOWN ? undefined : type === wanted)));
  const answer = every([has("slow-log"), has("engine-log")]);
  return unless(
    answer,
    resource,
    "slow-log and engine-log are not both delivered",
    "logDeliveryConfigurations",
  );
}
