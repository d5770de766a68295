/**
 * Which outputs get a stand-in where a stack is declared without an engine: every one the components use. All of them
 * are texts; what is made of any other is wholly unknown until `up`.
 */
import type { StandIns } from "../graph/recorder";

const OUTPUTS = [
  "id",
  "arn",
  "arnSuffix",
  "name",
  "bucket",
  "address",
  "allocationId",
  "dnsName",
  "fqdn",
  "hex",
  "imageId",
  "keyId",
  "prefixListId",
  "primaryEndpointAddress",
  "prometheusEndpoint",
  "versionId",
  "zoneId",
] as const;

/** Outputs of which a part is used: they are no mere text, or a text in parts. */
const SHAPED: Readonly<Record<string, (standIn: (output: string) => string) => Record<string, unknown>>> = {
  "aws:rds/instance:Instance": (standIn) => ({
    masterUserSecrets: [{ secretArn: standIn("masterUserSecrets"), kmsKeyId: "", secretStatus: "" }],
  }),
  "aws:synthetics/canary:Canary": (standIn) => ({
    engineArn: `arn:aws:lambda:::function:${standIn("engine")}:1`,
  }),
};

export const standIns: StandIns = ({ type }, standIn) => ({
  ...Object.fromEntries(OUTPUTS.map((output) => [output, standIn(output)])),
  ...SHAPED[type]?.(standIn),
});
