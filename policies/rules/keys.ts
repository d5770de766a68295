/** Keys and secrets. */
import { UNKNOWN } from "../../graph/resource";
import { object } from "../documents";
import { aSecret, atMost, between, is, isSet, judge, orAbsent, property, softened } from "../expect";
import { graphRule, resourceRule } from "../rule";
import { MARKED_BY_SDK } from "../secrets";
import { aws } from "../tokens";
import { companion } from "./companion";
import { opensToAll, statements } from "./statements";

const KEY = aws("kms", "key");
const SECRET = aws("secretsmanager", "secret");
const PASSWORD = "random:index/randomPassword:RandomPassword";
const MOST_ROTATION_DAYS = 90;

export const keys = [
  resourceRule({
    name: "kms-rotation",
    description: "A key is replaced every year by itself.",
    severity: "medium",
    references: { fsbp: "KMS.4", nag: "KMS5", checkov: "CKV_AWS_7", trivy: "AWS-0065" },
    remediation: "Set enableKeyRotation: true",
    types: KEY,
    check: (key) => {
      const { customerMasterKeySpec: spec = "SYMMETRIC_DEFAULT" } = key.inputs;
      const findings = judge(key, "enableKeyRotation", is(true));
      if (spec === UNKNOWN) return softened(findings);
      return spec === "SYMMETRIC_DEFAULT" ? findings : [];
    },
    remedy: () => ({ enableKeyRotation: true }),
  }),
  resourceRule({
    name: "kms-policy",
    description: "A key's policy names those it lets in, and cannot lock its owner out.",
    severity: "high",
    references: { fsbp: "KMS.5", checkov: "CKV_AWS_33 CKV2_AWS_64" },
    remediation: "Name principals in the policy, and remove bypassPolicyLockoutSafetyCheck",
    types: [...KEY, ...aws("kms", "keyPolicy")],
    check: (key) => [
      ...statements(["policy"], opensToAll, "named principals")(key),
      ...judge(key, "bypassPolicyLockoutSafetyCheck", orAbsent(is(false))),
    ],
  }),
  resourceRule({
    name: "kms-deletion-window",
    description: "A key that is deleted by mistake can be had back for two weeks or more.",
    severity: "medium",
    remediation: "Set deletionWindowInDays to 14 to 30",
    link: "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
    types: KEY,
    check: property("deletionWindowInDays", orAbsent(between(14, 30))),
    remedy: () => ({ deletionWindowInDays: 30 }),
  }),
  resourceRule({
    name: "secret-cmk",
    description: "A secret is encrypted with a key of its own.",
    severity: "low",
    references: { nag: "SecretsManagerUsingKMSKey", checkov: "CKV_AWS_149", trivy: "AWS-0098" },
    remediation: "Set kmsKeyId",
    link: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
    types: SECRET,
    check: property("kmsKeyId", isSet),
  }),
  resourceRule({
    name: "secret-policy",
    description: "A secret's policy names those it lets in.",
    severity: "high",
    remediation: "Name principals in the policy, or add a condition on who asks",
    link: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html",
    types: [...SECRET, ...aws("secretsmanager", "secretPolicy")],
    check: statements(["policy"], opensToAll, "named principals"),
  }),
  resourceRule({
    name: "secret-recovery",
    description: "A secret that is deleted by mistake can be had back.",
    severity: "medium",
    remediation: "Set recoveryWindowInDays to 7 to 30",
    link: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
    types: SECRET,
    check: property("recoveryWindowInDays", orAbsent(between(7, 30))),
    remedy: () => ({ recoveryWindowInDays: 30 }),
  }),
  graphRule({
    name: "secret-rotation",
    description: `A secret is replaced every ${MOST_ROTATION_DAYS} days by itself.`,
    severity: "medium",
    references: {
      fsbp: "SecretsManager.1 SecretsManager.4",
      nag: "SMG4",
      checkov: "CKV2_AWS_57 CKV_AWS_304",
    },
    remediation:
      "Declare a secretsmanager.SecretRotation, or take the value from a RandomPassword that rotates",
    types: SECRET,
    check: (secret, view, { production }) => {
      const rotations = view.referring(aws("secretsmanager", "secretRotation"), "secretId", secret).sure;
      if (rotations.length > 0) {
        return rotations.flatMap((rotation) =>
          rotation.inputs.rotationRules !== UNKNOWN &&
          object(rotation.inputs.rotationRules).scheduleExpression !== undefined
            ? []
            : judge(rotation, "rotationRules.automaticallyAfterDays", atMost(MOST_ROTATION_DAYS)),
        );
      }
      const versions = view.referring(aws("secretsmanager", "secretVersion"), "secretId", secret).sure;
      const sources = versions.flatMap(({ propertyDependencies }) => propertyDependencies.secretString ?? []);
      // Whether a password that lasts may do so is for password-rotates to say.
      const generated = sources.flatMap((urn) => view.get(urn) ?? []).filter(({ type }) => type === PASSWORD);
      const rotates = generated.some(
        ({ inputs, protect }) => object(inputs.keepers).rotationDays !== undefined || protect || !production,
      );
      return rotates
        ? []
        : companion(secret, view, aws("secretsmanager", "secretRotation"), "secretId", "nothing rotates it");
    },
  }),
  resourceRule({
    name: "secret-no-literal",
    description: `A secret's value is marked as secret in the program, too. ${MARKED_BY_SDK}`,
    severity: "critical",
    remediation: "Wrap the value in pulumi.secret, or take it from random.RandomPassword",
    link: "https://www.pulumi.com/docs/iac/concepts/secrets/",
    types: [...aws("secretsmanager", "secretVersion"), ...aws("ssm", "parameter")],
    check: (resource) =>
      (resource.inputs.type === "String" || resource.inputs.type === "StringList"
        ? []
        : ["secretString", "secretBinary", "value"]
      ).flatMap((key) => judge(resource, key, aSecret)),
  }),
];
