import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../aws/context";
import type { AwsDatabaseFacts } from "../aws/kind";
import { hourAfterBackup } from "../aws/hours";
import { physicalName } from "../aws/names";
import type { BackupRole } from "./aws-vault";

/**
 * Restores the newest backup of the database twice a week, to prove that it can be: beside the database, where nobody
 * but its own clients could reach it, and only for an hour. Returns the plan of it.
 */
export function restoreTest(
  { environment, prefix }: AwsContext,
  name: string,
  vault: aws.backup.Vault,
  role: BackupRole,
  database: AwsDatabaseFacts,
  parent: pulumi.Resource,
): aws.backup.RestoreTestingPlan {
  // Neither name may have a hyphen, as a name that Pulumi makes has.
  const physical = physicalName("restoreTestingPlan", prefix, name);
  const plan = new aws.backup.RestoreTestingPlan(
    name,
    {
      name: physical,
      // On Sunday, after maintenance, and on Wednesday: an alarm looks back seven days and no more, and one that comes
      // a minute later than the week before would be missed.
      scheduleExpression: `cron(0 ${hourAfterBackup(environment, 8)} ? * 1,4 *)`,
      startWindowHours: 1,
      recoveryPointSelection: {
        algorithm: "LATEST_WITHIN_WINDOW",
        includeVaults: [vault.arn],
        recoveryPointTypes: ["SNAPSHOT"],
        selectionWindowDays: 7,
      },
    },
    { parent },
  );
  new aws.backup.RestoreTestingSelection(
    name,
    {
      name: physical,
      restoreTestingPlanName: plan.name,
      iamRoleArn: role.role.arn,
      protectedResourceType: "RDS",
      protectedResourceArns: [database.instanceArn],
      restoreMetadataOverrides: {
        dbSubnetGroupName: database.subnetGroup,
        vpcSecurityGroupIds: pulumi.jsonStringify([database.securityGroupId]),
      },
      validationWindowHours: 1,
    },
    { parent, dependsOn: [...role.ready] },
  );
  return plan;
}
