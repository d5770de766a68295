import { beforeAll, describe, expect, test } from "vitest";
import type { Graph, Resource } from "../../../graph";
import { appGraph } from "../support/aws-app";
import { only, statements } from "../support/aws-read";

let graph: Graph;
beforeAll(async () => {
  graph = await appGraph({ production: true });
}, 60_000);

describe("the bucket of access logs", () => {
  const S3 = (kind: string) => `aws:s3/${(kind[0] ?? "").toLowerCase()}${kind.slice(1)}:${kind}`;
  const part = (kind: string): Resource => only(graph, S3(kind), "access-logs");

  test("lets in the load balancer and S3 on behalf of this account, encrypted, and nobody else", () => {
    const bucket = "arn:aws:s3:::mainstay-prod-logs-";
    const shown = statements(part("BucketPolicy").inputs.policy).map(
      ({ effect, actions, resources, services, condition }) => ({
        effect,
        actions,
        resources: resources.map((arn) => arn.replace(/^(arn:aws:s3:::mainstay-prod-logs-)\w{7}/, "$1")),
        services,
        condition,
      }),
    );
    const account = { StringEquals: { "aws:SourceAccount": "123456789012" } };
    expect(shown).toEqual([
      {
        effect: "Deny",
        actions: ["s3:*"],
        resources: [bucket, `${bucket}/*`],
        services: [],
        condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        effect: "Allow",
        actions: ["s3:PutObject"],
        resources: [`${bucket}/load-balancer/AWSLogs/123456789012/*`],
        services: ["logdelivery.elasticloadbalancing.amazonaws.com"],
        condition: {},
      },
      {
        effect: "Allow",
        actions: ["s3:PutObject"],
        resources: [`${bucket}/buckets/*`],
        services: ["logging.s3.amazonaws.com"],
        condition: { ...account, ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } },
      },
    ]);
  });

  test("is kept as long as logs are, closed, and encrypted the one way those who write can", () => {
    expect(part("Bucket").protect).toBe(true);
    expect(part("BucketServerSideEncryptionConfiguration").inputs.rules).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
    expect(part("BucketPublicAccessBlock").inputs).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(part("BucketLifecycleConfiguration").inputs.rules).toMatchObject([
      {
        status: "Enabled",
        expiration: { days: 365 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ]);
  });
});
