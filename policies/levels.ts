/** How strict each rule is, where that is not the rule's own. */
import { ENFORCEMENTS, type Enforcement, type Rule } from "./rule";

/** Enforcement by rule name, where it is not the rule's own. */
export type Levels = Readonly<Record<string, Enforcement>>;

/** A rule that is less strict than it was written to be. It waives more than any waiver, so every report tells it. */
export interface Eased {
  readonly policy: string;
  readonly own: Enforcement;
  readonly now: Enforcement;
  /** Undefined where the engine was told so on its command line. */
  readonly why?: string;
}

/** What is wrong with the levels, all at once. */
export function levelProblems(rules: readonly Rule[], levels: Levels = {}): string[] {
  const names = new Set(rules.map(({ name }) => name));
  return Object.entries(levels).flatMap(([name, level]) => [
    ...(names.has(name) ? [] : [`there is no rule ${name}`]),
    ...(ENFORCEMENTS.includes(level)
      ? []
      : [`${name} is ${JSON.stringify(level)}; allowed: ${ENFORCEMENTS.join(", ")}`]),
  ]);
}

/**
 * The rules that the levels make less strict.
 *
 * @param reasons by rule
 */
export const easedBy = (
  rules: readonly Rule[],
  levels: Levels,
  reasons: ReadonlyMap<string, string> = new Map(),
): Eased[] =>
  rules.flatMap(({ name, enforcement: own }) => {
    const now = levels[name] ?? own;
    if (ENFORCEMENTS.indexOf(now) <= ENFORCEMENTS.indexOf(own)) return [];
    const why = reasons.get(name);
    return [{ policy: name, own, now, ...(why === undefined ? {} : { why }) }];
  });

export const easedText = ({ policy, own, now, why }: Eased) =>
  `${policy} is ${now}; its own level is ${own}${why === undefined ? "" : `: ${why}`}`;
