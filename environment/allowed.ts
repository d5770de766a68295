import { z } from "zod";
import { partsOf } from "./schema-parts";
import { rangeText } from "./variables";

const TYPE_NAMES: Record<string, string> = {
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

const quote = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(", ");
const oneOf = (values: readonly unknown[]) =>
  values.length === 1 ? quote(values) : `one of ${quote(values)}`;

/** What is allowed where zod found an issue, in words for people who do not know the schema. */
export function allowed(issue: z.core.$ZodIssue, schema: z.ZodType | undefined): string {
  if (schema instanceof z.ZodNumber) return schema.def.error ? issue.message : numberText(schema);
  switch (issue.code) {
    case "invalid_type":
      if (schema?.def.error) return issue.message;
      return `${TYPE_NAMES[issue.expected] ?? issue.expected}${requiredKeys(schema)}`;
    case "invalid_value":
      return oneOf(issue.values);
    case "invalid_union":
      return "options" in issue ? oneOf(issue.options as unknown[]) : issue.message;
    case "too_small":
      if (issue.origin === "string")
        return issue.minimum === 1 ? "a text that is not empty" : `at least ${issue.minimum} characters`;
      return `a list of at least ${issue.minimum} ${issue.minimum === 1 ? "entry" : "entries"}`;
    default:
      return issue.message;
  }
}

function numberText({ minValue, maxValue, format }: z.ZodNumber): string {
  const bound = (value: number | null, none: number) =>
    value === null || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? none : value;
  const kind = format === "safeint" ? "a whole number" : "a number";
  return rangeText(kind, bound(minValue, -Infinity), bound(maxValue, Infinity));
}

function requiredKeys(schema: z.ZodType | undefined): string {
  const forms = schema instanceof z.ZodDiscriminatedUnion ? schema.options : [schema];
  const [first = [], ...others] = forms.map((form) =>
    Object.entries((form instanceof z.ZodObject ? partsOf(form, {}) : undefined) ?? {})
      .filter(([, part]) => !part.safeParse(undefined).success)
      .map(([name]) => name),
  );
  const names = first.filter((name) => others.every((other) => other.includes(name)));
  return names.length === 0 ? "" : ` with ${names.join(", ")}`;
}
