import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import { answersOf } from "../../environment/routes";
import { BOUNDS } from "../../observability/bounds";
import type { AwsContext } from "../aws/context";
import { compiled } from "../aws/function";
import type { Look } from "../aws/functions/outside-probe";
import { logGroup } from "../aws/logs";
import { physicalName } from "../aws/names";
import { serviceRole, type Statement } from "../aws/policy";
import { PrivateBucket } from "../aws/private-bucket";

/** The newest of those with Node 22: "Runtime versions using Node.js and Puppeteer", CloudWatch user guide. */
const RUNTIME = "syn-nodejs-puppeteer-17.0";
const EVERY_MINUTES = 5;
/** How long each run, and what it left, is kept: the trend of a quarter. */
const KEPT_DAYS = 93;
const CODE = "outside-probe";

/** Looks at the environment from outside its network every five minutes, as its users do. */
export function canary(context: AwsContext, name: string, parent: pulumi.Resource): aws.synthetics.Canary {
  const { environment } = context;
  const bucketArgs = { expireDays: KEPT_DAYS, noncurrentDays: 1 };
  const { bucket, ready } = new PrivateBucket(context, `${name}-canary`, bucketArgs, { parent });
  const code = upload(context, name, bucket, ready, parent);
  const { role, policy } = serviceRole(
    context,
    `${name}-canary`,
    "lambda",
    permissions(context, bucket.arn),
    { parent },
  );
  const runs = pulumi.interpolate`s3://${bucket.bucket}/runs`;
  const made = new aws.synthetics.Canary(
    `${name}-canary`,
    {
      name: canaryName(context),
      runtimeVersion: RUNTIME,
      handler: `${CODE}.handler`,
      s3Bucket: bucket.bucket,
      s3Key: code.key,
      artifactS3Location: runs,
      artifactConfig: { s3Encryption: { encryptionMode: "SSE_KMS", kmsKeyArn: context.keys.data.arn } },
      executionRoleArn: role.arn,
      schedule: { expression: `rate(${EVERY_MINUTES} minutes)`, durationInSeconds: 0 },
      runConfig: {
        timeoutInSeconds: 60,
        memoryInMb: 960,
        environmentVariables: {
          LOOKS: JSON.stringify(looksAt(environment)),
          TIMEOUT_MS: String(BOUNDS.latencySeconds.critical * 1000),
        },
      },
      successRetentionPeriod: KEPT_DAYS,
      failureRetentionPeriod: KEPT_DAYS,
      startCanary: true,
      deleteLambda: true,
    },
    { parent, dependsOn: [policy, ...ready] },
  );
  // Its function has a name nobody knows before, and may make no group: what it has to say waits for this one.
  const ofFunction = made.engineArn.apply((arn) => `/aws/lambda/${arn.split(":")[6] ?? ""}`);
  logGroup(context, `${name}-canary`, { parent }, ofFunction);
  return made;
}

/** So much of a canary's name is in its function's at least, whose 64 characters hold a long identifier, too. */
const KEPT_OF_NAME = 21;

const canaryName = ({ prefix }: AwsContext) => physicalName("canary", prefix, "outside");

/** The code under a name made of itself: a canary looks at its code only when it is given another place. */
function upload(
  { keys }: AwsContext,
  name: string,
  bucket: aws.s3.Bucket,
  ready: readonly pulumi.Resource[],
  parent: pulumi.Resource,
): aws.s3.BucketObjectv2 {
  const text = compiled(CODE, "cjs");
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return new aws.s3.BucketObjectv2(
    `${name}-canary-code`,
    {
      bucket: bucket.bucket,
      kmsKeyId: keys.data.arn,
      key: `code/${CODE}-${digest}.zip`,
      source: new pulumi.asset.AssetArchive({
        // Where a canary of Node.js looks for its handler.
        [`nodejs/node_modules/${CODE}.js`]: new pulumi.asset.StringAsset(text),
      }),
    },
    { parent, dependsOn: [...ready] },
  );
}

/** What is public of every service, and the address without TLS, which has to lead to the one with it. */
function looksAt({ services, url, domain }: AwsEnvironment): Look[] {
  const byName = Object.fromEntries(services.map((service) => [service.name, service]));
  return [
    ...services.flatMap(({ name }) =>
      answersOf(byName, name).map(({ path, status }) => ({ url: `${url}${path}`, status })),
    ),
    { url: `http://${domain}/`, status: 301, location: `https://${domain}` },
  ];
}

/** "Required roles and permissions for canaries", CloudWatch user guide. */
const permissions = (context: AwsContext, bucket: pulumi.Output<string>): Statement[] => [
  { actions: ["s3:PutObject", "s3:GetObject"], resources: [pulumi.interpolate`${bucket}/*`] },
  { actions: ["s3:GetBucketLocation"], resources: [bucket] },
  { actions: ["s3:ListAllMyBuckets"], resources: ["*"] },
  { actions: ["kms:GenerateDataKey", "kms:Decrypt"], resources: [context.keys.data.arn] },
  {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [
      context.arn("logs", `log-group:/aws/lambda/cwsyn-${canaryName(context).slice(0, KEPT_OF_NAME)}*`),
    ],
  },
  {
    actions: ["cloudwatch:PutMetricData"],
    resources: ["*"],
    conditions: { StringEquals: { "cloudwatch:namespace": "CloudWatchSynthetics" } },
  },
];
