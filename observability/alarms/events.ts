import type { Level } from "../alerts";

/**
 * Which events are meant. Their types and fields were read in the guides of ECS, RDS and AWS Backup, and in their
 * examples of events, on 25 November 2026.
 */
export interface Pattern {
  readonly source: string;
  readonly detailType: string;
  readonly resources?: readonly unknown[];
  /** What the event's `detail` has to hold, as EventBridge writes patterns. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * Something that happens once, and is told once: EventBridge hands it on. Its name is a section of
 * docs/runbooks/aws.md, as an alarm's is.
 */
export interface Event extends Pattern {
  readonly name: string;
  readonly level: Level;
  /** First sentence of the message; `<name>` stands for a value of `values`. */
  readonly text: string;
  /** JSON paths into the event, by the names the text uses. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * A release that did not get through.
 *
 * @param services start of the ARNs of the environment's services
 */
export const releaseEvents = (services: string): readonly Event[] => [
  {
    name: "DeploymentRolledBack",
    level: "warning",
    text: "A deployment failed in <service>: <reason>",
    values: { service: "$.resources[0]", reason: "$.detail.reason" },
    source: "aws.ecs",
    detailType: "ECS Deployment State Change",
    resources: [{ prefix: services }],
    detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
  },
];

/**
 * What RDS does to a database by itself: it moves to the stand-by, recovers, or cannot.
 *
 * @param instances ARNs: what events name as the identifier is not always the instance's
 */
export const databaseEvents = <T>(instances: readonly T[]): readonly Event[] => [
  {
    name: "DatabaseMoved",
    level: "warning",
    text: "The database <instance>: <message>",
    values: { instance: "$.detail.SourceIdentifier", message: "$.detail.Message" },
    source: "aws.rds",
    detailType: "RDS DB Instance Event",
    detail: {
      SourceArn: instances,
      EventCategories: ["failover", "failure", "low storage", "recovery"],
    },
  },
];

/**
 * Backups of AWS Backup, and the restores that prove them.
 *
 * @param trials ARN of the plan of those restores: an event of another restore names no plan
 */
export const backupEvents = <T>(vault: T, trials: T): readonly Event[] => [
  {
    name: "VaultBackupFailed",
    level: "warning",
    text: "A backup of <resource> ended as <state>",
    values: { resource: "$.detail.resourceArn", state: "$.detail.state" },
    source: "aws.backup",
    detailType: "Backup Job State Change",
    detail: { backupVaultName: [vault], state: ["FAILED", "ABORTED", "EXPIRED"] },
  },
  {
    name: "TrialRestoreFailed",
    level: "warning",
    text: "A trial restore of <type> ended as <status>",
    values: { type: "$.detail.resourceType", status: "$.detail.status" },
    source: "aws.backup",
    detailType: "Restore Job State Change",
    detail: { status: ["FAILED", "ABORTED"], restoreTestingPlanArn: [trials] },
  },
];

/** Tasks of a cluster that ended without being told to. A task started by hand ends, and is not meant. */
export const deadTasks = <T>(clusterArn: T): Pattern => ({
  source: "aws.ecs",
  detailType: "ECS Task State Change",
  detail: {
    clusterArn: [clusterArn],
    group: [{ prefix: "service:" }],
    lastStatus: ["STOPPED"],
    stopCode: ["EssentialContainerExited", "TaskFailedToStart"],
  },
});

/** Backups that are in a vault. */
export const finishedBackups = <T>(vault: T): Pattern => ({
  source: "aws.backup",
  detailType: "Backup Job State Change",
  detail: { backupVaultName: [vault], state: ["COMPLETED"] },
});

/**
 * Trial restores that came to a good end.
 *
 * @param trials ARN of their plan
 */
export const finishedTrials = <T>(trials: T): Pattern => ({
  source: "aws.backup",
  detailType: "Restore Job State Change",
  detail: { status: ["COMPLETED"], restoreTestingPlanArn: [trials] },
});
