/** What becomes of objects in a bucket with time. */
import type { Resource } from "../../graph/resource";
import { atLeast, every, hold, is, longerThan, orAbsent, properties, some, unless } from "../expect";
import { graphRule, resourceRule, type Expectation, type Finding } from "../rule";
import { spots, valueAt } from "../spots";
import { BUCKET, s3 } from "../tokens";
import { beside } from "./bucket-companions";

const CONFIGURATION = s3("bucketLifecycleConfiguration");

/** At least one rule of a list says all that is expected: it is in force, and aborts uploads that were never finished. */
const abortsUploads =
  (list: string, expected: Readonly<Record<string, Expectation>>) =>
  (resource: Resource): Finding[] => {
    const rules = spots(resource, `${list}[*]`);
    const answers = rules.map(({ path }) =>
      every(Object.entries(expected).map(([key, one]) => hold(valueAt(resource, `${path}.${key}`), one))),
    );
    return rules.length === 0
      ? []
      : unless(some(answers), resource, "no rule in force aborts uploads that were never finished", list);
  };

const judgeUploads = abortsUploads("rules", {
  status: is("Enabled"),
  "abortIncompleteMultipartUpload.daysAfterInitiation": atLeast(1),
});
const judgeInlineUploads = abortsUploads("lifecycleRules", {
  enabled: is(true),
  abortIncompleteMultipartUploadDays: atLeast(1),
});

export const bucketLifecycle = [
  graphRule({
    name: "s3-lifecycle",
    description: "What nobody needs any more is removed from a bucket, parts of broken uploads too.",
    severity: "medium",
    references: { fsbp: "S3.13", checkov: "CKV2_AWS_61 CKV_AWS_300" },
    remediation: "Declare an s3.BucketLifecycleConfiguration with abortIncompleteMultipartUpload",
    types: BUCKET,
    check: (resource, view) => [
      ...beside({
        types: CONFIGURATION,
        kind: "BucketLifecycleConfiguration",
        expected: { rules: longerThan(1) },
        inline: { input: "lifecycleRules", expected: { lifecycleRules: longerThan(1) } },
      })(resource, view),
      ...view.referring(CONFIGURATION, "bucket", resource).sure.flatMap(judgeUploads),
      ...judgeInlineUploads(resource),
    ],
  }),
  resourceRule({
    name: "s3-keeps",
    description: "A bucket keeps what it was given for thirty days or more, unless another rule says longer.",
    severity: "medium",
    remediation:
      "Set expiration.days to 30 or more, and the days of noncurrentVersionExpiration to 1 or more",
    link: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
    types: [...BUCKET, ...CONFIGURATION],
    check: properties({
      "rules[*].expiration.days": orAbsent(atLeast(30)),
      "rules[*].noncurrentVersionExpiration.noncurrentDays": orAbsent(atLeast(1)),
      "lifecycleRules[*].expiration.days": orAbsent(atLeast(30)),
      "lifecycleRules[*].noncurrentVersionExpiration.days": orAbsent(atLeast(1)),
    }),
  }),
];
