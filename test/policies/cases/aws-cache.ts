import { TOPICS } from "../../../policies/rules";
import { awsStack } from "../support/aws-stack";
import { inputs, topic, type Case, type Topic } from "../support/cases";

type OfOne = Omit<Case, "at">;

/** What is asked of each cache, whatever its kind. */
const SECURITY_GROUPS: OfOne = {
  rule: "cache-security-groups",
  path: "securityGroupIds",
  bad: [],
  unknown: "pass",
  says: "securityGroupIds is an empty list; allowed: any value.",
};

/** Of those whose nodes have subnets of their own. */
const IN_SUBNETS: readonly OfOne[] = [
  {
    rule: "cache-subnet-group",
    path: "subnetGroupName",
    bad: "default",
    says: 'subnetGroupName is "default"; allowed: anything but default.',
  },
  SECURITY_GROUPS,
];

/** Of those that keep data. */
const KEPT: readonly OfOne[] = [
  {
    rule: "cache-backup",
    path: "snapshotRetentionLimit",
    bad: 0,
    says: "snapshotRetentionLimit is 0; allowed: 1 or more.",
  },
  {
    rule: "cache-cmk",
    path: "kmsKeyId",
    bad: "",
    unknown: "pass",
    says: 'kmsKeyId is ""; allowed: any value.',
  },
];

export const CACHE: Topic = topic("ElastiCache", awsStack, TOPICS.ElastiCache ?? [], [
  {
    rule: "cache-version",
    at: "cache",
    path: "engineVersion",
    bad: "5.0.6",
    says: 'engineVersion is "5.0.6"; allowed: 7 or newer.',
  },
  ...inputs(
    "cache",
    {
      rule: "cache-at-rest",
      path: "atRestEncryptionEnabled",
      bad: false,
      says: "atRestEncryptionEnabled is false; allowed: true.",
    },
    {
      rule: "cache-transit",
      path: "transitEncryptionEnabled",
      bad: false,
      says: "transitEncryptionEnabled is false; allowed: true.",
    },
    {
      rule: "cache-transit",
      path: "transitEncryptionMode",
      bad: "preferred",
      absent: "pass",
      says: 'transitEncryptionMode is "preferred"; allowed: required, or not set.',
    },
    {
      rule: "cache-auth",
      path: "userGroupIds",
      bad: [],
      says: "It has neither userGroupIds nor an authToken.",
    },
    {
      rule: "cache-no-literal-token",
      path: "authToken",
      bad: "in-plain-sight",
      absent: "pass",
      says: "authToken is plain text; allowed: a secret.",
    },
    {
      rule: "cache-failover",
      path: "automaticFailoverEnabled",
      bad: false,
      says: "automaticFailoverEnabled is false; allowed: true.",
    },
    {
      rule: "cache-multi-az",
      path: "multiAzEnabled",
      bad: false,
      says: "multiAzEnabled is false; allowed: true.",
    },
    {
      rule: "cache-multi-az",
      path: "numCacheClusters",
      bad: 1,
      says: "numCacheClusters is 1; allowed: 2 or more.",
    },
    ...KEPT,
    ...IN_SUBNETS,
    {
      rule: "cache-minor-upgrade",
      path: "autoMinorVersionUpgrade",
      bad: false,
      absent: "pass",
      says: "autoMinorVersionUpgrade is false; allowed: true, or not set.",
    },
    {
      rule: "cache-port",
      path: "port",
      bad: 6379,
      says: "port is 6379; allowed: anything but 6379, 11211.",
    },
    {
      rule: "cache-logs",
      path: "logDeliveryConfigurations",
      bad: [],
      says: "Slow-log and engine-log are not both delivered.",
    },
  ),
  ...inputs(
    "memcached",
    {
      rule: "cache-group",
      path: "engine",
      bad: "redis",
      says: 'engine is "redis"; allowed: memcached.',
    },
    {
      rule: "cache-transit",
      path: "transitEncryptionEnabled",
      bad: false,
      says: "transitEncryptionEnabled is false; allowed: true.",
    },
    ...IN_SUBNETS,
    {
      rule: "cache-minor-upgrade",
      path: "autoMinorVersionUpgrade",
      bad: "false",
      absent: "pass",
      says: 'autoMinorVersionUpgrade is "false"; allowed: true, or not set.',
    },
    {
      rule: "cache-port",
      path: "port",
      bad: 11_211,
      says: "port is 11211; allowed: anything but 6379, 11211.",
    },
  ),
  ...inputs(
    "serverless",
    {
      rule: "cache-auth",
      path: "userGroupId",
      bad: "",
      says: 'userGroupId is ""; allowed: any value.',
    },
    ...KEPT,
    {
      rule: "cache-subnet-group",
      path: "subnetIds",
      bad: [],
      unknown: "pass",
      says: "subnetIds is an empty list; allowed: any value.",
    },
    SECURITY_GROUPS,
    {
      rule: "cache-version",
      path: "majorEngineVersion",
      bad: "6",
      absent: "pass",
      says: 'majorEngineVersion is "6"; allowed: 7 or newer, or not set.',
    },
  ),
]);
