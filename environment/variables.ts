import { z } from "zod";
import { variableName } from "./fields";

/**
 * The declaration language of the app's own environment variables: what each is, where its value comes
 * from, and what must hold for it. Everything here is plain data without Pulumi resources.
 */

/** Values the environment itself knows and hands to the app. */
const WIRED = [
  "environment.name",
  "service.port",
  "edge.url",
  "edge.corsOrigins",
  "edge.uploadMaxMiB",
  "edge.timeoutMs",
  "database.url",
  "database.caFile",
  "database.statementTimeoutMs",
  "cache.url",
  "tracing.endpoint",
] as const;
export type Wired = (typeof WIRED)[number];

/** Wired values that hold credentials, so a variable fed by one has to be declared secret. */
export const WIRED_SECRETS: readonly Wired[] = ["database.url", "cache.url"];

const literal = z.union([z.string(), z.number(), z.boolean()], { error: "a text, a number, true or false" });
export type Literal = z.output<typeof literal>;

const generated = z.strictObject({
  generate: z
    .int()
    .min(16)
    .max(128)
    .describe(
      "Length of the random text Mainstay makes, in characters, as long as nobody gives the secret: what stands in mainstay:secrets comes first.",
    ),
});

/** What a stack may say about a variable: a plain value, or that Mainstay shall make a secret one. */
export const stackValue = z.union([literal, generated], {
  error: "a text, a number, true or false, or {generate: LENGTH} for a secret",
});
export type StackValue = z.output<typeof stackValue>;

/** What must hold for a value on top of its type where the environment serves real users. */
const production = z
  .strictObject({
    minLength: z.int().min(1).optional(),
    forbid: z.array(literal).optional(),
    equals: literal.optional(),
  })
  .describe("Holds only in environments with `production: true`.");

const common = {
  description: z.string().min(1),
  required: z.boolean().default(true),
  secret: z.boolean().default(false),
  from: z.enum(WIRED).optional().describe("The environment hands this value to the app."),
  generate: generated.shape.generate.optional(),
  default: literal.optional(),
  production: production.optional(),
};

const format = z
  .strictObject({
    pattern: z
      .string()
      .refine(isPattern, { error: "a regular expression" })
      .describe("Regular expression that the whole text matches."),
    allowed: z.string().min(1).describe("The same in words, for whoever has to mend a value."),
  })
  .describe("What a text looks like.");

function isPattern(text: string): boolean {
  try {
    return wholly(text) instanceof RegExp;
  } catch {
    return false;
  }
}

const wholly = (pattern: string) => new RegExp(`^(?:${pattern})$`, "u");

const text = {
  minLength: z.int().min(0).optional(),
  maxLength: z.int().min(1).optional(),
  format: format.optional(),
};
const range = { min: z.number().optional(), max: z.number().optional() };

/** One variable's declaration; `type` says which values it takes. */
export const declaration = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("string"), ...common, ...text }),
  z.strictObject({ type: z.literal("integer"), ...common, ...range }),
  z.strictObject({ type: z.literal("number"), ...common, ...range }),
  z.strictObject({ type: z.literal("port"), ...common }),
  z.strictObject({ type: z.literal("boolean"), ...common }),
  z.strictObject({ type: z.literal("enum"), ...common, values: z.array(z.string()).min(1) }),
  z.strictObject({ type: z.literal("url"), ...common, schemes: z.array(z.string()).min(1) }),
  z.strictObject({ type: z.literal("path"), ...common }),
  z.strictObject({ type: z.literal("origins"), ...common }),
]);
export type Declaration = z.output<typeof declaration>;

/** Rules that look at several variables at once. */
export const rule = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("atLeastOne"), of: z.array(variableName).min(2) })
    .describe("At least one of these variables has a value."),
  z
    .strictObject({ kind: z.literal("notAbove"), lower: variableName, upper: variableName })
    .describe("The first variable's number is not above the second's."),
  z
    .strictObject({ kind: z.literal("withinStop"), seconds: variableName })
    .describe("The variable's number is below the stopSeconds of every service that is given it."),
]);
export type Rule = z.output<typeof rule>;

/**
 * Judges one value against its declaration.
 *
 * @param value the value as it will reach the app
 * @param inProduction whether the environment serves real users
 * @returns what is allowed, if the value is not; otherwise nothing
 */
export function judge(declared: Declaration, value: Literal, inProduction: boolean): string | undefined {
  const strict = inProduction ? declared.production : undefined;
  if (strict?.equals !== undefined && value !== strict.equals) return `${show(strict.equals)} in production`;
  if (strict?.forbid?.some((forbidden) => covers(value, forbidden))) {
    return `anything but ${strict.forbid.map(show).join(", ")} in production`;
  }
  if (strict?.minLength !== undefined && String(value).length < strict.minLength) {
    return `at least ${strict.minLength} characters in production`;
  }
  return judgeType(declared, value);
}

/** A list such as `CORS_ORIGINS` is forbidden a value when any of its entries is that value. */
const covers = (value: Literal, forbidden: Literal) =>
  value === forbidden ||
  (typeof value === "string" && value.split(",").some((entry) => entry.trim() === forbidden));

const show = (value: Literal) => JSON.stringify(value);

function judgeType(declared: Declaration, value: Literal): string | undefined {
  switch (declared.type) {
    case "string":
      return judgeText(value, declared);
    case "integer":
      return judgeNumber(value, declared.min ?? -Infinity, declared.max ?? Infinity, "a whole number");
    case "number":
      return judgeNumber(value, declared.min ?? -Infinity, declared.max ?? Infinity, "a number");
    case "port":
      return judgeNumber(value, 1, 65535, "a whole number");
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "enum":
      return declared.values.some((allowed) => allowed === value)
        ? undefined
        : `one of ${declared.values.map(show).join(", ")}`;
    case "url":
      return isUrl(value, declared.schemes)
        ? undefined
        : `a URL that starts with ${declared.schemes.map((s) => `${s}://`).join(" or ")}`;
    case "path":
      return typeof value === "string" && value.startsWith("/") ? undefined : "an absolute path";
    case "origins":
      return isOrigins(value)
        ? undefined
        : 'origins such as "https://app.example.com", separated by commas, or "*"';
  }
}

function judgeText(
  value: Literal,
  { minLength = 0, maxLength = Infinity, format: wanted }: Extract<Declaration, { type: "string" }>,
): string | undefined {
  if (typeof value !== "string") return "a text";
  if (value.length < minLength)
    return minLength === 1 ? "a text that is not empty" : `at least ${minLength} characters`;
  if (value.length > maxLength) return `at most ${maxLength} characters`;
  return wanted && !wholly(wanted.pattern).test(value) ? wanted.allowed : undefined;
}

function judgeNumber(value: Literal, min: number, max: number, kind: string): string | undefined {
  const fits = typeof value === "number" && value >= min && value <= max;
  if (fits && (kind === "a number" || Number.isInteger(value))) return undefined;
  return rangeText(kind, min, max);
}

/** A range of numbers in words. */
export function rangeText(kind: string, min: number, max: number): string {
  if (min === -Infinity && max === Infinity) return kind;
  if (max === Infinity) return `${kind}, at least ${min}`;
  return min === -Infinity ? `${kind}, at most ${max}` : `${kind} from ${min} to ${max}`;
}

function isUrl(value: Literal, schemes: readonly string[]): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const url = new URL(value);
  return schemes.includes(url.protocol.slice(0, -1)) && url.hostname !== "";
}

function isOrigins(value: Literal): boolean {
  if (typeof value !== "string") return false;
  return value.split(",").every((entry) => /^(\*|https?:\/\/[a-z0-9.-]+(:\d{1,5})?)$/.test(entry.trim()));
}
