import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { DATABASE_AUTHORITY } from "../../environment/aws-authorities";
import { databaseClass } from "../../environment/aws-sizes";
import { postgresMajor } from "../../environment/versions";
import type { AwsContext } from "../aws/context";
import { dailyWindow, sundayWindow } from "../aws/hours";
import { logGroup } from "../aws/logs";
import { physicalName } from "../aws/names";
import { bareRole } from "../aws/policy";
import { databaseParameters } from "./aws-parameters";

/** Another than the one every scanner tries. */
export const PORT = 5433;
/** The administrator; not a name every attacker tries, and of no service. */
export const MASTER = "mainstay";

/**
 * From this size on RDS stripes a disk, and these come with it at no cost; below it refuses any figures. Unsaid, the
 * provider would ask for those of before when a disk grows past it. "gp3 storage", Amazon RDS user guide.
 */
const STRIPED = { fromGiB: 400, performance: { iops: 12_000, storageThroughput: 500 } } as const;

const LOGS = ["postgresql", "upgrade"] as const;

/** Where an instance stands and what it may write to, made once for the database and its replicas. */
export interface Surroundings {
  readonly group: aws.ec2.SecurityGroup;
  /** The rules by which its clients get there. */
  readonly ways: readonly pulumi.Resource[];
  readonly subnets: aws.rds.SubnetGroup;
  readonly parameters: aws.rds.ParameterGroup;
  readonly monitoring: { readonly role: aws.iam.Role; readonly attachment: aws.iam.RolePolicyAttachment };
}

/** The administrator's password: made, kept and rotated by RDS, or given where RDS cannot. */
export type MasterPassword = { readonly managed: true } | { readonly password: pulumi.Output<string> };

const family = ({ environment }: AwsContext) => `postgres${postgresMajor(environment)}`;

export function parameterGroup(context: AwsContext, name: string, parent: pulumi.Resource) {
  // A group belongs to one major version: another needs another group, and the old one until the upgrade is done.
  return new aws.rds.ParameterGroup(
    `${name}-${family(context)}`,
    {
      namePrefix: `${context.prefix}-${name}-${family(context)}-`,
      family: family(context),
      description: "PostgreSQL of Mainstay",
      parameters: databaseParameters(context.environment),
    },
    { parent },
  );
}

/** RDS measures the host of an instance, and needs a role to write the figures down. */
export function monitoringRole(context: AwsContext, name: string, parent: pulumi.Resource) {
  const role = bareRole(context, `${name}-monitoring`, "monitoring.rds", { parent });
  const attachment = new aws.iam.RolePolicyAttachment(
    `${name}-monitoring`,
    {
      role: role.name,
      policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    },
    { parent },
  );
  return { role, attachment };
}

/** The database's instance. Its backups go on for as long as it is there, and a last one is made when it goes. */
export function primary(
  context: AwsContext,
  name: string,
  surroundings: Surroundings,
  master: MasterPassword,
  parent: pulumi.Resource,
): aws.rds.Instance {
  const { environment, keys } = context;
  const { database, backups, protectData } = environment;
  const identifier = physicalName("databaseInstance", context.prefix, name);
  // A second database of the same name must not find the first one's last snapshot in its way.
  const last = new random.RandomId(`${name}-last-snapshot`, { byteLength: 4 }, { parent });
  return new aws.rds.Instance(
    name,
    {
      ...common(context, identifier, surroundings),
      engine: "postgres",
      engineVersion: String(postgresMajor(environment)),
      allowMajorVersionUpgrade: environment.aws.allowMajorUpgrade,
      // Past its time a version is replaced, rather than paid for by the hour.
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      dbSubnetGroupName: surroundings.subnets.name,
      multiAz: environment.aws.multiZone,

      allocatedStorage: database.storageGiB,
      storageType: "gp3",
      ...(database.storageGiB >= STRIPED.fromGiB ? STRIPED.performance : {}),
      kmsKeyId: keys.data.arn,

      username: MASTER,
      ...("managed" in master
        ? { manageMasterUserPassword: true, masterUserSecretKmsKeyId: keys.secrets.arn }
        : { password: master.password }),

      backupRetentionPeriod: backups.retentionDays,
      backupWindow: dailyWindow(environment, 4),
      maintenanceWindow: sundayWindow(environment, 6),
      deleteAutomatedBackups: false,
      deletionProtection: protectData,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: pulumi.interpolate`${identifier}-last-${last.hex}`,
    },
    {
      ...options(context, identifier, surroundings, name, parent),
      protect: protectData,
      // AWS Backup sets both for its continuous backups.
      ignoreChanges: ["backupRetentionPeriod", "backupWindow"],
    },
  );
}

/** A copy that is read from, in the same region. */
export function replica(
  context: AwsContext,
  name: string,
  source: aws.rds.Instance,
  surroundings: Surroundings,
  parent: pulumi.Resource,
): aws.rds.Instance {
  const identifier = physicalName("databaseInstance", context.prefix, name);
  return new aws.rds.Instance(
    name,
    {
      ...common(context, identifier, surroundings),
      replicateSourceDb: source.identifier,
      skipFinalSnapshot: true,
    },
    options(context, identifier, surroundings, name, parent),
  );
}

/** What the database and its replicas have in common. */
function common({ environment, keys }: AwsContext, identifier: string, surroundings: Surroundings) {
  const { name: instanceClass } = databaseClass(environment.database) ?? { name: "" };
  return {
    identifier,
    instanceClass,
    port: PORT,
    publiclyAccessible: false,
    vpcSecurityGroupIds: [surroundings.group.id],
    parameterGroupName: surroundings.parameters.name,
    caCertIdentifier: DATABASE_AUTHORITY,
    iamDatabaseAuthenticationEnabled: true,
    storageEncrypted: true,
    // It grows by itself, to twice of what is asked for at most: a full disk stops a database. A replica's disk begins
    // as the database's, and does not follow it.
    maxAllocatedStorage: environment.database.storageGiB * 2,
    copyTagsToSnapshot: true,
    autoMinorVersionUpgrade: true,
    // What `up` says is done, is done.
    applyImmediately: true,
    enabledCloudwatchLogsExports: [...LOGS],
    monitoringInterval: 60,
    monitoringRoleArn: surroundings.monitoring.role.arn,
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: keys.data.arn,
    performanceInsightsRetentionPeriod: 7,
  } satisfies aws.rds.InstanceArgs;
}

/** The log groups stand before the instance: RDS would make its own, without a key and without an end. */
function options(
  context: AwsContext,
  identifier: string,
  { monitoring }: Surroundings,
  name: string,
  parent: pulumi.Resource,
) {
  const groups = LOGS.map((log) =>
    logGroup(context, `${name}-log-${log}`, { parent }, `/aws/rds/instance/${identifier}/${log}`),
  );
  return {
    parent,
    dependsOn: [...groups, monitoring.attachment],
    customTimeouts: { create: "90m", update: "120m", delete: "60m" },
  };
}
