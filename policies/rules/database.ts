/** PostgreSQL as a managed service: RDS, and Aurora. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import * as expect from "../expect";
import { resourceRule, type Finding } from "../rule";
import { MARKED_BY_SDK } from "../secrets";
import { AURORA, AURORA_INSTANCE, DATABASE } from "../tokens";

const {
  aSecret,
  atLeast,
  contains,
  is,
  isSet,
  judge,
  matches,
  notOneOf,
  oneOf,
  orAbsent,
  property,
  properties,
} = expect;

const GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide";

/** The oldest releases that are not affected by the flaw of the log_fdw extension, by major version. */
const FIRST_SAFE_MINOR: Readonly<Record<number, number>> = { 10: 17, 11: 12, 12: 7, 13: 3 };
/** The oldest major version that the community still mends. */
const OLDEST_MAJOR = 15;

const KEEPS_DATA = [...DATABASE, ...AURORA];
const RUNS = [...DATABASE, ...AURORA_INSTANCE];

const isReplica = ({ inputs: { replicateSourceDb, replicationSourceIdentifier } }: Resource) =>
  replicateSourceDb !== undefined || replicationSourceIdentifier !== undefined;

/** A replica takes these from its source. */
export const unlessReplica =
  (check: (resource: Resource) => Finding[]) =>
  (resource: Resource): Finding[] =>
    isReplica(resource) ? [] : check(resource);

const isAurora = ({ type }: Resource) => AURORA.includes(type);

interface Engine {
  /** What it calls the log of its errors. */
  readonly log: string;
  /** The port it listens on unless it is told otherwise, which every scanner tries. */
  readonly port: number;
}

const POSTGRES: Engine = { log: "postgresql", port: 5432 };

/** The others, by how their names begin; Aurora's are called as what they are like. */
const ENGINES: Readonly<Record<string, Engine>> = {
  mysql: { log: "error", port: 3306 },
  mariadb: { log: "error", port: 3306 },
  sqlserver: { log: "error", port: 1433 },
  oracle: { log: "alert", port: 1521 },
  db2: { log: "diag.log", port: 50_000 },
};

const engineOf = (name: string): Engine =>
  Object.entries(ENGINES).find(([start]) => name.replace(/^aurora-/, "").startsWith(start))?.[1] ?? POSTGRES;

/** A check that depends on the engine, which is PostgreSQL unless it is said. */
const byEngine =
  (check: (database: Resource, engine: Engine) => Finding[]) =>
  (database: Resource): Finding[] => {
    const { engine = "postgres" } = database.inputs;
    const findings = check(database, engineOf(String(engine)));
    return engine === UNKNOWN ? expect.softened(findings) : findings;
  };

export const database = [
  resourceRule({
    name: "rds-no-public",
    description: "A database cannot be reached from the internet.",
    severity: "critical",
    references: { fsbp: "RDS.2", nag: "RDSInstancePublicAccess", checkov: "CKV_AWS_17", trivy: "AWS-0180" },
    remediation: "Set publiclyAccessible: false",
    types: RUNS,
    check: property("publiclyAccessible", orAbsent(is(false))),
  }),
  resourceRule({
    name: "rds-encrypted",
    description: "A database's storage is encrypted.",
    severity: "high",
    references: { fsbp: "RDS.3", nag: "RDS2", checkov: "CKV_AWS_16", trivy: "AWS-0080" },
    remediation: "Set storageEncrypted: true",
    types: KEEPS_DATA,
    check: property("storageEncrypted", is(true)),
  }),
  resourceRule({
    name: "rds-cmk",
    description:
      "A database and its password are encrypted with keys of their own, which can be rotated and revoked.",
    severity: "low",
    remediation: "Set kmsKeyId and masterUserSecretKmsKeyId to a kms.Key",
    link: `${GUIDE}/Overview.Encryption.Keys.html`,
    types: KEEPS_DATA,
    check: unlessReplica((database) =>
      properties({
        kmsKeyId: isSet,
        ...(database.inputs.manageMasterUserPassword === true ? { masterUserSecretKmsKeyId: isSet } : {}),
      })(database),
    ),
  }),
  resourceRule({
    name: "rds-backup",
    description: "A database is backed up by itself, and kept for seven days or more.",
    severity: "high",
    references: { fsbp: "RDS.11", nag: "RDS13", checkov: "CKV_AWS_133", trivy: "AWS-0077" },
    remediation: "Set backupRetentionPeriod to 7 or more",
    types: KEEPS_DATA,
    check: unlessReplica(property("backupRetentionPeriod", atLeast(7))),
  }),
  resourceRule({
    name: "rds-deletion-protection",
    description: "A database cannot be deleted by mistake.",
    severity: "high",
    references: { fsbp: "RDS.8", nag: "RDS10", checkov: "CKV_AWS_293", trivy: "AWS-0177" },
    remediation: "Set deletionProtection: true",
    types: KEEPS_DATA,
    check: unlessReplica(property("deletionProtection", is(true))),
    remedy: () => ({ deletionProtection: true }),
  }),
  resourceRule({
    name: "rds-final-snapshot",
    description: "A database that is deleted leaves a last snapshot behind.",
    severity: "high",
    remediation: "Set skipFinalSnapshot: false and finalSnapshotIdentifier",
    link: `${GUIDE}/USER_DeleteInstance.html`,
    types: KEEPS_DATA,
    check: unlessReplica(
      properties({ skipFinalSnapshot: orAbsent(is(false)), finalSnapshotIdentifier: isSet }),
    ),
  }),
  resourceRule({
    name: "rds-multi-az",
    description: "In production a database has a standby in another zone.",
    severity: "medium",
    references: { fsbp: "RDS.5", nag: "RDS3", checkov: "CKV_AWS_157" },
    remediation: "Set multiAz: true",
    types: DATABASE,
    production: true,
    check: unlessReplica(property("multiAz", is(true))),
  }),
  resourceRule({
    name: "rds-iam-auth",
    description: "Users can prove who they are by their role instead of a password.",
    severity: "medium",
    references: { fsbp: "RDS.10", checkov: "CKV_AWS_161", trivy: "AWS-0176" },
    remediation: "Set iamDatabaseAuthenticationEnabled: true",
    types: KEEPS_DATA,
    check: property("iamDatabaseAuthenticationEnabled", is(true)),
  }),
  resourceRule({
    name: "rds-logs",
    description: "A database's log goes to CloudWatch.",
    severity: "medium",
    references: { fsbp: "RDS.36 RDS.9", nag: "RDSLoggingEnabled", checkov: "CKV_AWS_129" },
    remediation:
      'Set enabledCloudwatchLogsExports to the logs of the engine: ["postgresql", "upgrade"], or ["error", "slowquery"]',
    types: KEEPS_DATA,
    check: byEngine((database, { log }) => judge(database, "enabledCloudwatchLogsExports", contains(log))),
  }),
  resourceRule({
    name: "rds-enhanced-monitoring",
    description: "The figures of a database's host are collected.",
    severity: "low",
    references: { fsbp: "RDS.6", nag: "RDSEnhancedMonitoringEnabled", checkov: "CKV_AWS_118" },
    remediation: "Set monitoringInterval to 60 or less, and monitoringRoleArn",
    types: RUNS,
    check: property("monitoringInterval", oneOf(1, 5, 10, 15, 30, 60)),
  }),
  resourceRule({
    name: "rds-perf-insights",
    description: "What a database spends its time on is recorded, and encrypted with a key of its own.",
    severity: "low",
    references: { checkov: "CKV_AWS_353 CKV_AWS_354", trivy: "AWS-0133 AWS-0078" },
    remediation: "Set performanceInsightsEnabled: true and performanceInsightsKmsKeyId",
    link: `${GUIDE}/USER_PerfInsights.html`,
    types: RUNS,
    check: properties({ performanceInsightsEnabled: is(true), performanceInsightsKmsKeyId: isSet }),
  }),
  resourceRule({
    name: "rds-storage-grows",
    description: "A database's storage grows by itself before it is full.",
    severity: "medium",
    remediation: "Set maxAllocatedStorage above allocatedStorage",
    link: `${GUIDE}/USER_PIOPS.Autoscaling.html`,
    types: DATABASE,
    check: unlessReplica((database) => {
      const { allocatedStorage } = database.inputs;
      const least = typeof allocatedStorage === "number" ? allocatedStorage + 1 : 1;
      const grown = { ...atLeast(least), allowed: "more than allocatedStorage" };
      return judge(database, "maxAllocatedStorage", grown);
    }),
  }),
  resourceRule({
    name: "rds-minor-upgrade",
    description: "Security fixes of PostgreSQL are installed by themselves.",
    severity: "medium",
    references: { fsbp: "RDS.13", nag: "RDSAutomaticMinorVersionUpgradeEnabled", checkov: "CKV_AWS_226" },
    remediation: "Set autoMinorVersionUpgrade: true",
    types: RUNS,
    check: property("autoMinorVersionUpgrade", orAbsent(is(true))),
    remedy: () => ({ autoMinorVersionUpgrade: true }),
  }),
  resourceRule({
    name: "rds-copy-tags",
    description: "Snapshots bear the tags of their database, by which they are found and billed.",
    severity: "low",
    references: { fsbp: "RDS.17", checkov: "CKV2_AWS_60" },
    remediation: "Set copyTagsToSnapshot: true",
    types: KEEPS_DATA,
    check: property("copyTagsToSnapshot", is(true)),
    remedy: () => ({ copyTagsToSnapshot: true }),
  }),
  resourceRule({
    name: "rds-port",
    description: "A database listens on another port than the one every scanner tries.",
    severity: "low",
    references: { fsbp: "RDS.23", nag: "RDS11" },
    remediation: "Set port to another one than the engine's own, such as 5432 or 3306",
    types: KEEPS_DATA,
    // A replica whose port is not set has its source's.
    check: byEngine((database, { port }) => {
      const own = notOneOf(port);
      return judge(database, "port", isReplica(database) ? orAbsent(own) : own);
    }),
  }),
  resourceRule({
    name: "rds-admin-name",
    description: "The administrator does not have the name every attacker tries first.",
    severity: "medium",
    references: { fsbp: "RDS.25" },
    remediation: "Set username, of Aurora masterUsername, to a name of your own",
    types: KEEPS_DATA,
    check: unlessReplica((database) => {
      const own = notOneOf("postgres", "admin", "root", "master");
      // What is restored has the name it was saved with.
      const { snapshotIdentifier, restoreToPointInTime } = database.inputs;
      const isRestored = snapshotIdentifier !== undefined || restoreToPointInTime !== undefined;
      const input = isAurora(database) ? "masterUsername" : "username";
      return judge(database, input, isRestored ? orAbsent(own) : own);
    }),
  }),
  resourceRule({
    name: "rds-no-literal-password",
    description: `The administrator's password is made by AWS, or is a secret. ${MARKED_BY_SDK}`,
    severity: "critical",
    remediation: "Set manageMasterUserPassword: true and remove the password",
    link: `${GUIDE}/rds-secrets-manager.html`,
    types: KEEPS_DATA,
    check: unlessReplica(judgePassword),
  }),
  resourceRule({
    name: "rds-ca",
    description: "A database's certificate is signed by an authority that is still in force.",
    severity: "medium",
    references: { checkov: "CKV_AWS_211" },
    remediation: 'Set caCertIdentifier: "rds-ca-rsa2048-g1"',
    link: `${GUIDE}/UsingWithRDS.SSL.html`,
    types: RUNS,
    check: property(
      "caCertIdentifier",
      matches(/^rds-ca-(rsa2048|rsa4096|ecc384)-g\d+$/, "rds-ca-rsa2048-g1 or another of its generation"),
    ),
  }),
  resourceRule({
    name: "rds-version",
    description: "The major version of PostgreSQL is named, and still maintained.",
    severity: "medium",
    references: { checkov: "CKV_AWS_250 CKV_AWS_388" },
    remediation: `Set engineVersion to ${OLDEST_MAJOR} or later`,
    link: "https://www.postgresql.org/support/versioning/",
    types: KEEPS_DATA,
    check: unlessReplica((database) => {
      const { engine = "postgres" } = database.inputs;
      const findings = judge(database, "engineVersion", currentVersion);
      if (engine === UNKNOWN) return expect.softened(findings);
      return ["postgres", "aurora-postgresql"].includes(String(engine)) ? findings : [];
    }),
  }),
  resourceRule({
    name: "rds-keeps-backups",
    description: "A database's automatic backups outlive it for as long as they are kept.",
    severity: "low",
    remediation: "Set deleteAutomatedBackups: false",
    link: `${GUIDE}/USER_WorkingWithAutomatedBackups.html`,
    types: KEEPS_DATA,
    check: unlessReplica(property("deleteAutomatedBackups", is(false))),
    remedy: () => ({ deleteAutomatedBackups: false }),
  }),
];

const currentVersion = {
  ...isSet,
  allowed: `${OLDEST_MAJOR} or later`,
  test: (value: unknown) => {
    const [major = 0, minor] = String(value).split(".").map(Number);
    if (major < OLDEST_MAJOR) return false;
    return minor === undefined || minor >= (FIRST_SAFE_MINOR[major] ?? 0);
  },
};

/** Neither password nor its write-only twin may stand in the program in plain text. */
function judgePassword(resource: Resource): Finding[] {
  const { manageMasterUserPassword: managed } = resource.inputs;
  if (managed === true) return [];
  const inputs = isAurora(resource) ? ["masterPassword", "masterPasswordWo"] : ["password", "passwordWo"];
  const given = inputs.filter((key) => resource.inputs[key] !== undefined);
  if (given.length === 0) return judge(resource, "manageMasterUserPassword", is(true));
  return given.flatMap((key) => judge(resource, key, aSecret));
}
