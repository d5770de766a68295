/** The vocabulary of rules about one value: what is expected, and how a value is held against it. */
import { SECRET, UNKNOWN, type Json, type Resource } from "../graph/resource";
import type { Answer, Expectation, Finding } from "./rule";
import { isSecret } from "./secrets";
import { isAnswer, readings } from "./sketch";
import { spots } from "./spots";

const expectation = (allowed: string, test: (value: Json) => Answer): Expectation => ({
  allowed,
  test,
  absent: false,
  given: false,
});

export const is = (wanted: Json) => expectation(String(wanted), (value) => value === wanted);

export const oneOf = (...wanted: readonly Json[]) =>
  expectation(wanted.join(" or "), (value) => wanted.includes(value));

export const notOneOf = (...unwanted: readonly Json[]) =>
  expectation(`anything but ${unwanted.join(", ")}`, (value) => !unwanted.includes(value));

export const atLeast = (least: number) => expectation(`${least} or more`, (value) => Number(value) >= least);

export const atMost = (most: number) => expectation(`${most} or less`, (value) => Number(value) <= most);

export const between = (least: number, most: number) =>
  expectation(`${least} to ${most}`, (value) => Number(value) >= least && Number(value) <= most);

export const matches = (pattern: RegExp, allowed: string) =>
  expectation(allowed, (value) => typeof value === "string" && pattern.test(value));

export const matchesNot = (pattern: RegExp, allowed: string) =>
  expectation(allowed, (value) => !(typeof value === "string" && pattern.test(value)));

/** Set to something: a secret, or the id of another resource, is something, too. */
export const isSet: Expectation = {
  ...expectation("any value", (value) => value !== "" && value !== null && !isEmpty(value)),
  given: true,
};

/** Marked as secret, whatever it holds, or not there at all. */
export const aSecret: Expectation = {
  ...expectation("a secret", () => false),
  absent: true,
  secret: true,
  shown: false,
};

export const isEmptyOrAbsent: Expectation = {
  ...expectation("nothing", isEmpty),
  absent: true,
};

/** A list, or an object's keys, with all of these among them. */
export const contains = (...wanted: readonly string[]) =>
  expectation(`a list with ${wanted.join(" and ")}`, (value) =>
    every(wanted.map((one) => some(elements(value).map((element) => same(element, one))))),
  );

/** A list with nothing but these in it. */
export const onlyOf = (...allowed: readonly string[]) =>
  expectation(allowed.length > 0 ? `only ${allowed.join(", ")}` : "an empty list", (value) =>
    every(
      elements(value).map((element) =>
        element === UNKNOWN || element === SECRET ? undefined : allowed.includes(String(element)),
      ),
    ),
  );

/** A list of which no element matches. */
export const withoutAny = (pattern: RegExp, allowed: string) =>
  expectation(allowed, (value) =>
    every(
      elements(value).map((element) =>
        element === UNKNOWN || element === SECRET ? undefined : !pattern.test(String(element)),
      ),
    ),
  );

/** A list of which an element matches. */
export const withAny = (pattern: RegExp, allowed: string) =>
  expectation(allowed, (value) =>
    some(
      elements(value).map((element) =>
        element === UNKNOWN || element === SECRET ? undefined : pattern.test(String(element)),
      ),
    ),
  );

export const longerThan = (least: number) =>
  expectation(`${least} or more entries`, (value) => elements(value).length >= least);

/** The same, and the input may also be left out. */
export const orAbsent = (expected: Expectation): Expectation => ({
  ...expected,
  absent: true,
  allowed: `${expected.allowed}, or not set`,
});

/** What is wrong with the values at a path: nothing, most of the time. */
export function judge(resource: Resource, path: string, expected: Expectation): Finding[] {
  return spots(resource, path).flatMap(({ path: property, value }) => {
    const finding = {
      resource,
      property,
      found: expected.shown === false ? withheld(value) : shown(value),
      allowed: expected.allowed,
    };
    const marked = value === SECRET || isSecret(resource, property);
    const answer =
      (expected.secret === true && marked) ||
      (value === UNKNOWN && expected.given && (marked || isTold(resource, property))) ||
      (value === UNKNOWN ? foresee(resource, property, expected) : hold(value, expected));
    if (answer === true) return [];
    return [{ ...finding, outcome: answer === false ? "violation" : "undecidable" } as const];
  });
}

/** Of a text that is known in parts, what comes out whatever the cloud will answer. */
function foresee({ sketches }: Resource, path: string, expected: Expectation): Answer {
  const sketch = sketches?.[path];
  if (sketch === undefined || isAnswer(sketch)) return undefined;
  const [one, other] = readings(sketch).map((text) => expected.test(text));
  return one === other ? one : undefined;
}

/** A rule's check of one property. */
export const property = (path: string, expected: Expectation) => (resource: Resource) =>
  judge(resource, path, expected);

/** A rule's check of several properties. */
export const properties = (expected: Readonly<Record<string, Expectation>>) => (resource: Resource) =>
  Object.entries(expected).flatMap(([path, one]) => judge(resource, path, one));

/** Whether a value is unknown only because another resource of the stack has yet to tell it. */
function isTold({ propertyDependencies }: Resource, path: string): boolean {
  const root = /^[^.[]+/.exec(path)?.[0] ?? path;
  return (propertyDependencies[root] ?? []).length > 0;
}

export function hold(value: Json | undefined, expected: Expectation): Answer {
  if (value === undefined || value === null) return expected.absent;
  if (value === UNKNOWN) return undefined;
  if (value === SECRET) return expected.given ? true : undefined;
  return expected.test(value);
}

/** Whether all are true; undefined where that depends on an answer that is undefined. */
export function every(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

export const not = (answer: Answer): Answer => (answer === undefined ? undefined : !answer);

/** Whether any is true; undefined where that depends on an answer that is undefined. */
export function some(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

/** Turns an answer into a finding about a resource as a whole. */
export function unless(answer: Answer, resource: Resource, what: string, property?: string): Finding[] {
  if (answer === true) return [];
  return [{ outcome: answer === false ? "violation" : "undecidable", resource, what, property }];
}

/** The answer where an unknown value decides whether the rule applies at all. */
export const softened = (findings: readonly Finding[]): Finding[] =>
  findings.map((finding) => ({ ...finding, outcome: "undecidable" }));

const LONGEST_SHOWN = 80;

/** A value in words. Of objects only that they are there: what is inside may be anything. */
export function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return "not set";
  if (value === UNKNOWN) return "unknown until up";
  if (value === SECRET) return "a secret";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

const withheld = (value: Json | undefined) =>
  typeof value === "string" && value !== UNKNOWN && value !== SECRET ? "plain text" : shown(value);

function elements(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  return value !== null && typeof value === "object" ? Object.keys(value) : [value];
}

function same(element: Json, wanted: string): Answer {
  if (element === UNKNOWN || element === SECRET) return undefined;
  return element === wanted;
}

function isEmpty(value: Json): boolean {
  return value !== null && typeof value === "object" && Object.keys(value).length === 0;
}
