/** What has to stand before what of buckets and vaults; and how an order is told. */
import type { Json, Resource } from "../../../../graph";
import { outputsOf, textsWith, type Links } from "../../support/aws-links";

export interface Order {
  readonly first: Resource | string;
  readonly then: Resource;
}

export const before = (then: Resource, firsts: readonly (Resource | string)[]): Order[] =>
  firsts.map((first) => ({ first, then }));

/** S3 refuses two changes of a bucket's access at once, and what needs versions while there are none. */
const BUCKETS = [
  ["BucketPublicAccessBlock", "BucketOwnershipControls"],
  ["BucketOwnershipControls", "BucketPolicy"],
  ["BucketVersioning", "BucketLifecycleConfiguration"],
  ["BucketVersioning", "BucketObjectLockConfiguration"],
] as const;

/** A bucket is as it should be before anything is put into it. */
const READY = ["BucketPolicy", "BucketVersioning"] as const;

const partOf = (links: Links, kind: string, bucket: Json | undefined) =>
  links.with(kind, "bucket", bucket) ?? `a ${kind} of its bucket`;

export const ofBuckets = (links: Links): Order[] => [
  ...BUCKETS.flatMap(([first, then]) =>
    links.all(then).flatMap((one) => before(one, [partOf(links, first, one.inputs.bucket)])),
  ),
  ...links.all("BucketObjectv2", "BucketLogging", "LoadBalancer").flatMap((one) => {
    const { targetBucket, bucket, accessLogs } = one.inputs;
    const into = targetBucket ?? bucket ?? (accessLogs as { bucket: string }).bucket;
    return before(
      one,
      READY.map((kind) => partOf(links, kind, into)),
    );
  }),
];

/** Versions, before they are replicated; locks, before what is kept; keys, before what is written. */
export const ofData = (links: Links): Order[] => [
  ...links.all("BucketReplicationConfig").flatMap((one) =>
    before(
      one,
      links.all("BucketVersioning").filter(({ inputs }) => isReplicated(links, one, inputs.bucket)),
    ),
  ),
  ...links.all("Plan").flatMap((plan) =>
    before(
      plan,
      links
        .all("VaultLockConfiguration")
        .filter(({ inputs }) =>
          textsWith(plan, "").some(
            ([path, text]) => path === "rules.targetVaultName" && text === inputs.backupVaultName,
          ),
        ),
    ),
  ),
  ...links
    .all("BucketObjectv2")
    .flatMap((object) =>
      before(object, [
        links.with("BucketServerSideEncryptionConfiguration", "bucket", object.inputs.bucket) ??
          "its bucket's encryption",
      ]),
    ),
  ...links.all("NatGateway", "Eip").flatMap((one) => before(one, links.all("InternetGateway"))),
  ...links
    .all("Role")
    .filter(({ inputs }) => inputs.path === "/mainstay-access/")
    .flatMap((role) => before(role, links.all("OpenIdConnectProvider"))),
];

function isReplicated(links: Links, { inputs }: Resource, bucket: unknown): boolean {
  const [rule] = inputs.rules as { destination: { bucket: string } }[];
  const copy = links.at(rule?.destination.bucket);
  return bucket === inputs.bucket || bucket === (copy && outputsOf(copy).bucket);
}
