/** What is declared beside a bucket, and what other resources make of it. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import { every, isSet, longerThan, oneOf, properties, some, unless } from "../expect";
import type { Expectation, Finding } from "../rule";
import { LOAD_BALANCER, s3 } from "../tokens";
import type { GraphView } from "../view";

interface Companion {
  readonly types: readonly string[];
  readonly kind: string;
  /** What the companion has to say. */
  readonly expected: Readonly<Record<string, Expectation>>;
  /** An input of the bucket that once said the same. */
  readonly inline?: string;
}

/** Judges what stands beside a bucket, and the bucket where it does not. */
export const beside =
  ({ types, kind, expected, inline }: Companion) =>
  (bucket: Resource, view: GraphView): Finding[] => {
    const { sure, possible } = view.referring(types, "bucket", bucket);
    if (sure.length > 0) return sure.flatMap(properties(expected));
    if (inline !== undefined && bucket.inputs[inline] !== undefined && bucket.inputs[inline] !== false)
      return [];
    return unless(possible.length > 0 ? undefined : false, bucket, `no ${kind} refers to it`);
  };

export const encrypted = (algorithms: readonly string[]) =>
  beside({
    types: s3("bucketServerSideEncryptionConfiguration"),
    kind: "BucketServerSideEncryptionConfiguration",
    expected: {
      rules: longerThan(1),
      "rules[*].applyServerSideEncryptionByDefault.sseAlgorithm": oneOf(...algorithms),
      ...(algorithms.includes("AES256")
        ? {}
        : { "rules[*].applyServerSideEncryptionByDefault.kmsMasterKeyId": isSet }),
    },
    inline: "serverSideEncryptionConfiguration",
  });

/** Whether the access logs of other buckets or of a load balancer are written to a bucket. */
export const takesLogs = (bucket: Resource, view: GraphView) =>
  view.referring(s3("bucketLogging"), "targetBucket", bucket).sure.length > 0 ||
  view.referring(LOAD_BALANCER, "accessLogs.bucket", bucket).sure.length > 0;

/** By the name of the bucket or of its place in the program. */
export const holdsBackups = (bucket: Resource, view: GraphView) =>
  [bucket.name, bucket.inputs.bucket, bucket.inputs.bucketPrefix].some(
    (one) => typeof one === "string" && one.includes("backup"),
  ) && !takesLogs(bucket, view);

/** Whether a bucket is what another one is copied to. */
export const isCopy = (bucket: Resource, view: GraphView) =>
  view.referring(s3("bucketReplicationConfig"), "rules[*].destination.bucket", bucket).sure.length > 0;

/** At least one rule that is in force aborts uploads that were never finished. */
export function judgeUploads(configuration: Resource): Finding[] {
  const { rules } = configuration.inputs;
  if (rules === UNKNOWN || list(rules).length === 0) return [];
  const answers = list(rules).map((rule) => {
    const { status, abortIncompleteMultipartUpload: abort } = object(rule);
    const days = rule === UNKNOWN || abort === UNKNOWN ? UNKNOWN : object(abort).daysAfterInitiation;
    return every([
      rule === UNKNOWN || status === UNKNOWN ? undefined : status === "Enabled",
      days === UNKNOWN ? undefined : Number(days) > 0,
    ]);
  });
  return unless(some(answers), configuration, "no rule in force has abortIncompleteMultipartUpload", "rules");
}
