import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

const HOURS_PER_DAY = 24;
/** Certificates are renewed by the first `up` within this time before they end. */
const RENEW_DAYS_BEFORE = 30;

/** A certificate and its key, PEM. */
export interface Certificate {
  readonly chain: pulumi.Output<string>;
  readonly key: pulumi.Output<string>;
}

/** The environment's own certificate authority: it signs the certificates of servers inside. */
export class Authority extends pulumi.ComponentResource {
  /** PEM of the authority's certificate, for clients. */
  readonly certificate: pulumi.Output<string>;
  private readonly key: tls.PrivateKey;

  constructor(name: string, args: { environment: string }, opts: pulumi.ComponentResourceOptions) {
    super("mainstay:docker:Authority", name, {}, opts);
    this.key = new tls.PrivateKey(
      `${name}-key`,
      { algorithm: "ECDSA", ecdsaCurve: "P256" },
      { parent: this },
    );
    this.certificate = new tls.SelfSignedCert(
      `${name}-certificate`,
      {
        privateKeyPem: this.key.privateKeyPem,
        subject: { commonName: `Mainstay ${args.environment} authority`, organization: "Mainstay" },
        isCaCertificate: true,
        validityPeriodHours: 3650 * HOURS_PER_DAY,
        earlyRenewalHours: RENEW_DAYS_BEFORE * HOURS_PER_DAY,
        allowedUses: ["cert_signing", "crl_signing"],
      },
      { parent: this },
    ).certPem;
    this.registerOutputs({});
  }

  /**
   * Signs a server's certificate for the given DNS names, good for 397 days (the most browsers accept).
   */
  issue(name: string, dnsNames: readonly string[], opts: pulumi.CustomResourceOptions): Certificate {
    const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, opts);
    const request = new tls.CertRequest(
      `${name}-request`,
      { privateKeyPem: key.privateKeyPem, subject: { commonName: dnsNames[0] }, dnsNames: [...dnsNames] },
      opts,
    );
    const signed = new tls.LocallySignedCert(
      `${name}-certificate`,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: this.key.privateKeyPem,
        caCertPem: this.certificate,
        validityPeriodHours: 397 * HOURS_PER_DAY,
        earlyRenewalHours: RENEW_DAYS_BEFORE * HOURS_PER_DAY,
        allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
      },
      opts,
    );
    return { chain: signed.certPem, key: key.privateKeyPem };
  }
}
