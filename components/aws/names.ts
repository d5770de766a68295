import { createHash } from "node:crypto";

/** What AWS allows of a physical name: its length in characters, and what joins its parts. */
interface Rule {
  readonly longest: number;
  readonly joint: "-" | "_";
}

/**
 * Sources: the service's own API reference, field by field. A name that Pulumi completes with random
 * characters stands here with what those leave.
 */
export const NAME_RULES = {
  /** CreateReplicationGroup, ReplicationGroupId. */
  replicationGroup: { longest: 40, joint: "-" },
  /** CreateUser and CreateUserGroup of ElastiCache, UserId and UserGroupId. */
  cacheUser: { longest: 40, joint: "-" },
  /** CreateTargetGroup, Name: 32, of which Pulumi takes 8. */
  targetGroup: { longest: 24, joint: "-" },
  /** CreateDBInstance, DBInstanceIdentifier. */
  databaseInstance: { longest: 63, joint: "-" },
  /** CreateBucket: 63, of which Pulumi takes 26 behind a prefix. */
  bucketPrefix: { longest: 37, joint: "-" },
  /** CreateBackupVault, BackupVaultName. */
  backupVault: { longest: 50, joint: "-" },
  /** CreateRestoreTestingPlan, RestoreTestingPlanName: no hyphens. */
  restoreTestingPlan: { longest: 50, joint: "_" },
  /** CreateCanary, Name. */
  canary: { longest: 255, joint: "-" },
  /** CreateRole, RoleName. */
  role: { longest: 64, joint: "-" },
  /** CreatePolicy, PolicyName. */
  policy: { longest: 128, joint: "-" },
  /** CreateAlias, AliasName, without "alias/". */
  keyAlias: { longest: 250, joint: "-" },
  /** CreateBudget, BudgetName. */
  budget: { longest: 100, joint: "-" },
} as const satisfies Record<string, Rule>;

const DIGEST = 6;

/** Start of a bucket's name; it ends in a hyphen, which what AWS appends is parted by. */
export const bucketPrefix = (...parts: readonly string[]) =>
  `${physicalName("bucketPrefix", ...parts).slice(0, 36)}-`;

/**
 * A physical name within its limit. A longer one is cut, and ends in a digest of the whole, so that two long
 * names never become one.
 *
 * @param parts the environment's prefix first
 */
export function physicalName(kind: keyof typeof NAME_RULES, ...parts: readonly string[]): string {
  const { longest, joint }: Rule = NAME_RULES[kind];
  const whole = parts.join(joint).replace(/[-_]+/g, joint);
  if (whole.length <= longest) return whole;
  const digest = createHash("sha256").update(whole).digest("hex").slice(0, DIGEST);
  const start = whole.slice(0, longest - DIGEST - 1).replace(/[-_]+$/, "");
  return `${start}${joint}${digest}`;
}
