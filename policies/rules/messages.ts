/** Messages, functions and figures: who may send and call, and that what is stored is encrypted. */
import { SECRET, UNKNOWN } from "../../graph/resource";
import { object } from "../documents";
import {
  atLeast,
  isEmptyOrAbsent,
  isSet,
  judge,
  matches,
  notOneOf,
  oneOf,
  orAbsent,
  property,
  properties,
} from "../expect";
import { graphRule, resourceRule, type Expectation, type Finding } from "../rule";
import { isSecret } from "../secrets";
import { aws } from "../tokens";
import { ownAccounts } from "./accounts";
import { namesOwner } from "./conditions";
import { holdsSecret } from "./secret-names";
import { partsOfArn } from "./statement";
import { opensToAll, statements } from "./statements";

const LAMBDA_GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg";
/** Runtimes that get security fixes for some time yet. */
const CURRENT_RUNTIME =
  /^(nodejs(22|24)\.x|python3\.1[2-4]|java(21|25)|dotnet(8|10)|ruby3\.[34]|provided\.al2023)$/;

/** What a word of a cache's access string does to the right to do everything. Of several the last holds. */
const RIGHT_TO_ALL: Readonly<Record<string, boolean>> = {
  "+@all": true,
  allcommands: true,
  "+@dangerous": true,
  "-@all": false,
  nocommands: false,
  "-@dangerous": false,
};

function mayDoAll(access: string): boolean {
  const words = access.trim().split(/\s+/);
  const last = (told: (word: string) => boolean) => words.filter(told).at(-1) ?? "";
  return (
    last((word) => /^(on|off)$/.test(word)) === "on" &&
    RIGHT_TO_ALL[last((word) => word in RIGHT_TO_ALL)] === true
  );
}

const judgeCaller = properties({
  principal: matches(/^[^*]+$/, "a service or an account"),
  sourceArn: { ...isSet, allowed: "an ARN with an account", test: (arn) => namesOwner(String(arn)) },
});

/** A service's name has no account, and no more has the ARN of a bucket. */
const ofOwnAccount = (own: readonly string[]): Expectation => ({
  ...isSet,
  absent: true,
  allowed: "of the stack's own account",
  test: (value) => {
    const account = /^\d{12}$/.test(String(value)) ? String(value) : partsOfArn(String(value))?.account;
    if (account === undefined || !/^\d{12}$/.test(account)) return true;
    return own.length === 0 ? undefined : own.includes(account);
  },
});

export const messages = [
  resourceRule({
    name: "sqs-encrypted",
    description: "Messages that wait in a queue are stored encrypted.",
    severity: "medium",
    references: { fsbp: "SQS.1", nag: "SQS2", checkov: "CKV_AWS_27", trivy: "AWS-0096" },
    remediation: "Set kmsMasterKeyId to a kms.Key",
    types: aws("sqs", "queue"),
    check: property("kmsMasterKeyId", isSet),
  }),
  resourceRule({
    name: "sqs-policy",
    description: "Only named accounts and services reach a queue.",
    severity: "high",
    references: { fsbp: "SQS.3", checkov: "CKV_AWS_168" },
    remediation: "Name principals, or add a condition on aws:SourceArn",
    types: [...aws("sqs", "queue"), ...aws("sqs", "queuePolicy")],
    check: statements(["policy"], opensToAll, "named principals"),
  }),
  resourceRule({
    name: "sns-subscription-tls",
    description: "Messages of a topic leave AWS encrypted.",
    severity: "high",
    remediation: 'Set protocol to "https", or to another than "http"',
    link: "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
    types: aws("sns", "topicSubscription"),
    check: property("protocol", notOneOf("http")),
  }),
  resourceRule({
    name: "sns-every-message",
    description: "Whoever subscribes to a topic gets all of its messages.",
    severity: "high",
    remediation: "Remove filterPolicy, and publish what is not for everybody to a topic of its own",
    link: "https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html",
    types: aws("sns", "topicSubscription"),
    check: property("filterPolicy", isEmptyOrAbsent),
  }),
  graphRule({
    name: "lambda-permission",
    description: "A function says who calls it, and for what; nobody of another account does.",
    severity: "critical",
    references: { fsbp: "Lambda.1", checkov: "CKV_AWS_301 CKV_AWS_364", trivy: "AWS-0067" },
    remediation:
      "Name a service or the stack's account as principal, and its resource that calls as sourceArn",
    types: aws("lambda", "permission"),
    check: (permission, view) => [
      ...judgeCaller(permission),
      ...["principal", "sourceArn", "sourceAccount"].flatMap((path) =>
        judge(permission, path, ofOwnAccount(ownAccounts(view))),
      ),
    ],
  }),
  resourceRule({
    name: "lambda-runtime",
    description: "A function runs on a language that still gets security fixes.",
    severity: "medium",
    references: { fsbp: "Lambda.2", nag: "L1", checkov: "CKV_AWS_363" },
    remediation: "Set runtime to a current one",
    types: aws("lambda", "function"),
    check: property("runtime", matches(CURRENT_RUNTIME, "a runtime that is maintained")),
  }),
  resourceRule({
    name: "lambda-no-secret-env",
    description:
      "No environment variable of a function holds a secret: anyone who may look at the function reads it.",
    severity: "critical",
    references: { checkov: "CKV_AWS_45" },
    remediation: "Give the function the secret's arn, and let it read the secret",
    link: `${LAMBDA_GUIDE}/configuration-envvars.html`,
    types: aws("lambda", "function"),
    check: (resource) => {
      const path = "environment.variables";
      const { environment } = resource.inputs;
      const { variables } = object(environment);
      if (isSecret(resource, path) || variables === SECRET)
        return [{ outcome: "violation", resource, property: path, found: "a secret", allowed: "no secret" }];
      const finding = { resource, property: path, allowed: "no secret" } as const;
      const open = { ...finding, outcome: "undecidable", found: "unknown until up" } as const;
      if ([environment, variables].includes(UNKNOWN)) return [open];
      return Object.entries(object(variables)).flatMap(([name, value]): Finding[] => {
        const marked = value === SECRET || isSecret(resource, `${path}.${name}`);
        if (marked || (value !== UNKNOWN && holdsSecret(name, String(value))))
          return [{ ...finding, outcome: "violation", found: `a secret in ${name}` }];
        return value === UNKNOWN ? [open] : [];
      });
    },
  }),
  resourceRule({
    name: "sqs-retention",
    description: "A message that nobody has read waits for four days or more.",
    severity: "medium",
    remediation: "Set messageRetentionSeconds to 345600 or more, or remove it",
    link: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    types: aws("sqs", "queue"),
    check: property("messageRetentionSeconds", orAbsent(atLeast(345_600))),
  }),
  resourceRule({
    name: "lambda-url",
    description: "Nobody calls a function by its URL without proving who they are.",
    severity: "critical",
    references: { checkov: "CKV_AWS_258" },
    remediation: 'Set authorizationType: "AWS_IAM"',
    link: `${LAMBDA_GUIDE}/urls-auth.html`,
    types: aws("lambda", "functionUrl"),
    check: property("authorizationType", oneOf("AWS_IAM")),
  }),
  resourceRule({
    name: "log-resource-policy",
    description: "Only named services write to the account's logs.",
    severity: "high",
    remediation: "Name services as Principal",
    link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html",
    types: aws("cloudwatch", "logResourcePolicy"),
    check: statements(["policyDocument"], opensToAll, "named principals"),
  }),
  resourceRule({
    name: "amp-cmk",
    description: "Figures are stored encrypted with a key of their own.",
    severity: "low",
    remediation: "Set kmsKeyArn to a kms.Key's arn",
    link: "https://docs.aws.amazon.com/prometheus/latest/userguide/encryption-at-rest-Amazon-Service-Prometheus.html",
    types: aws("amp", "workspace"),
    check: property("kmsKeyArn", isSet),
  }),
  resourceRule({
    name: "canary-encrypted",
    description: "What a canary has seen is stored encrypted with a key of its own.",
    severity: "low",
    remediation: 'Set artifactConfig.s3Encryption: { encryptionMode: "SSE_KMS", kmsKeyArn }',
    link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_artifact_encryption.html",
    types: aws("synthetics", "canary"),
    check: properties({
      "artifactConfig.s3Encryption.encryptionMode": oneOf("SSE_KMS"),
      "artifactConfig.s3Encryption.kmsKeyArn": isSet,
    }),
  }),
  resourceRule({
    name: "cache-user",
    description: "Every user of a cache has a password or a role, and none may do everything.",
    severity: "high",
    remediation: 'Set authenticationMode.type to "password" or "iam", and take @dangerous from accessString',
    link: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html",
    types: aws("elasticache", "user"),
    check: properties({
      "authenticationMode.type": oneOf("password", "iam"),
      accessString: {
        allowed: "no +@all without -@dangerous after it",
        absent: false,
        given: false,
        test: (access) => !mayDoAll(String(access)),
      },
    }),
  }),
];
