import type { GivenStack } from "../graphs";
import { compute } from "./compute";
import { data } from "./data";
import { edge } from "./edge";
import { network } from "./network";
import { storage } from "./storage";

/** An environment on AWS that obeys every rule. */
export const awsStack: GivenStack = {
  provider: {
    type: "pulumi:aws",
    inputs: {
      region: "eu-west-1",
      allowedAccountIds: '["123456789012"]',
      defaultTags: '{"tags":{"mainstay:environment":"test"}}',
    },
  },
  ...network,
  ...data,
  ...compute,
  ...edge,
  ...storage,
  password: {
    type: "random:randomPassword",
    inputs: { length: 40, special: false, keepers: { rotationDays: "90" } },
  },
  tag: { type: "random:randomString", inputs: { length: 6 } },
  privateKey: { type: "tls:privateKey", inputs: { algorithm: "ECDSA", ecdsaCurve: "P256" } },
  signed: {
    type: "tls:locallySignedCert",
    inputs: { validityPeriodHours: 9528, earlyRenewalHours: 720, allowedUses: ["server_auth"] },
  },
  authority: {
    type: "tls:selfSignedCert",
    inputs: { validityPeriodHours: 87_600, earlyRenewalHours: 720, allowedUses: ["cert_signing"] },
  },
};
