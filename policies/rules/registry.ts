/** The registry, backup vaults and the provider. */
import { parseUrn, UNKNOWN } from "../../graph/resource";
import { documentAt, judgeDocument, list, object } from "../documents";
import {
  atLeast,
  between,
  is,
  isEmptyOrAbsent,
  isSet,
  matches,
  oneOf,
  orAbsent,
  property,
  properties,
  unless,
} from "../expect";
import { graphRule, resourceRule } from "../rule";
import { aws } from "../tokens";
import { companion } from "./companion";
import { opensToAll, statements } from "./statements";

const REPOSITORY = aws("ecr", "repository");
const TAG = "mainstay:environment";

/** Even a secret key is one too many: it lasts for ever. What it is, is not shown. */
const noKey = {
  ...isEmptyOrAbsent,
  shown: false,
  allowed: "not set",
  test: (value: unknown) => value === "",
};

/** A rate, or times on days of the week, with no day of the month, month or year that would leave weeks out. */
const weekly = matches(
  /^(rate\(([1-7] days?|\d{1,2} hours?|1[0-5]\d hours|16[0-8] hours|\d{1,4} minutes?)\)|cron\(\S+ \S+ [*?] \* (\*|\?|[A-KM-Z\d,-]+)( \*)?\))$/,
  "a schedule that comes once a week or more often",
);

export const registry = [
  resourceRule({
    name: "ecr-immutable",
    description: "An image's tag, whichever it is, is not moved to another image.",
    severity: "medium",
    references: { fsbp: "ECR.2", checkov: "CKV_AWS_51", trivy: "AWS-0031" },
    remediation: 'Set imageTagMutability: "IMMUTABLE"',
    types: REPOSITORY,
    check: property("imageTagMutability", is("IMMUTABLE")),
  }),
  resourceRule({
    name: "ecr-scan",
    description: "Images are scanned when they are pushed.",
    severity: "medium",
    references: { fsbp: "ECR.1", checkov: "CKV_AWS_163", trivy: "AWS-0030" },
    remediation: "Set imageScanningConfiguration: { scanOnPush: true }",
    types: REPOSITORY,
    check: property("imageScanningConfiguration.scanOnPush", is(true)),
    remedy: ({ inputs }) => ({
      imageScanningConfiguration: { ...object(inputs.imageScanningConfiguration), scanOnPush: true },
    }),
  }),
  resourceRule({
    name: "ecr-private",
    description: "Only named accounts pull images or push them.",
    severity: "medium",
    references: { nag: "ECR1", trivy: "AWS-0032" },
    remediation: "Name principals in the policy",
    link: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
    types: aws("ecr", "repositoryPolicy"),
    check: statements(["policy"], opensToAll, "named principals"),
  }),
  resourceRule({
    name: "ecr-keeps-images",
    description: "A registry that holds images is not deleted with them.",
    severity: "medium",
    remediation: "Remove forceDelete",
    link: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-delete.html",
    types: REPOSITORY,
    check: property("forceDelete", orAbsent(is(false))),
    remedy: () => ({ forceDelete: false }),
  }),
  resourceRule({
    name: "ecr-cmk",
    description: "Images are stored encrypted with a key of KMS.",
    severity: "low",
    references: { checkov: "CKV_AWS_136" },
    remediation: 'Set encryptionConfigurations: [{ encryptionType: "KMS" }]',
    link: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html",
    types: REPOSITORY,
    check: properties({
      encryptionConfigurations: isSet,
      "encryptionConfigurations[*].encryptionType": oneOf("KMS", "KMS_DSSE"),
    }),
  }),
  resourceRule({
    name: "ecr-keeps-releases",
    description: "Ten versions or more of an image are kept, so that there is one to go back to.",
    severity: "medium",
    remediation: "Let images expire by imageCountMoreThan, with a countNumber of 10 or more",
    link: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
    types: aws("ecr", "lifecyclePolicy"),
    check: (policy) =>
      judgeDocument(policy, "policy", (content) =>
        list(object(content).rules).flatMap((rule, index) => {
          const { tagStatus, countType, countNumber } = object(object(rule).selection);
          if (tagStatus === "untagged") return [];
          if (countType === "imageCountMoreThan" && Number(countNumber) >= 10) return [];
          return [{ outcome: "violation", what: `rule ${index + 1} keeps fewer than 10 versions` } as const];
        }),
      ),
  }),
  resourceRule({
    name: "aws-provider-no-keys",
    description: "No access key stands in the program.",
    severity: "critical",
    remediation: "Remove accessKey, secretKey and token; take credentials from the environment or a role",
    link: "https://www.pulumi.com/registry/packages/aws/installation-configuration/",
    types: ["pulumi:providers:aws"],
    check: properties({ accessKey: noKey, secretKey: noKey, token: noKey }),
  }),
  resourceRule({
    name: "aws-provider-verified",
    description: "AWS is spoken to encrypted, and its certificate is checked.",
    severity: "high",
    remediation: "Remove insecure",
    link: "https://www.pulumi.com/registry/packages/aws/api-docs/provider/",
    types: ["pulumi:providers:aws"],
    check: property("insecure", orAbsent({ ...oneOf(false, "false"), allowed: "false" })),
  }),
  resourceRule({
    name: "aws-provider-account",
    description: "A stack is deployed to the account it is for, whatever credentials are at hand.",
    severity: "high",
    remediation: "Set allowedAccountIds to the account's id",
    link: "https://www.pulumi.com/registry/packages/aws/api-docs/provider/#allowedaccountids_nodejs",
    types: ["pulumi:providers:aws"],
    check: property(
      "allowedAccountIds",
      // The SDK hands a provider's inputs over as text.
      matches(/^\["\d{12}"(,"\d{12}")*\]$/, "a list of account ids"),
    ),
  }),
  resourceRule({
    name: "aws-default-tags",
    description: "Everything in AWS bears the name of its environment, by which it is found and billed.",
    severity: "medium",
    remediation: `Set defaultTags: { tags: { "${TAG}": … } } of the provider`,
    link: "https://www.pulumi.com/registry/packages/aws/api-docs/provider/#providerdefaulttags",
    types: ["pulumi:providers:aws"],
    check: (provider) => {
      const document = documentAt(provider, "defaultTags");
      const { tags } = document.state === "parsed" ? object(document.value) : {};
      const answer =
        document.state === "unknown" || document.state === "secret" || tags === UNKNOWN
          ? undefined
          : object(tags)[TAG] !== undefined;
      return unless(answer, provider, `defaultTags has no ${TAG}`, "defaultTags");
    },
    // The SDK hands a provider's inputs over as text.
    remedy: (provider) => {
      const document = documentAt(provider, "defaultTags");
      const given = document.state === "parsed" ? object(document.value) : {};
      const tags = { ...object(given.tags), [TAG]: parseUrn(provider.urn).stack };
      return { defaultTags: JSON.stringify({ ...given, tags }) };
    },
  }),
  resourceRule({
    name: "backup-plan-retention",
    description: "A backup plan backs up once a week or more often, and keeps that for thirty days or more.",
    severity: "medium",
    remediation:
      "Set schedule to days of every week in each rule, and lifecycle.deleteAfter to 30 or more, or leave it out",
    link: "https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html",
    types: aws("backup", "plan"),
    check: properties({
      "rules[*].lifecycle.deleteAfter": orAbsent(atLeast(30)),
      "rules[*].copyActions[*].lifecycle.deleteAfter": orAbsent(atLeast(30)),
      "rules[*].schedule": weekly,
    }),
  }),
  resourceRule({
    name: "restore-tested",
    description: "Backups are restored for a trial once a week or more often, the latest ones of a month.",
    severity: "medium",
    remediation:
      "Set scheduleExpression to days of every week, and recoveryPointSelection to the latest of 30 days or fewer",
    link: "https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html",
    types: aws("backup", "restoreTestingPlan"),
    check: properties({
      scheduleExpression: weekly,
      "recoveryPointSelection.algorithm": is("LATEST_WITHIN_WINDOW"),
      "recoveryPointSelection.selectionWindowDays": orAbsent(between(1, 30)),
      "recoveryPointSelection.includeVaults": isSet,
    }),
  }),
  resourceRule({
    name: "backup-vault-cmk",
    description: "A backup vault is encrypted with a key of its own, and not deleted with what it holds.",
    severity: "medium",
    remediation: "Set kmsKeyArn, and remove forceDestroy",
    link: "https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html",
    types: aws("backup", "vault"),
    check: properties({ kmsKeyArn: isSet, forceDestroy: orAbsent(is(false)) }),
  }),
  resourceRule({
    name: "backup-vault-policy",
    description: "A backup vault's policy names those it lets in.",
    severity: "high",
    remediation: "Name principals in the policy, or add a condition on who asks",
    link: "https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault-access-policy.html",
    types: aws("backup", "vaultPolicy"),
    check: statements(["policy"], opensToAll, "named principals"),
  }),
  graphRule({
    name: "backup-vault-locked",
    description: "In production nobody deletes a backup before its time.",
    severity: "medium",
    remediation: "Declare a backup.VaultLockConfiguration with minRetentionDays",
    link: "https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html",
    types: aws("backup", "vault"),
    production: true,
    check: (vault, view) => {
      const types = aws("backup", "vaultLockConfiguration");
      return [
        ...companion(vault, view, types, "backupVaultName", "no VaultLockConfiguration refers to it"),
        ...view
          .referring(types, "backupVaultName", vault)
          .sure.flatMap(property("minRetentionDays", atLeast(7))),
      ];
    },
  }),
];
