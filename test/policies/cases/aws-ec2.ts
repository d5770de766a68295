import { TOPICS } from "../../../policies/rules";
import { awsStack } from "../support/aws-stack";
import { inputs, topic, type Topic } from "../support/cases";

export const EC2: Topic = topic("EC2", awsStack, TOPICS.EC2 ?? [], [
  ...inputs(
    "machine",
    {
      rule: "ec2-no-public-address",
      path: "associatePublicIpAddress",
      bad: true,
      absent: "pass",
      says: "associatePublicIpAddress is true; allowed: false, or not set.",
    },
    {
      rule: "ec2-no-public-address",
      given: [["machine", "inputs", "subnetId"], undefined],
      path: "associatePublicIpAddress",
      says: "associatePublicIpAddress is not set; allowed: false.",
    },
    {
      rule: "ec2-imdsv2",
      path: "metadataOptions.httpTokens",
      bad: "optional",
      says: 'metadataOptions.httpTokens is "optional"; allowed: required.',
    },
    {
      rule: "ec2-imdsv2",
      path: "metadataOptions",
      bad: { httpEndpoint: "enabled" },
      says: "metadataOptions.httpTokens is not set; allowed: required.",
    },
    {
      rule: "ec2-encrypted",
      path: "rootBlockDevice",
      bad: { volumeSize: 20 },
      says: "rootBlockDevice.encrypted is not set; allowed: true.",
    },
    {
      rule: "ec2-encrypted",
      path: "ebsBlockDevices[0].encrypted",
      bad: false,
      says: "ebsBlockDevices[0].encrypted is false; allowed: true.",
    },
    {
      rule: "ec2-no-secret-user-data",
      path: "userData",
      bad: "#!/bin/sh\nexport DB_PASSWORD=in-plain-sight\n",
      absent: "pass",
      says: "userData is a secret in DB_PASSWORD; allowed: no secret.",
    },
  ),
  {
    rule: "ec2-imdsv2",
    at: "template",
    path: "metadataOptions.httpTokens",
    bad: "optional",
    says: 'metadataOptions.httpTokens is "optional"; allowed: required.',
  },
  {
    rule: "ec2-no-secret-user-data",
    at: "template",
    path: "userData",
    bad: Buffer.from("redis-cli -a in-plain-sight ping").toString("base64"),
    absent: "pass",
    says: "userData is a secret in -a; allowed: no secret.",
  },
  {
    rule: "ec2-imdsv2",
    at: "made",
    path: "metadataOptions",
    bad: { httpTokens: "optional" },
    absent: "pass",
    says: 'metadataOptions.httpTokens is "optional"; allowed: required, or not set.',
  },
  {
    rule: "ec2-encrypted",
    at: "volume",
    path: "encrypted",
    bad: false,
    says: "encrypted is false; allowed: true.",
  },
]);
