/** Tells by name and shape whether a setting holds a secret in plain text. */

/** Words that tell of a secret where a name ends in them, but for what counts or dates it. */
const WORDS =
  "SECRETS?|[A-Z]*PASSWORDS?|PASSWD|PASSPHRASES?|REQUIREPASS|PASS|PWD|TOKENS?|(API_?)?KEYS?|CREDENTIALS?|DSN|AUTH|MASTERAUTH";
const NAME = new RegExp(`(^|_)(${WORDS})(_(\\d+|V\\d+|BASE|OLD|NEW|PREVIOUS|CURRENT))*$`, "i");

/** Of these, digits alone are one, too. */
const PASSWORD = /PASS(WORDS?|WD|PHRASES?)?|PWD/i;

/** Words that make of it a public thing, or the place where the secret is. */
const HARMLESS = /(^|_)(PUBLIC|KID)_|_?(FILE|PATH|DIR|ARN|NAME|ID)$/i;

/** `dbPassword` as `db_Password`, `--db-password` as `db_password`. */
const inWords = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replaceAll("-", "_");

/** Shapes that are secret under any name: a URL with a password, a private key, an access key, a token. */
const SHAPES = [
  /:\/\/[^/\s:@]*:[^/\s@]+@/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\b(ghp|gho|ghs|github_pat|glpat|xox[abps]|sk_live)[-_][0-9A-Za-z_-]{16,}/,
  /\bsk-(?=[\w-]*\d)[\w-]{20,}/,
  /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/,
  // Redis's own words for one, in its file and among its arguments.
  /(^|\n)\s*(requirepass|masterauth)\s+[^\s$]/,
];

export const hasSecretShape = (text: string) => SHAPES.some((shape) => shape.test(text));

const SWITCH = /^(true|false)$/;
const NUMBER = /^\d{1,6}$/;
const PATH = /^(\/[\w.-]+)+\/?$/;

export function holdsSecret(name: string, value: string): boolean {
  if (value === "") return false;
  if (hasSecretShape(value)) return true;
  const words = inWords(name);
  if (!NAME.test(words) || HARMLESS.test(words) || SWITCH.test(value) || PATH.test(value)) return false;
  return PASSWORD.test(words) || !NUMBER.test(value);
}

const VALUE = `("[^"]*"|'[^']*'|[^\\s;&|"']+)`;
/** Flags and variables of a command, and what they are given: `--password=…`, `--password …`, `PASSWORD=…`. */
const GIVEN = [
  new RegExp(`(?:^|[\\s;&|"'])--?([A-Za-z][\\w-]*)[= ](?!-)${VALUE}`, "g"),
  new RegExp(`(?:^|[\\s;&|"'])([A-Za-z]\\w*)=${VALUE}`, "g"),
];
/** Flags of one letter that are given a password, of the tools that have them. */
const SHORT = [
  new RegExp(`\\bredis-cli\\b[^;&|]*?\\s(-a)\\s+${VALUE}`, "g"),
  new RegExp(`\\bcurl\\b[^;&|]*?\\s(-u)\\s+(?=\\S+:\\S)${VALUE}`, "g"),
];

/** What the words of a command give in plain text, by name. What a shell takes from its environment is not. */
export function secretsIn(words: readonly string[]): string[] {
  const text = words.join(" ");
  const given = (patterns: readonly RegExp[]) =>
    patterns
      .flatMap((pattern) => [...text.matchAll(pattern)])
      .map(([, name = "", value = ""]) => ({ name, value: value.replace(/^["']|["']$/g, "") }))
      .filter(({ value }) => !/^(\w+:)?\$/.test(value));
  const named = [...given(GIVEN).filter(({ name, value }) => holdsSecret(name, value)), ...given(SHORT)].map(
    ({ name }) => name,
  );
  return named.length === 0 && words.some(hasSecretShape) ? ["its words"] : named;
}
