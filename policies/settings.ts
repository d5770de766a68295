/** What a project decides about its rules: how strict each is, where they mend by themselves, what is waived. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parse } from "../environment/parse";
import type { Problem } from "../environment/problems";
import type { Json } from "../graph/resource";
import { object } from "./documents";
import { easedBy, levelProblems, type Levels } from "./levels";
import { ENFORCEMENTS, type Rule } from "./rule";
import { describeWaiver, termProblem, waiverSchema } from "./waiver";

const ENFORCEMENT_FILE = "enforcement.json";
const WAIVER_FILE = "waivers.json";

/** A rule made less strict for all stacks: as a waiver, but for no single resource. */
const easingSchema = waiverSchema
  .omit({ resource: true, property: true })
  .extend({ level: z.enum(ENFORCEMENTS) });

const enforcementSchema = z.strictObject({
  /** By rule, where it is stricter than the rule's own. */
  levels: z.record(z.string(), z.enum(ENFORCEMENTS)).default({}),
  /** Rules that are less strict than their own level, for a time, by somebody, for a reason. */
  eased: z.array(easingSchema).default([]),
  /** Whether rules mend production, too. Elsewhere they do. */
  remediateProduction: z.boolean().default(false),
});

/** Why a rule is less strict than it was written to be. */
type Easing = z.output<typeof easingSchema>;

/** By rule, as every report says it. */
export const reasonsOf = ({ eased }: Pick<Settings, "eased">): ReadonlyMap<string, string> =>
  new Map(eased.map((one) => [one.rule, describeWaiver(one)]));

export interface Settings {
  readonly levels: Levels;
  readonly eased: readonly Easing[];
  readonly remediateProduction: boolean;
  /** What the waiver file holds; whether each waiver holds is judged with the stack it is of. */
  readonly waivers: unknown;
  /** Where there are any, no verdict is to be relied on. */
  readonly problems: readonly Problem[];
}

/**
 * @param pack the folder of the policy pack
 * @param day `YYYY-MM-DD`: what was eased until then is so no more
 */
export function readSettings(pack: string, rules: readonly Rule[], day: string): Settings {
  const problems: Problem[] = [];
  const enforcement = readJson(pack, ENFORCEMENT_FILE, problems);
  const waivers = readJson(pack, WAIVER_FILE, problems);
  const parsed = parse(enforcementSchema, `policies/${ENFORCEMENT_FILE}`, "enforcement", enforcement ?? {});
  problems.push(...parsed.problems);
  // Names are judged also where a level is none, which has been told already.
  const names = Object.keys(object(object((enforcement ?? {}) as Json).levels));
  for (const found of levelProblems(rules, Object.fromEntries(names.map((name) => [name, "advisory"]))))
    problems.push(problem(ENFORCEMENT_FILE, "enforcement.levels", found, "a name of policies/rules.md"));
  if (parsed.problems.length > 0) return { ...NONE, waivers: waivers ?? [], problems };
  const { levels, eased, remediateProduction } = parsed.value;
  for (const { policy, now } of easedBy(rules, levels))
    problems.push(
      problem(ENFORCEMENT_FILE, `enforcement.levels.${policy}`, now, "an entry of eased, with its reason"),
    );
  for (const [index, one] of eased.entries()) {
    const wrong = easingProblem(one, rules, day);
    if (wrong) problems.push(problem(ENFORCEMENT_FILE, `enforcement.eased[${index}]`, ...wrong));
  }
  return {
    levels: { ...levels, ...Object.fromEntries(eased.map(({ rule, level }) => [rule, level])) },
    eased,
    remediateProduction,
    waivers: waivers ?? [],
    problems,
  };
}

/** What is found, and what is allowed. */
function easingProblem(
  { rule: name, level, granted, until }: Easing,
  rules: readonly Rule[],
  day: string,
): [found: string, allowed: string] | undefined {
  const rule = rules.find((one) => one.name === name);
  if (!rule) return [`there is no rule ${name}`, "a name of policies/rules.md"];
  if (easedBy([rule], { [name]: level }).length === 0)
    return [`${name} ${level}, which is no less strict than its own level`, "levels says what is stricter"];
  const wrong = termProblem({ granted, until }, rule.severity, day);
  return wrong && [`${name}, ${wrong.message}`, "a term that holds, or no entry"];
}

const NONE = { levels: {}, eased: [], remediateProduction: false };

const problem = (file: string, key: string, found: string, allowed: string): Problem => ({
  file: `policies/${file}`,
  key,
  found,
  allowed,
});

function readJson(pack: string, file: string, problems: Problem[]): unknown {
  let text = "";
  try {
    text = readFileSync(join(pack, file), "utf8");
    return JSON.parse(text) as unknown;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    problems.push(
      missing
        ? problem(file, "(file)", "no such file", "a file with JSON in it")
        : problem(file, `line ${lineOf(error, text)}`, "something that is not JSON", "JSON"),
    );
    return undefined;
  }
}

/** The parser tells the place as a number of characters, or not at all where the text ends too early. */
function lineOf(error: unknown, text: string): number {
  const position = /at position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
  return text.slice(0, position === undefined ? undefined : Number(position)).split("\n").length;
}
