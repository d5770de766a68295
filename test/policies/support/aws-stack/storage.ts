import type { GivenStack } from "../graphs";
import { aws, ACCOUNT, document } from "./parts";

/** What every bucket's policy holds. */
export const TLS_ONLY = {
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: "*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

/** Routes that end in a receiver, of which one tells somebody and one does not. */
export const routed = (receiver: string) =>
  JSON.stringify({
    alertmanager_config: JSON.stringify({
      route: { receiver, routes: [{ receiver: "nobody", matchers: ['severity="none"'] }] },
      receivers: [{ name: "all", sns_configs: [{ topic_arn: "arn" }] }, { name: "nobody" }],
    }),
  });

/** Buckets, queues, logs, messages and functions. */
export const storage: GivenStack = {
  bucket: aws("s3/bucket", { bucketPrefix: "backups-", forceDestroy: false, objectLockEnabled: true }),
  closed: aws(
    "s3/bucketPublicAccessBlock",
    { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    [["bucket", "bucket"]],
  ),
  encryption: aws(
    "s3/bucketServerSideEncryptionConfiguration",
    {
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:key" } }],
    },
    [["bucket", "bucket"]],
  ),
  versioning: aws("s3/bucketVersioning", { versioningConfiguration: { status: "Enabled" } }, [
    ["bucket", "bucket"],
  ]),
  bucketPolicy: aws(
    "s3/bucketPolicy",
    {
      policy: document(TLS_ONLY),
    },
    [["bucket", "bucket"]],
  ),
  lifecycle: aws(
    "s3/bucketLifecycleConfiguration",
    {
      rules: [
        {
          id: "old",
          status: "Enabled",
          expiration: { days: 365 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    },
    [["bucket", "bucket"]],
  ),
  lock: aws(
    "s3/bucketObjectLockConfiguration",
    { rule: { defaultRetention: { mode: "GOVERNANCE", days: 30 } } },
    [["bucket", "bucket"]],
  ),
  replication: aws(
    "s3/bucketReplicationConfig",
    {
      rules: [
        {
          status: "Enabled",
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: { encryptionConfiguration: { replicaKmsKeyId: "arn:key" } },
        },
      ],
    },
    [["bucket", "bucket"]],
  ),
  ownership: aws("s3/bucketOwnershipControls", { rule: { objectOwnership: "BucketOwnerEnforced" } }, [
    ["bucket", "bucket"],
  ]),
  list: aws("s3/bucketAcl", {
    accessControlPolicy: {
      owner: { id: "79a5" },
      grants: [
        { permission: "FULL_CONTROL", grantee: { type: "CanonicalUser", id: "79a5" } },
        {
          permission: "WRITE",
          grantee: { type: "Group", uri: "http://acs.amazonaws.com/groups/s3/LogDelivery" },
        },
      ],
    },
  }),
  bucketLog: aws("s3/bucketLogging", { targetBucket: "log-archive-012345" }, [["bucket", "bucket"]]),

  queue: aws("sqs/queue", { messageRetentionSeconds: 1_209_600 }, [["kmsMasterKeyId", "key"]]),
  queuePolicy: aws("sqs/queuePolicy", {
    policy: document({
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
    }),
  }),
  subscription: aws("sns/topicSubscription", { protocol: "lambda" }, [["topic", "topic"]]),
  messenger: aws("lambda/function", {
    runtime: "nodejs22.x",
    environment: { variables: { LOG_LEVEL: "info" } },
  }),
  messengerUrl: aws("lambda/functionUrl", { authorizationType: "AWS_IAM" }),
  call: aws("lambda/permission", { principal: "sns.amazonaws.com", action: "lambda:InvokeFunction" }, [
    ["sourceArn", "topic"],
  ]),
  logWriters: aws("cloudwatch/logResourcePolicy", {
    policyDocument: document({
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "logs:*",
    }),
  }),
  figures: aws("amp/workspace", {}, [["kmsKeyArn", "key"]]),
  figuresKept: aws("amp/workspaceConfiguration", { retentionPeriodInDays: 365 }),
  figureRules: aws("amp/ruleGroupNamespace", {
    data: "groups: [{ name: x, rules: [{ alert: Down, expr: up == 0 }] }]",
  }),
  figureRoutes: aws("amp/alertManagerDefinition", { definition: routed("all") }),
  event: aws("cloudwatch/eventRule", { eventPattern: '{"source":["aws.rds"]}' }),
  budget: aws("budgets/budget", {
    limitAmount: "3000",
    notifications: [{ threshold: 80, comparisonOperator: "GREATER_THAN" }],
  }),
  counted: aws("cloudwatch/logMetricFilter", {
    pattern: "{ $.level = 1 }",
    metricTransformation: { value: "1" },
  }),
  canary: aws("synthetics/canary", {
    startCanary: true,
    schedule: { expression: "rate(5 minutes)" },
    artifactConfig: { s3Encryption: { encryptionMode: "SSE_KMS", kmsKeyArn: "arn:key" } },
  }),
  cacheUser: aws("elasticache/user", {
    accessString: "on ~* &* +@all -@dangerous",
    authenticationMode: { type: "password", passwords: ["[secret]"] },
  }),

  logs: aws("cloudwatch/logGroup", { retentionInDays: 90 }, [["kmsKeyId", "key"]]),
  topic: aws("sns/topic", {}, [["kmsMasterKeyId", "key"]]),
  topicPolicy: aws(
    "sns/topicPolicy",
    {
      policy: document({
        Sid: "Publish",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: "arn:topic",
      }),
    },
    [["arn", "topic"]],
  ),
  secret: aws("secretsmanager/secret", { recoveryWindowInDays: 30 }, [["kmsKeyId", "key"]]),
  rotation: aws("secretsmanager/secretRotation", { rotationRules: { automaticallyAfterDays: 30 } }, [
    ["secretId", "secret"],
  ]),
  secretValue: aws("secretsmanager/secretVersion", { secretString: "[secret]" }, [["secretId", "secret"]]),
  secretPolicy: aws("secretsmanager/secretPolicy", {
    policy: document({
      Effect: "Allow",
      Principal: { AWS: ACCOUNT },
      Action: "secretsmanager:GetSecretValue",
      Resource: "*",
    }),
  }),
  identities: aws("iam/openIdConnectProvider", {
    url: "https://token.actions.githubusercontent.com",
    clientIdLists: ["sts.amazonaws.com"],
  }),
  images: aws("ecr/lifecyclePolicy", {
    policy: JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 },
        },
      ],
    }),
  }),
  repository: aws("ecr/repository", {
    encryptionConfigurations: [{ encryptionType: "KMS" }],
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    forceDelete: false,
  }),
  repositoryPolicy: aws(
    "ecr/repositoryPolicy",
    {
      policy: document({
        Sid: "Pull",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "ecr:BatchGetImage",
      }),
    },
    [["repository", "repository"]],
  ),
};
