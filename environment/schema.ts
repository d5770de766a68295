import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SCALE_KEY, SECRETS_GIVEN_KEY, SECRETS_KEY, SHAPE_KEY } from "./context";
import { variableName } from "./fields";
import { scale } from "./scale";
import { secretsGiven } from "./secrets-given";
import { shape } from "./shape";

/**
 * JSON Schemas of the two configuration files, for editors: `environment/schema/project.json` for
 * Pulumi.yaml and `environment/schema/stack.json` for every Pulumi.<stack>.yaml. `npm run generate` writes
 * them. They know each key by itself; what holds between keys is judged by `resolve`.
 */
export const SCHEMA_FOLDER = join(__dirname, "schema");

const KEYS = [SHAPE_KEY, SCALE_KEY, SECRETS_KEY, SECRETS_GIVEN_KEY];

/** Keys of other namespaces are other programs' and providers'. */
const ownKeysOnly = { propertyNames: { anyOf: [{ enum: KEYS }, { not: { pattern: "^mainstay:" } }] } };

const project = z.looseObject({
  config: z
    .looseObject({
      [SHAPE_KEY]: z
        .looseObject({ value: shape.describe("What every environment shares: the shape.") })
        .describe("A declaration: the shape itself stands under `value`."),
    })
    .meta(ownKeysOnly),
});

const encrypted = z
  .strictObject({ secure: z.string() })
  .describe("Written by: npm run mainstay -- secret set STACK NAME");

const stack = z.looseObject({
  config: z
    .looseObject({
      [SCALE_KEY]: scale.describe("What may differ from one environment to the next: the scale."),
      [SECRETS_KEY]: z
        .record(variableName, encrypted)
        .optional()
        .describe("Secrets people gave, each encrypted by itself."),
      [SECRETS_GIVEN_KEY]: secretsGiven.describe("The day each of them was given, written with it."),
      [SHAPE_KEY]: shape
        .optional()
        .describe("Replaces the shape of Pulumi.yaml whole: for experiments only."),
    })
    .meta(ownKeysOnly),
});

/** The texts of the schema files, by file name. */
export function schemaFiles(): Record<string, string> {
  return { "project.json": text("Pulumi.yaml", project), "stack.json": text("Pulumi.<stack>.yaml", stack) };
}

function text(title: string, schema: z.ZodType): string {
  const json = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    reused: "inline",
    override: ({ jsonSchema }) => {
      // zod's bounds of whole numbers say nothing to a reader.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return `${JSON.stringify({ title, ...json }, null, 2)}\n`;
}

if (require.main === module) {
  mkdirSync(SCHEMA_FOLDER, { recursive: true });
  for (const [name, content] of Object.entries(schemaFiles()))
    writeFileSync(join(SCHEMA_FOLDER, name), content);
}
