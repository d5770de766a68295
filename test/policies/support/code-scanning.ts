/**
 * What GitHub's code scanning takes, beyond what SARIF's own schema says: the properties it requires, none of them
 * empty, and the limits above which it refuses a file.
 * https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
 */
const object = (properties: Readonly<Record<string, object>>, ...optional: string[]) => ({
  type: "object",
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
const list = (items: object, minItems: number, maxItems: number) => ({
  type: "array",
  items,
  minItems,
  maxItems,
});
const text = (maxLength?: number) => ({
  ...object({ text: { type: "string", minLength: 1, ...(maxLength === undefined ? {} : { maxLength }) } }),
});
const place = { type: "integer", minimum: 1 };

const rule = object(
  {
    id: { type: "string", minLength: 1, maxLength: 255 },
    shortDescription: text(1024),
    fullDescription: text(1024),
    help: text(),
    defaultConfiguration: object({ level: { enum: ["note", "warning", "error"] } }),
    properties: object({
      // Critical above 9.0, high from 7.0, medium from 4.0, low from 0.1.
      "security-severity": { type: "string", pattern: "^(10\\.0|[1-9]\\.\\d|0\\.[1-9])$" },
      tags: { ...list({ type: "string" }, 1, 20), contains: { const: "security" } },
    }),
  },
  "properties",
);

const location = object({
  physicalLocation: object({
    // Relative to the root of the repository.
    artifactLocation: object({ uri: { type: "string", pattern: "^[A-Za-z][\\w.-]*(/[\\w.-]+)*$" } }),
    region: object({ startLine: place, startColumn: place, endLine: place, endColumn: place }),
  }),
});

const result = object({
  ruleId: { type: "string", minLength: 1 },
  level: { enum: ["note", "warning", "error"] },
  message: text(),
  // Of several it takes the first.
  locations: list(location, 1, 1),
  partialFingerprints: object({ primaryLocationLineHash: { type: "string", minLength: 1 } }),
});

const run = object({
  tool: object({
    driver: object({ name: { type: "string", minLength: 1 }, rules: list(rule, 0, 25_000) }),
  }),
  results: list(result, 0, 25_000),
});

export const CODE_SCANNING = object({
  $schema: { const: "https://json.schemastore.org/sarif-2.1.0.json" },
  version: { const: "2.1.0" },
  runs: list(run, 1, 20),
});
