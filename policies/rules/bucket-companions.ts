/** What is declared beside a bucket, and what other resources make of it. */
import type { Json, Resource } from "../../graph/resource";
import { isSet, longerThan, oneOf, properties, unless } from "../expect";
import type { Expectation, Finding } from "../rule";
import { ANY_BALANCER, BUCKET, s3 } from "../tokens";
import type { GraphView } from "../view";

interface Companion {
  readonly types: readonly string[];
  readonly kind: string;
  /** What the companion has to say. */
  readonly expected: Readonly<Record<string, Expectation>>;
  /** The bucket's own input that says the same, and what it has to say. */
  readonly inline?: { readonly input: string; readonly expected: Readonly<Record<string, Expectation>> };
}

/** Judges what stands beside a bucket or in it, and the bucket where neither does. */
export const beside =
  ({ types, kind, expected, inline }: Companion) =>
  (bucket: Resource, view: GraphView): Finding[] => {
    const { sure, possible } = view.referring(types, "bucket", bucket);
    const within =
      inline && isGiven(bucket.inputs[inline.input]) ? properties(inline.expected)(bucket) : undefined;
    if (sure.length === 0 && within === undefined)
      return unless(possible.length > 0 ? undefined : false, bucket, `no ${kind} refers to it`);
    return [...sure.flatMap(properties(expected)), ...(within ?? [])];
  };

export const isGiven = (value: Json | undefined) => value !== undefined && value !== null;

export const encrypted = (algorithms: readonly string[]) => {
  const byDefault = (rule: string) => ({
    [`${rule}.applyServerSideEncryptionByDefault.sseAlgorithm`]: oneOf(...algorithms),
    ...(algorithms.includes("AES256")
      ? {}
      : { [`${rule}.applyServerSideEncryptionByDefault.kmsMasterKeyId`]: isSet }),
  });
  const input = "serverSideEncryptionConfiguration";
  return beside({
    types: s3("bucketServerSideEncryptionConfiguration"),
    kind: "BucketServerSideEncryptionConfiguration",
    expected: { rules: longerThan(1), ...byDefault("rules[*]") },
    inline: { input, expected: byDefault(`${input}.rule`) },
  });
};

/** Whether the access logs of other buckets or of a load balancer are written to a bucket. */
export const takesLogs = (bucket: Resource, view: GraphView) =>
  view.referring(s3("bucketLogging"), "targetBucket", bucket).sure.length > 0 ||
  view.referring(BUCKET, "logging.targetBucket", bucket).sure.length > 0 ||
  view.referring(ANY_BALANCER, "accessLogs.bucket", bucket).sure.length > 0;

/** By the name of the bucket or of its place in the program. */
export const holdsBackups = (bucket: Resource, view: GraphView) =>
  [bucket.name, bucket.inputs.bucket, bucket.inputs.bucketPrefix].some(
    (one) => typeof one === "string" && one.includes("backup"),
  ) && !takesLogs(bucket, view);

/** Whether a bucket is what another one is copied to. */
export const isCopy = (bucket: Resource, view: GraphView) =>
  view.referring(s3("bucketReplicationConfig"), "rules[*].destination.bucket", bucket).sure.length > 0 ||
  view.referring(BUCKET, "replicationConfiguration.rules[*].destination.bucket", bucket).sure.length > 0;
