import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A resource as the program registered it: what `declare` shows to whoever invents its outputs. */
interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/**
 * Outputs for resources that only a provider could give: real random texts and real certificates, so that what
 * the graph then holds can be started.
 */
export function inventOutputs({ type, inputs }: Registered): Record<string, unknown> {
  switch (type) {
    case "random:index/randomPassword:RandomPassword":
      return { result: randomText(Number(inputs.length)) };
    case "docker:index/remoteImage:RemoteImage":
      return { imageId: inputs.name };
    case "docker:index/container:Container":
      // What is declared after the migration waits for its good end; launching does so for real.
      return { exitCode: 0 };
    case "tls:index/privateKey:PrivateKey":
      return { privateKeyPem: openssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout"]) };
    case "tls:index/selfSignedCert:SelfSignedCert":
      return { certPem: selfSigned(inputs) };
    case "tls:index/certRequest:CertRequest":
      return { certRequestPem: request(inputs) };
    case "tls:index/locallySignedCert:LocallySignedCert":
      return { certPem: signed(inputs) };
    default:
      return {};
  }
}

const randomText = (length: number) =>
  randomBytes(length * 2)
    .toString("base64")
    .replaceAll(/[^A-Za-z0-9]/g, "")
    .slice(0, length);

const openssl = (args: string[]) =>
  execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** Runs openssl with files that hold PEM texts, by name. */
function withFiles(
  files: Record<string, string>,
  args: (path: (name: string) => string) => string[],
): string {
  const directory = mkdtempSync(join(tmpdir(), "mainstay-"));
  try {
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(directory, name), content, { mode: 0o600 });
    return openssl(args((name) => join(directory, name)));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const days = (inputs: Registered["inputs"]) => String(Math.floor(Number(inputs.validityPeriodHours) / 24));

function selfSigned(inputs: Registered["inputs"]): string {
  const { commonName } = inputs.subject as { commonName: string };
  return withFiles({ key: String(inputs.privateKeyPem) }, (path) => [
    ...["req", "-x509", "-new", "-key", path("key"), "-days", days(inputs), "-subj", `/CN=${commonName}`],
    ...["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
  ]);
}

function request(inputs: Registered["inputs"]): string {
  const names = (inputs.dnsNames as string[]).map((name) => `DNS:${name}`).join(",");
  const { commonName } = inputs.subject as { commonName: string };
  return withFiles({ key: String(inputs.privateKeyPem) }, (path) => [
    ...[
      "req",
      "-new",
      "-key",
      path("key"),
      "-subj",
      `/CN=${commonName}`,
      "-addext",
      `subjectAltName=${names}`,
    ],
  ]);
}

function signed(inputs: Registered["inputs"]): string {
  const files = {
    request: String(inputs.certRequestPem),
    ca: String(inputs.caCertPem),
    key: String(inputs.caPrivateKeyPem),
  };
  const serial = `0x${randomBytes(8).toString("hex")}`;
  return withFiles(files, (path) => [
    ...["x509", "-req", "-in", path("request"), "-CA", path("ca"), "-CAkey", path("key")],
    ...["-days", days(inputs), "-set_serial", serial, "-copy_extensions", "copyall"],
  ]);
}
