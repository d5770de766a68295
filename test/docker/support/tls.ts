import { spawnSync } from "node:child_process";

export interface Handshake {
  /** The version both sides agreed on; undefined where they did not. */
  readonly version?: string;
  /** Why the server broke off, in TLS's own words; undefined where it did not. */
  readonly alert?: string;
}

/**
 * A TLS handshake with one version of the protocol only, by a client that would speak any.
 *
 * @param more arguments for openssl's s_client, such as what is said in plain text before
 */
export function handshake(port: number, version: string, ...more: readonly string[]): Handshake {
  const anyCipher = version === "tls1_3" ? [] : ["-cipher", "DEFAULT@SECLEVEL=0"];
  const address = ["-connect", `127.0.0.1:${port}`, "-servername", "localhost"];
  const { stdout, stderr } = spawnSync(
    "openssl",
    ["s_client", ...address, `-${version}`, ...anyCipher, ...more],
    {
      input: "",
      encoding: "utf8",
    },
  );
  return {
    version: /New, (TLSv[\d.]+), Cipher is (?!\(NONE\))/.exec(stdout)?.[1],
    alert: /alert ([a-z ]+):/.exec(stderr)?.[1],
  };
}
