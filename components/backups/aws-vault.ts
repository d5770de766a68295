import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../aws/context";
import { hourAfterBackup } from "../aws/hours";
import { physicalName } from "../aws/names";
import { bareRole, policyDocument, type Statement } from "../aws/policy";
import { awsCron } from "./aws-cron";

/** Longest an operator's own backup may be kept, in days. What is kept for ever is paid for for ever. */
const LONGEST_DAYS = 365;

/** Minutes within which a backup has to have started and be done. */
const WINDOW = { startWindow: 60, completionWindow: 360 };

export interface LockedVault {
  readonly vault: aws.backup.Vault;
  readonly lock: aws.backup.VaultLockConfiguration;
}

/**
 * A vault whose backups nobody removes before their time, but for those who may take the lock itself away. (A lock
 * that nobody can take away any more would keep the vault in an environment that is long gone.)
 */
export function lockedVault(
  { environment, prefix }: AwsContext,
  name: string,
  keyArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): LockedVault {
  const vault = new aws.backup.Vault(
    name,
    {
      name: physicalName("backupVault", prefix, name),
      kmsKeyArn: keyArn,
      forceDestroy: !environment.protectData,
    },
    { parent, protect: environment.protectData },
  );
  const lock = new aws.backup.VaultLockConfiguration(
    name,
    {
      backupVaultName: vault.name,
      minRetentionDays: environment.backups.retentionDays,
      maxRetentionDays: LONGEST_DAYS,
    },
    // Other days are another lock to the provider. A vault has one: to delete the former afterwards would unlock it.
    { parent, deleteBeforeReplace: true },
  );
  return { vault, lock };
}

/** What AWS Backup acts as, and what has to be there before it does. */
export interface BackupRole {
  readonly role: aws.iam.Role;
  readonly ready: readonly pulumi.Resource[];
}

/**
 * What AWS Backup backs up and restores with.
 *
 * @param keyArns what backups and their copies are encrypted with
 */
export function backupRole(
  context: AwsContext,
  name: string,
  keyArns: readonly pulumi.Input<string>[],
  parent: pulumi.Resource,
): BackupRole {
  const role = bareRole(context, `${name}-service`, "backup", { parent });
  const attachments = ["ForBackup", "ForRestores"].map(
    (purpose) =>
      new aws.iam.RolePolicyAttachment(
        `${name}-service-${purpose}`,
        {
          role: role.name,
          policyArn: `arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicy${purpose}`,
        },
        { parent },
      ),
  );
  const keys = new aws.iam.RolePolicy(
    `${name}-service-keys`,
    { role: role.name, policy: policyDocument(useOf(keyArns)) },
    { parent },
  );
  return { role, ready: [...attachments, keys] };
}

const useOf = (keyArns: readonly pulumi.Input<string>[]): Statement[] => [
  {
    actions: ["kms:DescribeKey", "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
    resources: keyArns,
  },
  {
    actions: ["kms:CreateGrant"],
    resources: keyArns,
    conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
  },
];

/**
 * Backs a resource up every day, and continuously, so that it can be had as it was at any second of the retention
 * time; daily backups are copied where there is a vault for copies.
 */
export function plan(
  { environment }: AwsContext,
  name: string,
  { vault, lock }: LockedVault,
  copies: aws.backup.Vault | undefined,
  parent: pulumi.Resource,
): aws.backup.Plan {
  const { retentionDays, fullSchedule } = environment.backups;
  const lifecycle = { deleteAfter: retentionDays };
  const rule = { targetVaultName: vault.name, lifecycle, ...WINDOW };
  return new aws.backup.Plan(
    name,
    {
      name: physicalName("backupVault", `mainstay-${environment.name}`, name),
      rules: [
        {
          ...rule,
          ruleName: "daily",
          schedule: awsCron(fullSchedule),
          copyActions: copies ? [{ destinationVaultArn: copies.arn, lifecycle }] : [],
        },
        // At another time: of two rules that are due together only one is followed.
        {
          ...rule,
          ruleName: "continuous",
          schedule: `cron(0 ${hourAfterBackup(environment, 12)} * * ? *)`,
          enableContinuousBackup: true,
        },
      ],
    },
    { parent, dependsOn: [lock] },
  );
}
