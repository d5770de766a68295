/**
 * A secret is judged like any other value where it is at hand, and no message shows it. Where it is not at hand, the
 * answer is open, and a violation where nobody will ever tell more.
 */
import { describe, expect, it } from "vitest";
import { OPAQUE } from "../../environment/context";
import { SECRET, UNKNOWN, type Graph, type Json } from "../../graph/resource";
import { fromState } from "../../graph/state";
import { evaluate, type EvaluateOptions, type Verdict } from "../../policies/evaluate";
import type { Rule } from "../../policies/rule";
import { RULES } from "../../policies/rules";
import { CASES } from "./cases";
import { placeOf, prepared, type Case } from "./support/cases";
import { changedBy, rounds } from "./support/rounds";
import { changed, graph, holding, marked, TODAY, type GivenStack } from "./support/graphs";

/** Rules whose question is whether a value is marked as secret: to mark it is to change the answer. */
const ABOUT_MARKING = [
  "cache-no-literal-token",
  "dk-no-plain-upload",
  "dk-no-secret-env",
  "dk-no-secret-inspect",
  "ec2-no-secret-user-data",
  "ecs-no-secret-definition",
  "lambda-no-secret-env",
  "rds-no-literal-password",
  "secret-no-literal",
];
const RULES_ON_VALUES = RULES.filter(({ name }) => !ABOUT_MARKING.includes(name));

const judge = (
  one: Graph,
  rules: readonly Rule[] = RULES_ON_VALUES,
  options: Partial<EvaluateOptions> = {},
): Verdict => evaluate(one, rules, { production: true, today: TODAY, ...options });

const decided = ({ violations, undecidable }: Verdict) =>
  [
    ...violations.map(({ policy, urn }) => `${policy} ${urn} violation`),
    ...undecidable.map(({ policy, urn }) => `${policy} ${urn} open`),
  ].sort();

/** The same with every input of every resource marked. */
const allMarked = (one: Graph) => marked(one, ({ inputs }) => Object.keys(inputs).map((key) => `["${key}"]`));

const SAFE = [...new Set(CASES.map(({ safe }) => safe))];

describe("a secret that is at hand", () => {
  it.each(SAFE.map((safe, index) => [index + 1, safe] as const))(
    "is judged by its value wherever it stands in safe stack %i",
    (_number, safe) => {
      expect(decided(judge(allMarked(graph(safe))))).toEqual([]);
    },
  );

  const cases = CASES.flatMap(({ safe, cases: of }) =>
    of
      .filter(
        ({ rule, path, bad }) => path !== undefined && bad !== undefined && !ABOUT_MARKING.includes(rule),
      )
      .map((one) => ({ safe, one })),
  );

  it.each(cases.map(({ safe, one }) => [one.rule, one.at, one.path ?? "", safe, one] as const))(
    "%s: %s.%s is told without its value",
    (rule, at, path, safe, one) => {
      const plain = graph(changed(prepared(one, safe), placeOf(one), one.bad));
      const secret = marked(plain, ({ name }) => (name === at ? [path] : []));
      const [before, after] = [judge(plain), judge(secret)];
      expect(decided(after)).toEqual(decided(before));
      const said = after.violations.filter(({ policy }) => policy === rule).map(({ message }) => message);
      expect(said.some((message) => message.startsWith(withheld(one)))).toBe(true);
    },
  );

  it("is shown by no message, however many there are and whatever is wrong with them", () => {
    const leaks: string[] = [];
    let messages = 0;
    for (const safe of SAFE)
      for (const round of rounds(safe, ({ bad }) => [bad])) {
        const { stack, markers } = withMarkers(changedBy(round, safe));
        const secret = allMarked(graph(stack));
        const { violations, undecidable } = judge(secret, RULES);
        for (const { policy, message, property = "" } of [...violations, ...undecidable]) {
          messages += 1;
          const shown = markers.find((marker) => `${property} ${message}`.includes(marker));
          if (shown !== undefined) leaks.push(`${policy}: ${message}`);
        }
      }
    expect([...new Set(leaks)]).toEqual([]);
    expect(messages).toBeGreaterThan(1000);
  });
});

/** What a rule says first of a case where the value is a secret: all of it but what was found. */
function withheld({ says, path = "" }: Case): string {
  const told = / is .+; allowed: /.exec(says);
  if (!told) return says;
  const property = says.slice(0, told.index);
  // What is said of an input beside it is no secret.
  const [own = "", other = ""] = [property, path].map((one) => one.replace(/\["([\w-]+)"\]/g, ".$1"));
  if (!own.startsWith(other) && !other.startsWith(own)) return says;
  const secret = other.startsWith(own) ? own : other;
  return `${secret} is a secret${says.slice(says.lastIndexOf("; allowed: "))}`;
}

/** A stack in which every text and number is one that stands nowhere else, the same for the same. */
function withMarkers(stack: GivenStack): { stack: GivenStack; markers: string[] } {
  const markers = new Map<Json, Json>();
  const marker = (value: string | number): Json => {
    const number = markers.size + 73_000_001;
    const text = String(value).length > 40 ? `${number}-${value}` : `${value}-${number}`;
    const own = markers.get(value) ?? (typeof value === "number" ? number : text);
    markers.set(value, own);
    return own;
  };
  const mark = (value: Json): Json => {
    if (typeof value === "number") return marker(value);
    if (typeof value === "string") return inJson(value, mark) ?? marker(value);
    if (Array.isArray(value)) return value.map(mark);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mark(inner)]));
  };
  const marked = Object.fromEntries(
    Object.entries(stack).map(([name, given]) => [
      name,
      { ...given, inputs: mark(given.inputs) as Record<string, Json> },
    ]),
  );
  return {
    stack: marked,
    markers: [...markers.values()].map((one) => /73\d{6}/.exec(String(one))?.[0] ?? String(one)),
  };
}

/** A document that stands in a text, changed; undefined where it is none. */
function inJson(text: string, change: (content: Json) => Json): string | undefined {
  try {
    const content = JSON.parse(text) as Json;
    return content !== null && typeof content === "object" ? JSON.stringify(change(content)) : undefined;
  } catch {
    return undefined;
  }
}

describe("a secret that is not at hand", () => {
  const key = (enableKeyRotation: Json) => graph({ key: { type: "kms/key", inputs: { enableKeyRotation } } });
  const rule = RULES.filter(({ name }) => name === "kms-rotation");
  const told = (one: Graph, settled: boolean) => {
    const { violations, undecidable } = judge(one, rule, { settled });
    return [violations, undecidable].map((all) => all.map(({ message }) => message));
  };

  it("leaves the answer open, until nobody will tell more", () => {
    expect(told(key(SECRET), false)).toEqual([[], ["enableKeyRotation is a secret; allowed: true."]]);
    expect(told(key(SECRET), true)).toEqual([
      ["enableKeyRotation is a secret; allowed: true. Set enableKeyRotation: true."],
      [],
    ]);
  });

  it("is what is encrypted in the stack's file, or made from it", () => {
    for (const held of [OPAQUE, `before ${OPAQUE}`, JSON.stringify({ key: OPAQUE })])
      expect(told(holding(key(SECRET), held), false)[1]).toHaveLength(1);
    expect(told(holding(key(SECRET), "no"), false)[0]).toHaveLength(1);
  });

  it("is what a state holds encrypted, and not what it was exported with", () => {
    const secret = (held: object) =>
      fromState({
        deployment: {
          resources: [
            {
              urn: "urn:pulumi:test::mainstay::aws:kms/key:Key::key",
              type: "aws:kms/key:Key",
              custom: true,
              inputs: {
                enableKeyRotation: {
                  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
                  ...held,
                },
              },
            },
          ],
        },
      });
    expect(told(secret({ ciphertext: "v1:x" }), true)[0]).toHaveLength(1);
    expect(told(secret({ plaintext: "true" }), true)).toEqual([[], []]);
    expect(told(secret({ plaintext: "false" }), true)[0]).toEqual([
      "enableKeyRotation is a secret; allowed: true. Set enableKeyRotation: true.",
    ]);
  });
});

describe("what is open although nobody will tell more", () => {
  it("is a violation of whichever rule asks", { timeout: 120_000 }, () => {
    const open: string[] = [];
    for (const { safe, cases: of } of CASES)
      for (const one of of) {
        if (one.path === undefined || (one.unknown ?? "undecidable") !== "undecidable") continue;
        const undecided = graph(changed(prepared(one, safe), placeOf(one), UNKNOWN));
        const before = judge(undecided, RULES);
        const after = judge(undecided, RULES, { settled: true });
        if (
          after.undecidable.length > 0 ||
          after.violations.length !== before.violations.length + before.undecidable.length
        )
          open.push(`${one.rule} ${one.at}.${one.path}`);
      }
    expect(open).toEqual([]);
  });
});
