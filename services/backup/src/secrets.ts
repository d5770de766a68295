/** Secrets come from files only, are read anew for every run (so a rotated one is picked up), and never leave. */
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/** Too short a value would blank out ordinary words. */
const SHORTEST_HIDDEN = 6;

/** Only these reach restic: a credentials file cannot replace its password or its repository. */
const CREDENTIAL_NAMES = /^(AWS|AZURE|B2|GOOGLE|RESTIC_REST)_[A-Z0-9_]+$/;

const seen = new Set<string>();

/** The file's text without the newline an editor leaves at its end. Throws what the file system says. */
export function readSecret(path: string): string {
  const secret = readFileSync(path, "utf8").trim();
  remember(secret);
  return secret;
}

/** Has `scrub` hide this value from now on. */
export function remember(secret: string): void {
  if (secret.length >= SHORTEST_HIDDEN) seen.add(secret);
}

/** The last line of defence: no tool we call prints secrets, and if one ever does, logs and pages do not show it. */
export function scrub(text: string): string {
  let clean = text;
  for (const secret of seen) {
    clean = clean.replaceAll(secret, "[secret]").replaceAll(JSON.stringify(secret).slice(1, -1), "[secret]");
  }
  return clean;
}

/** The variables of a credentials file (`KEY=VALUE` lines). Its errors quote nothing: any word may be a secret. */
export function parseCredentials(text: string): Record<string, string> {
  const parsed = parseEnv(text) as Record<string, string>;
  const names = Object.keys(parsed);
  if (names.length === 0) throw new Error("has no KEY=VALUE line");
  if (!names.every((name) => CREDENTIAL_NAMES.test(name))) {
    throw new Error(
      "has a name that is no credential of a cloud; allowed: AWS_…, AZURE_…, B2_…, GOOGLE_…, RESTIC_REST_…",
    );
  }
  Object.values(parsed).forEach(remember);
  return parsed;
}
