/** What the program makes itself to keep secrets with: passwords, keys and certificates. */
import { atLeast, atMost, is, judge, oneOf, orAbsent, property, properties } from "../expect";
import { resourceRule } from "../rule";

const PASSWORD = ["random:index/randomPassword:RandomPassword"];
const STRING = ["random:index/randomString:RandomString"];
const PRIVATE_KEY = ["tls:index/privateKey:PrivateKey"];
const SIGNED = ["tls:index/locallySignedCert:LocallySignedCert"];
const SELF_SIGNED = ["tls:index/selfSignedCert:SelfSignedCert"];
const TLS_PAGE = "https://www.pulumi.com/registry/packages/tls/";
const HOURS_PER_DAY = 24;
/** The most browsers accept. */
const MOST_DAYS = 398;

export const material = [
  resourceRule({
    name: "password-length",
    description: "A generated password cannot be guessed: it has 24 characters or more.",
    severity: "high",
    remediation: "Set length to 24 or more",
    link: "https://www.pulumi.com/registry/packages/random/api-docs/randompassword/",
    types: PASSWORD,
    check: property("length", atLeast(24)),
  }),
  resourceRule({
    name: "password-alphabet",
    description: "A generated password is made of letters of both cases and of digits.",
    severity: "medium",
    remediation: "Remove lower, upper and numeric, or set them to true",
    link: "https://www.pulumi.com/registry/packages/random/api-docs/randompassword/",
    types: PASSWORD,
    check: properties({
      lower: orAbsent(is(true)),
      upper: orAbsent(is(true)),
      numeric: orAbsent(is(true)),
      number: orAbsent(is(true)),
    }),
  }),
  resourceRule({
    name: "password-rotates",
    description: "A generated password that is not protected as lasting is replaced every 90 days or sooner.",
    severity: "medium",
    remediation: "Add keepers with rotationDays and a generation, or protect what must last",
    link: "https://www.pulumi.com/registry/packages/random/api-docs/randompassword/",
    types: PASSWORD,
    production: true,
    check: (password) =>
      password.protect
        ? []
        : judge(password, "keepers.rotationDays", {
            ...atMost(90),
            test: (days) => Number(days) > 0 && Number(days) <= 90,
          }),
  }),
  resourceRule({
    name: "no-random-string-secret",
    description: "Random strings are not used where a secret is meant: their results are shown.",
    severity: "high",
    remediation: "Use random.RandomPassword",
    link: "https://www.pulumi.com/registry/packages/random/api-docs/randomstring/",
    types: STRING,
    check: (resource) =>
      /(secret|password|token|key|credential)/i.test(resource.name)
        ? [
            {
              outcome: "violation",
              resource,
              what: "it is named like a secret, and its result is plain text",
            },
          ]
        : [],
  }),
  resourceRule({
    name: "tls-key-strength",
    description: "A private key is long enough for its algorithm.",
    severity: "high",
    remediation: 'Set algorithm: "ECDSA" and ecdsaCurve: "P256", or RSA with rsaBits of 3072 or more',
    link: `${TLS_PAGE}api-docs/privatekey/`,
    types: PRIVATE_KEY,
    check: (key) => {
      if (key.inputs.algorithm === "RSA") return judge(key, "rsaBits", atLeast(3072));
      if (key.inputs.algorithm === "ECDSA") return judge(key, "ecdsaCurve", oneOf("P256", "P384", "P521"));
      return judge(key, "algorithm", oneOf("ECDSA", "ED25519", "RSA"));
    },
  }),
  resourceRule({
    name: "tls-certificate-life",
    description: "A server's certificate ends within 398 days, and is renewed two weeks before or sooner.",
    severity: "medium",
    remediation: "Set validityPeriodHours to 9552 or less and earlyRenewalHours to 336 or more",
    link: `${TLS_PAGE}api-docs/locallysignedcert/`,
    types: SIGNED,
    check: properties({
      validityPeriodHours: atMost(MOST_DAYS * HOURS_PER_DAY),
      earlyRenewalHours: atLeast(14 * HOURS_PER_DAY),
    }),
  }),
  resourceRule({
    name: "tls-server-only",
    description: "A server's certificate cannot sign other certificates.",
    severity: "high",
    remediation: "Remove isCaCertificate and cert_signing",
    link: `${TLS_PAGE}api-docs/locallysignedcert/`,
    types: SIGNED,
    check: (certificate) => [
      ...judge(certificate, "isCaCertificate", orAbsent(is(false))),
      ...judge(
        certificate,
        "allowedUses[*]",
        oneOf("digital_signature", "key_encipherment", "server_auth", "client_auth"),
      ),
    ],
  }),
  resourceRule({
    name: "tls-authority-renewed",
    description: "An authority's certificate ends within ten years, is renewed before, and only signs.",
    severity: "medium",
    remediation:
      "Set validityPeriodHours to 87840 or less, earlyRenewalHours to 336 or more, and remove other uses",
    link: `${TLS_PAGE}api-docs/selfsignedcert/`,
    types: SELF_SIGNED,
    check: properties({
      earlyRenewalHours: atLeast(14 * HOURS_PER_DAY),
      validityPeriodHours: atMost(10 * 366 * HOURS_PER_DAY),
      "allowedUses[*]": oneOf("cert_signing", "crl_signing", "digital_signature"),
    }),
  }),
];
