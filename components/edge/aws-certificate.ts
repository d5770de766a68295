import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";

/**
 * A certificate for the environment's name, which AWS renews by itself as long as the record that proves whose the name
 * is stays.
 *
 * @returns its ARN, once it is issued
 */
export function certificate(
  { domain, aws: account }: AwsEnvironment,
  name: string,
  parent: pulumi.ComponentResource,
): pulumi.Output<string> {
  const requested = new aws.acm.Certificate(
    name,
    { domainName: domain, validationMethod: "DNS", keyAlgorithm: "EC_prime256v1" },
    { parent },
  );
  const proof = requested.domainValidationOptions.apply((options) => {
    const option = options.find(({ domainName }) => domainName === domain);
    if (!option) throw new Error(`AWS asks for no proof of ${domain}`);
    return option;
  });
  const record = new aws.route53.Record(
    `${name}-proof`,
    {
      zoneId: account.hostedZoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: 60,
      // The next certificate of the same name is proven by the same record.
      allowOverwrite: true,
    },
    { parent, deleteBeforeReplace: true },
  );
  return new aws.acm.CertificateValidation(
    name,
    { certificateArn: requested.arn, validationRecordFqdns: [record.fqdn] },
    { parent },
  ).certificateArn;
}
