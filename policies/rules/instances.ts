/** Machines of one's own: EC2 instances, the templates they are made from, and their disks. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import { is, judge, orAbsent, properties, softened } from "../expect";
import { resourceRule, type Expectation, type Finding } from "../rule";
import { isSecret } from "../secrets";
import { spots } from "../spots";
import { aws } from "../tokens";
import { secretsIn } from "./secret-names";

const INSTANCE = aws("ec2", "instance");
const TEMPLATE = aws("ec2", "launchTemplate");
const VOLUME = aws("ebs", "volume");

export const instances = [
  resourceRule({
    name: "ec2-no-public-address",
    description:
      "An instance has no address on the internet: users come by a load balancer, people by Session Manager.",
    severity: "high",
    references: { fsbp: "EC2.9", nag: "EC2InstanceNoPublicIp", checkov: "CKV_AWS_88" },
    remediation: "Set associatePublicIpAddress: false and subnetId to a private subnet",
    types: INSTANCE,
    check: judgeAddress,
  }),
  resourceRule({
    name: "ec2-imdsv2",
    description:
      "Who asks an instance for its role's credentials has to ask for a token first, which a request that was forged cannot.",
    severity: "high",
    references: {
      fsbp: "EC2.8 EC2.170",
      nag: "EC2IMDSv2Enabled",
      checkov: "CKV_AWS_79",
      trivy: "AWS-0028 AWS-0130",
    },
    remediation: 'Set metadataOptions: { httpTokens: "required" }',
    types: [...INSTANCE, ...TEMPLATE],
    check: judgeMetadata,
  }),
  resourceRule({
    name: "ec2-encrypted",
    description: "An instance's disks are encrypted.",
    severity: "high",
    references: {
      fsbp: "EC2.3",
      nag: "EC2EBSVolumeEncrypted",
      checkov: "CKV_AWS_3 CKV_AWS_8",
      trivy: "AWS-0026 AWS-0131",
    },
    remediation: "Set encrypted: true of rootBlockDevice, of each of ebsBlockDevices, and of an ebs.Volume",
    types: [...INSTANCE, ...VOLUME],
    check: (resource) =>
      VOLUME.includes(resource.type)
        ? judge(resource, "encrypted", is(true))
        : properties({
            "rootBlockDevice.encrypted": unlessTemplate(resource, is(true)),
            "ebsBlockDevices[*].encrypted": is(true),
          })(resource),
  }),
  resourceRule({
    name: "ec2-no-secret-user-data",
    description:
      "What an instance is started with holds no secret: whoever is on it, or may describe it, reads it.",
    severity: "critical",
    references: { checkov: "CKV_AWS_46", trivy: "AWS-0029" },
    remediation: "Let the instance read it from Secrets Manager, by its role",
    link: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html",
    types: [...INSTANCE, ...TEMPLATE],
    check: judgeUserData,
  }),
];

/** A template says what is left out. */
const unlessTemplate = ({ inputs }: Resource, expected: Expectation): Expectation =>
  inputs.launchTemplate === undefined ? expected : orAbsent(expected);

/** Inputs that say where an instance stands, and with that whether it gets an address where nothing says so. */
const PLACES = ["subnetId", "primaryNetworkInterface", "networkInterfaces", "launchTemplate"];

/** Without a place it stands in the account's default network, which gives an address to each. */
function judgeAddress(instance: Resource): Finding[] {
  const isPlaced = PLACES.some((input) => instance.inputs[input] !== undefined);
  return judge(instance, "associatePublicIpAddress", isPlaced ? orAbsent(is(false)) : is(false));
}

function judgeMetadata(resource: Resource): Finding[] {
  const [endpoint] = spots(resource, "metadataOptions.httpEndpoint");
  if (endpoint?.value === "disabled") return [];
  const findings = judge(resource, "metadataOptions.httpTokens", unlessTemplate(resource, is("required")));
  return endpoint?.value === UNKNOWN ? softened(findings) : findings;
}

function judgeUserData(resource: Resource): Finding[] {
  const { userData } = resource.inputs;
  const finding = { resource, property: "userData", allowed: "no secret" };
  if (isSecret(resource, "userData")) return [{ ...finding, outcome: "violation", found: "a secret" }];
  if (userData === UNKNOWN) return [{ ...finding, outcome: "undecidable", found: "unknown until up" }];
  const given = String(userData ?? "");
  // A template takes it in base64 only.
  const text = TEMPLATE.includes(resource.type) ? Buffer.from(given, "base64").toString("latin1") : given;
  return secretsIn([text]).map((name) => ({
    ...finding,
    outcome: "violation",
    found: `a secret in ${name}`,
  }));
}
