import { describe, type Place, type Problem } from "./problems";
import { judge, WIRED_SECRETS, type Declaration } from "./variables";

const TELLING = /(_|\.)(KEY|SECRET|TOKEN|PASSWORD|PASSPHRASE|CREDENTIALS)$(?<!PUBLIC_KEY)/;

/** Contradictions within one declaration. */
export function checkDeclaration(at: Place, declared: Declaration): Problem[] {
  const { from, secret, generate } = declared;
  const problems: Problem[] = [];
  const add = (found: string, allowed: string) => problems.push({ ...at, found, allowed });
  if (from !== undefined && (declared.default !== undefined || generate !== undefined)) {
    add("`from` together with `default` or `generate`", "one source of its value");
  }
  if (secret && declared.default !== undefined)
    add("a secret with a default", "`generate`, or a value per stack");
  if (!secret && generate !== undefined) add("`generate` without `secret: true`", "`secret: true`");
  if (from !== undefined && secret !== WIRED_SECRETS.includes(from)) {
    const [holds, allowed] = secret ? ["no password", "false"] : ["a password", "true"];
    add(`\`secret: ${secret}\` for ${from}, which holds ${holds}`, `\`secret: ${allowed}\``);
  }
  if (
    !secret &&
    from === undefined &&
    generate === undefined &&
    declared.type === "string" &&
    TELLING.test(at.key)
  ) {
    add("a name that tells of a secret, without `secret: true`", "`secret: true`, or another name");
  }
  return [...problems, ...checkBounds(at, declared), ...(secret ? [] : checkDefault(at, declared))];
}

function checkBounds(at: Place, declared: Declaration): Problem[] {
  const bounds = [
    ["min", "max"],
    ["minLength", "maxLength"],
  ] as const;
  const values = declared as Partial<Record<string, unknown>>;
  return bounds.flatMap(([lower, upper]) => {
    const [least, most] = [values[lower], values[upper]];
    if (typeof least !== "number" || typeof most !== "number" || least <= most) return [];
    return [
      { ...at, found: `${lower} ${least} above ${upper} ${most}`, allowed: `${lower} at most ${upper}` },
    ];
  });
}

function checkDefault(at: Place, declared: Declaration): Problem[] {
  const value = declared.default;
  const verdict = value === undefined ? undefined : judge(declared, value, false);
  return verdict
    ? [{ file: at.file, key: `${at.key}.default`, found: describe(value, [at.key]), allowed: verdict }]
    : [];
}
