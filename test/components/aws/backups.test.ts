import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { awsCron } from "../../../components/backups/aws-cron";
import type { Graph, Json, Resource } from "../../../graph";
import { container, dataGraph, variables, waitsFor } from "../support/aws-data";
import { behind, names, ofType, only, statements } from "../support/aws-read";

const s3 = (name: string) => `aws:s3/bucket${name}:Bucket${name}`;

let prod: Graph;
let staging: Graph;
beforeAll(async () => {
  prod = await dataGraph({ production: true });
  staging = await dataGraph({ production: false });
}, 60_000);

describe.each([
  ["backups-bucket", "keys-data", "access-logs", "mainstay-prod-backups-"],
  ["copies-bucket", "copies", "copies-access-logs", "mainstay-prod-copies-"],
])("the bucket %s", (name, key, logs, prefix) => {
  /** What is declared beside it, of one kind. */
  const beside = (kind: string): Resource => {
    const found = ofType(prod, s3(kind)).filter((one) => behind(prod, one, "bucket").includes(name));
    expect(found.map(({ type }) => type)).toEqual([s3(kind)]);
    return found[0] ?? only(prod, s3(kind));
  };

  test("can be locked, and is protected", () => {
    const bucket = only(prod, s3(""), name);
    expect(bucket.inputs).toEqual({ bucketPrefix: prefix, forceDestroy: false, objectLockEnabled: true });
    expect(bucket.protect).toBe(true);
  });

  test("encrypts with a key of its own region", () => {
    const encryption = beside("ServerSideEncryptionConfiguration");
    expect(encryption.inputs.rules).toEqual([
      {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: expect.stringContaining(`key/${key}-`) as string,
        },
        bucketKeyEnabled: true,
      },
    ]);
    expect(behind(prod, encryption, "rules")).toEqual([key]);
  });

  test("is closed to the public in all four ways, owned by the account, and changed step by step", () => {
    const closed = beside("PublicAccessBlock");
    const { blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets } = closed.inputs;
    expect([blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    const owned = beside("OwnershipControls");
    expect(owned.inputs.rule).toEqual({ objectOwnership: "BucketOwnerEnforced" });
    expect(waitsFor(prod, owned, s3("PublicAccessBlock"))).toEqual([closed.name]);
    expect(waitsFor(prod, beside("Policy"), s3("OwnershipControls"))).toEqual([owned.name]);
  });

  test("refuses plain HTTP, for itself and for what is in it", () => {
    const [deny, ...more] = statements(beside("Policy").inputs.policy);
    expect(more).toEqual([]);
    const arn = expect.stringMatching(new RegExp(`^arn:aws:s3:::${prefix}[0-9a-f]{7}$`)) as string;
    const inside = expect.stringMatching(new RegExp(`^arn:aws:s3:::${prefix}[0-9a-f]{7}/\\*$`)) as string;
    expect(deny).toMatchObject({
      effect: "Deny",
      principal: "*",
      actions: ["s3:*"],
      resources: [arn, inside],
      condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  test("keeps each version for the retention time, and lets no old one go before", () => {
    const versioning = beside("Versioning");
    expect(versioning.inputs.versioningConfiguration).toEqual({ status: "Enabled" });
    const lock = beside("ObjectLockConfiguration");
    expect(lock.inputs.rule).toEqual({ defaultRetention: { mode: "GOVERNANCE", days: 30 } });
    const lifecycle = beside("LifecycleConfiguration");
    expect(lifecycle.inputs.rules).toEqual([
      {
        id: "remove-old-versions",
        status: "Enabled",
        filter: {},
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
      {
        id: "remove-delete-markers",
        status: "Enabled",
        filter: {},
        expiration: { expiredObjectDeleteMarker: true },
      },
    ]);
    for (const later of [lock, lifecycle])
      expect(waitsFor(prod, later, s3("Versioning"))).toEqual([versioning.name]);
  });

  test("has it written down who reads and writes it, where S3 may write", () => {
    const logging = beside("Logging");
    expect(behind(prod, logging, "targetBucket")).toEqual([logs]);
    expect(waitsFor(prod, logging, s3("Policy"))).toContain(logs);
  });
});

describe("copies in a second region", () => {
  const copies = () => prod.resources.filter(({ urn }) => urn.includes("mainstay:aws:BackupCopies"));

  test("are made by a provider of that region, for the same account, with the same tags", () => {
    const provider = only(prod, "pulumi:providers:aws", "copies");
    expect([provider.inputs.region, provider.inputs.allowedAccountIds]).toEqual([
      "eu-central-1",
      '["123456789012"]',
    ]);
    expect(provider.inputs.defaultTags).toBe(only(prod, "pulumi:providers:aws", "aws").inputs.defaultTags);
    const others = copies().filter(({ custom, provider: of }) => custom && of !== provider.urn);
    expect(others.map(({ name, type }) => `${type} ${name}`)).toEqual([]);
  });

  test("are a bucket, its access log, a vault and their key, and none where no region is named", () => {
    const made = copies().filter(({ type }) => /:(Bucket|Vault|Key)$/.test(type) && type.startsWith("aws:"));
    expect(names(made)).toEqual(["copies", "copies-access-logs", "copies-bucket", "copies-vault"]);
    expect(staging.resources.filter(({ name }) => name.startsWith("copies"))).toEqual([]);
    expect(ofType(staging, s3("ReplicationConfig"))).toEqual([]);
  });

  test("have a key that the account's policies decide of", () => {
    const key = only(prod, "aws:kms/key:Key", "copies");
    expect([key.inputs.enableKeyRotation, key.protect]).toEqual([true, true]);
    expect(statements(key.inputs.policy).map(({ sid, actions }) => [sid, actions])).toEqual([
      ["AccountDecides", ["kms:*"]],
    ]);
  });

  test("are of every version and deletion mark, encrypted, once both sides keep versions", () => {
    const replication = only(prod, s3("ReplicationConfig"));
    expect(behind(prod, replication, "bucket")).toEqual(["backups-bucket"]);
    expect(behind(prod, replication, "rules")).toEqual(["copies", "copies-bucket"]);
    expect(replication.inputs.rules).toEqual([
      {
        id: "everything",
        status: "Enabled",
        priority: 1,
        filter: {},
        deleteMarkerReplication: { status: "Enabled" },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
        destination: {
          bucket: expect.stringMatching(/^arn:aws:s3:::mainstay-prod-copies-/) as string,
          encryptionConfiguration: { replicaKmsKeyId: expect.stringContaining("key/copies-") as string },
        },
      },
    ]);
    expect(waitsFor(prod, replication, s3("Versioning"))).toEqual([
      "backups-bucket-versioning",
      "copies-bucket-versioning",
    ]);
    expect(waitsFor(prod, replication, "aws:iam/rolePolicy:RolePolicy")).toEqual(["backups-replication"]);
  });

  test("are made by a role that S3 takes, and that may read here and write there", () => {
    const role = only(prod, "aws:iam/role:Role", "backups-replication");
    expect(
      statements(role.inputs.assumeRolePolicy).map(({ services, actions, condition }) => [
        services,
        actions,
        condition,
      ]),
    ).toEqual([[["s3.amazonaws.com"], ["sts:AssumeRole"], {}]]);
    expect(granted("backups-replication")).toEqual([
      "s3:GetReplicationConfiguration s3:ListBucket: bucket",
      "s3:GetObjectVersionForReplication s3:GetObjectVersionAcl s3:GetObjectVersionTagging s3:GetObjectRetention s3:GetObjectLegalHold: bucket/*",
      "s3:ReplicateObject s3:ReplicateDelete s3:ReplicateTags: copies/*",
      "kms:Decrypt: keys-data via s3.eu-west-1.amazonaws.com",
      "kms:Encrypt kms:GenerateDataKey: copies via s3.eu-central-1.amazonaws.com",
    ]);
  });
});

/** What a role's policy grants, a line each, ARNs by what they are of. */
function granted(policy: string): string[] {
  const short = (arn: string) =>
    arn
      .replace(/^arn:aws:s3:::mainstay-prod-backups-[0-9a-f]{7}/, "bucket")
      .replace(/^arn:aws:s3:::mainstay-prod-copies-[0-9a-f]{7}/, "copies")
      .replace(/^arn:aws:kms:eu-west-1:123456789012:key\/([a-z-]+)-[0-9a-f]{7}$/, "$1");
  return statements(only(prod, "aws:iam/rolePolicy:RolePolicy", policy).inputs.policy).map(
    ({ effect, actions, resources, condition }) => {
      expect(effect).toBe("Allow");
      const via = condition.StringEquals?.["kms:ViaService"];
      const forResource = condition.Bool?.["kms:GrantIsForAWSResource"];
      return [
        `${actions.join(" ")}: ${resources.map(short).join(" ")}`,
        ...(via === undefined ? [] : [`via ${String(via)}`]),
        ...(forResource === undefined ? [] : [`for AWS's resources: ${String(forResource)}`]),
      ].join(" ");
    },
  );
}

describe("the vault", () => {
  const VAULT = "aws:backup/vault:Vault";
  const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";

  test.each([
    ["backups-vault", "keys-data", "mainstay-prod-backups-vault"],
    ["copies-vault", "copies", "mainstay-prod-copies-vault"],
  ])("%s is encrypted, protected and locked for the retention time", (name, key, physical) => {
    const vault = only(prod, VAULT, name);
    expect([vault.inputs.name, vault.inputs.forceDestroy, vault.protect]).toEqual([physical, false, true]);
    expect(behind(prod, vault, "kmsKeyArn")).toEqual([key]);
    const lock = only(prod, LOCK, name);
    expect(behind(prod, lock, "backupVaultName")).toEqual([name]);
    const { minRetentionDays, maxRetentionDays, changeableForDays } = lock.inputs;
    expect([minRetentionDays, maxRetentionDays, changeableForDays]).toEqual([30, 365, undefined]);
    // Else a change of the retention time would end with the deletion of the one lock there is.
    expect(lock.deleteBeforeReplace).toBe(true);
  });

  test("is filled every day and continuously, and the day's copied, for times its lock allows", () => {
    const plan = only(prod, "aws:backup/plan:Plan");
    const common = {
      targetVaultName: "mainstay-prod-backups-vault",
      lifecycle: { deleteAfter: 30 },
      startWindow: 60,
      completionWindow: 360,
    };
    expect(plan.inputs.rules).toEqual([
      {
        ...common,
        ruleName: "daily",
        schedule: "cron(0 2 * * ? *)",
        copyActions: [
          {
            destinationVaultArn: expect.stringContaining("mainstay-prod-copies-vault") as string,
            lifecycle: { deleteAfter: 30 },
          },
        ],
      },
      { ...common, ruleName: "continuous", schedule: "cron(0 14 * * ? *)", enableContinuousBackup: true },
    ]);
    expect(waitsFor(prod, plan, LOCK)).toEqual(["backups-vault"]);
    const lock = only(prod, LOCK, "backups-vault").inputs;
    const kept = (plan.inputs.rules as { lifecycle: { deleteAfter: number } }[]).map(
      ({ lifecycle }) => lifecycle.deleteAfter,
    );
    for (const days of kept) {
      expect(days).toBeGreaterThanOrEqual(Number(lock.minRetentionDays));
      expect(days).toBeLessThanOrEqual(Math.min(Number(lock.maxRetentionDays), 35));
    }
  });

  test("copies nothing where no region is named", () => {
    const [daily] = only(staging, "aws:backup/plan:Plan").inputs.rules as { copyActions: Json[] }[];
    expect(daily?.copyActions).toEqual([]);
  });

  test("gets the database, once the role may back it up", () => {
    const selection = only(prod, "aws:backup/selection:Selection");
    expect(behind(prod, selection, "resources")).toEqual(["database"]);
    expect(behind(prod, selection, "iamRoleArn")).toEqual(["backups-service"]);
    expect(waitsFor(prod, selection, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")).toEqual([
      "backups-service-ForBackup",
      "backups-service-ForRestores",
    ]);
    const attached = ofType(prod, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").filter(
      (one) => behind(prod, one, "role")[0] === "backups-service",
    );
    expect(attached.map(({ inputs }) => inputs.policyArn).sort()).toEqual([
      "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
      "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
    ]);
  });

  test("is used by a role that AWS Backup takes, with both keys", () => {
    const role = only(prod, "aws:iam/role:Role", "backups-service");
    expect(statements(role.inputs.assumeRolePolicy).map(({ services }) => services)).toEqual([
      ["backup.amazonaws.com"],
    ]);
    expect(granted("backups-service-keys")).toEqual([
      "kms:DescribeKey kms:Encrypt kms:Decrypt kms:ReEncrypt* kms:GenerateDataKey*: keys-data copies",
      "kms:CreateGrant: keys-data copies for AWS's resources: true",
    ]);
  });

  test("is proven twice a week by a restore beside the database, out of others' reach", () => {
    const plan = only(prod, "aws:backup/restoreTestingPlan:RestoreTestingPlan");
    expect(plan.inputs).toEqual({
      // No hyphen is allowed here.
      name: "mainstay_prod_backups",
      scheduleExpression: "cron(0 10 ? * 1,4 *)",
      startWindowHours: 1,
      recoveryPointSelection: {
        algorithm: "LATEST_WITHIN_WINDOW",
        includeVaults: [expect.stringContaining("vault/mainstay-prod-backups-vault")],
        recoveryPointTypes: ["SNAPSHOT"],
        selectionWindowDays: 7,
      },
    });
    const selection = only(prod, "aws:backup/restoreTestingSelection:RestoreTestingSelection");
    expect(behind(prod, selection, "protectedResourceArns")).toEqual(["database"]);
    expect(behind(prod, selection, "restoreTestingPlanName")).toEqual([plan.name]);
    const { name, protectedResourceType, protectedResourceConditions, restoreMetadataOverrides } =
      selection.inputs;
    expect([name, protectedResourceType, protectedResourceConditions]).toEqual([
      "mainstay_prod_backups",
      "RDS",
      undefined,
    ]);
    const { dbSubnetGroupName, vpcSecurityGroupIds } = restoreMetadataOverrides as Record<string, string>;
    const group = only(prod, "aws:rds/subnetGroup:SubnetGroup");
    expect(behind(prod, selection, "restoreMetadataOverrides")).toEqual(["database", "database"]);
    expect(dbSubnetGroupName).toMatch(new RegExp(`^${String(group.inputs.namePrefix)}`));
    expect(JSON.parse(vpcSecurityGroupIds ?? "")).toEqual([expect.stringMatching(/^securitygroup-/)]);
  });
});

describe("a schedule", () => {
  test.each([
    ["0 2 * * *", "cron(0 2 * * ? *)"],
    ["30 3 1,15 * *", "cron(30 3 1,15 * ? *)"],
    ["0 2 * * 0", "cron(0 2 ? * 1 *)"],
    ["0 2 * * 7", "cron(0 2 ? * 1 *)"],
    ["0 2 * * 1-5", "cron(0 2 ? * 2-6 *)"],
    ["0 2 * * 1-5/2", "cron(0 2 ? * 2-6/2 *)"],
    ["*/15 * * * *", "cron(*/15 * * * ? *)"],
  ])("%s is %s to AWS", (schedule, expression) => {
    expect(awsCron(schedule)).toBe(expression);
  });
});

describe("the backup runner", () => {
  test("writes to the bucket by its role, which cannot remove a version", () => {
    expect(granted("backups-task").filter((line) => !line.startsWith("aps:"))).toEqual([
      "s3:ListBucket s3:GetBucketLocation: bucket",
      "s3:GetObject s3:PutObject s3:DeleteObject: bucket/*",
      "kms:Decrypt kms:GenerateDataKey: keys-data via s3.eu-west-1.amazonaws.com",
    ]);
  });

  test("is told what it is told on Docker, and no secret", () => {
    const { AUTHORITIES, BACKUP_REPOSITORY, ...rest } = variables(container(prod, "backups", "runner"));
    expect(rest).toEqual({
      BACKUP_FULL_SCHEDULE: "0 2 * * *",
      BACKUP_EVENTS_SCHEDULE: "0 * * * *",
      BACKUP_EVENT_TABLES: "app.events",
      BACKUP_RETENTION_DAYS: "30",
      BACKUP_DRILL_SCHEDULE: "0 4 * * 0",
      BACKUP_DRILL_DIR: "/drill",
      BACKUP_DRILL_MIB: "102400",
      BACKUP_DRILL_TIMEOUT_MINUTES: "120",
      BACKUP_PORT: "9560",
      AWS_DEFAULT_REGION: "eu-west-1",
    });
    expect(BACKUP_REPOSITORY).toMatch(
      /^s3:https:\/\/s3\.eu-west-1\.amazonaws\.com\/mainstay-prod-backups-[0-9a-f]{7}\/restic$/,
    );
    expect(AUTHORITIES).toContain("BEGIN CERTIFICATE");
  });

  test("has the disk its drills may take beside the twenty GiB that every task has", () => {
    const { ephemeralStorage } = only(prod, "aws:ecs/taskDefinition:TaskDefinition", "backups").inputs;
    expect(ephemeralStorage).toEqual({ sizeInGib: 120 });
    expect(container(prod, "backups", "runner").mountPoints).toEqual([
      { sourceVolume: "tmp", containerPath: "/tmp", readOnly: false },
      { sourceVolume: "drill", containerPath: "/drill", readOnly: false },
    ]);
  });

  test("is one, and stays while its first backup runs: alive is enough to be healthy", () => {
    expect(only(prod, "aws:ecs/service:Service", "backups").inputs.desiredCount).toBe(1);
    expect(container(prod, "backups", "runner").healthCheck?.command.at(-1)).toContain("/health/live");
  });

  test("has a password that is never replaced", () => {
    const password = only(prod, "random:index/randomPassword:RandomPassword", "backups-password");
    expect([password.protect, password.inputs.keepers]).toEqual([true, undefined]);
  });

  test("runs another of its commands where a task of its own is asked to", () => {
    const script = readFileSync(resolve(__dirname, "../../../components/backups/start.sh"), "utf8");
    const folder = mkdtempSync(join(tmpdir(), "mainstay-start-"));
    try {
      writeFileSync(join(folder, "node"), '#!/bin/sh\necho "$#: $*"', { mode: 0o755 });
      const { stdout } = spawnSync("/bin/sh", ["-c", script.replaceAll("/tmp/secrets", folder)], {
        encoding: "utf8",
        env: {
          ...{ PATH: `${folder}:/usr/bin:/bin`, BACKUP_COMMAND: "once full" },
          ...{ PASSWORD: "", DATABASE_URL: "", AUTHORITIES: "" },
        },
      });
      expect(stdout).toBe("3: /backup/backup.cjs once full\n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("gets its secrets as files nobody else can read, and not in its environment", () => {
    const { entryPoint = [], command = [] } = container(prod, "backups", "runner");
    const script = readFileSync(resolve(__dirname, "../../../components/backups/start.sh"), "utf8");
    expect([...entryPoint, ...command]).toEqual(["/bin/sh", "-c", script]);
    const folder = mkdtempSync(join(tmpdir(), "mainstay-start-"));
    try {
      // Stands in for the runner, and says how it was started.
      const node = `#!/bin/sh
echo "$@"
env | grep -E '^(BACKUP|DATABASE|PASSWORD|AUTHORITIES|AWS)' | sort
cd ${folder}/secrets && stat -c '%a %n' . * && cat *`;
      writeFileSync(join(folder, "node"), node, { mode: 0o755 });
      const { status, stdout } = spawnSync(
        "/bin/sh",
        ["-c", script.replaceAll("/tmp/secrets", `${folder}/secrets`)],
        {
          encoding: "utf8",
          env: {
            PATH: `${folder}:/usr/bin:/bin`,
            PASSWORD: "of the repository",
            DATABASE_URL: "postgresql://$HOME%s",
            AUTHORITIES: "-----BEGIN\n-----END\n",
            AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/role",
          },
        },
      );
      expect([status, stdout.replaceAll(folder, "").split("\n")]).toEqual([
        0,
        [
          "/backup/backup.cjs run",
          "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/role",
          "BACKUP_DATABASE_URL_FILE=/secrets/database-url",
          "BACKUP_PASSWORD_FILE=/secrets/password",
          "DATABASE_CA_FILE=/secrets/database-authorities.pem",
          "700 .",
          "600 database-authorities.pem",
          "600 database-url",
          "600 password",
          "-----BEGIN",
          "-----END",
          "postgresql://$HOME%sof the repository",
        ],
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
