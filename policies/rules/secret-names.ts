/** Tells by name and shape whether a setting holds a secret in plain text. */

/** What the last words of a name say. */
const NAME = /(^|_)(SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|TOKEN|API_?KEY|KEY|CREDENTIALS?|DSN|AUTH)$/i;

/** Words that make of it a public thing, or the place where the secret is. */
const HARMLESS = /(^|_)(PUBLIC|KID)_|_?(FILE|PATH|DIR|ARN|NAME|ID)$/i;

/** Shapes that are secret under any name: a URL with a password, a private key, an access key, a token. */
const SHAPES = [
  /:\/\/[^/\s:@]*:[^/\s@]+@/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\b(ghp|gho|ghs|github_pat|glpat|xox[abps]|sk_live)[-_][0-9A-Za-z_-]{16,}/,
  /\bsk-(?=[\w-]*\d)[\w-]{20,}/,
  /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/,
];

export const hasSecretShape = (text: string) => SHAPES.some((shape) => shape.test(text));

export function holdsSecret(name: string, value: string): boolean {
  if (value === "") return false;
  if (hasSecretShape(value)) return true;
  return NAME.test(name) && !HARMLESS.test(name) && !/^(true|false|\d{1,6}|\/.*)$/.test(value);
}

/** Flags and variables of a command, and what they are given: `--password=…`, `--password …`, `PASSWORD=…`. */
const GIVEN = [
  /(?:^|[\s;&|"'])--?([A-Za-z][\w-]*)[= ](?!-)("[^"]*"|'[^']*'|[^\s;&|"']+)/g,
  /(?:^|[\s;&|"'])([A-Za-z]\w*)=("[^"]*"|'[^']*'|[^\s;&|"']+)/g,
];

/** What the words of a command give in plain text, by name. What a shell takes from its environment is not. */
export function secretsIn(words: readonly string[]): string[] {
  const text = words.join(" ");
  const named = GIVEN.flatMap((pattern) => [...text.matchAll(pattern)]).flatMap(
    ([, name = "", given = ""]) => {
      const value = given.replace(/^["']|["']$/g, "");
      return !value.startsWith("$") && holdsSecret(name.replaceAll("-", "_"), value) ? [name] : [];
    },
  );
  return named.length === 0 && words.some(hasSecretShape) ? ["its words"] : named;
}
