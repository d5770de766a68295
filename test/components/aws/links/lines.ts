/** How a right is written in these tests, and what is often needed to tell one. */
import type { Json } from "../../../../graph";
import { outputsOf, type Links } from "../../support/aws-links";

/** Something a role may do, as one line: action, resource, and the condition if there is one. */
export const line = (action: string, resource: string, condition: object = {}): string =>
  [action, resource, ...(Object.keys(condition).length > 0 ? [`if ${JSON.stringify(condition)}`] : [])].join(
    " ",
  );

export const lines = (actions: readonly string[], resource: unknown, condition?: object): string[] =>
  actions.map((action) => line(action, String(resource), condition));

/** A policy of AWS's own. */
export const managed = (name: string): string => `policy arn:aws:iam::aws:policy/${name}`;

const REGION = "eu-west-1";
const ACCOUNT = "123456789012";
export const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
/** Only through a service of AWS, in whose name a key is asked. */
export const through = (service: string, region = REGION) => ({
  StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` },
});
/** Only in the environment's own region. */
export const here = { StringEquals: { "aws:RequestedRegion": REGION } };
export const WRITE_LOGS = ["logs:CreateLogStream", "logs:PutLogEvents"];

/** ARN of a bucket and of the key its objects are encrypted with. */
export function bucketCalled(links: Links, name: Json | undefined): { bucket: string; key: string } {
  const bucket = links.with("Bucket", "bucket", name);
  const encryption = links.with("BucketServerSideEncryptionConfiguration", "bucket", name);
  const [rule] = (encryption?.inputs.rules ?? []) as {
    applyServerSideEncryptionByDefault: { kmsMasterKeyId: string };
  }[];
  const key = rule?.applyServerSideEncryptionByDefault.kmsMasterKeyId;
  return { bucket: String(bucket && outputsOf(bucket).arn), key: String(key) };
}
