import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { SCHEMA_FOLDER, schemaFiles } from "../../environment/schema";
import { listStacks } from "../../environment/stack-files";
import { drop, rename, ROOT, set, type Change, type Draft, type Json } from "./support/configuration";

const text = (file: string) => readFileSync(join(ROOT, file), "utf8");
const schema = (file: string): ValidateFunction =>
  new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(
    JSON.parse(readFileSync(join(SCHEMA_FOLDER, file), "utf8")) as object,
  );
const project = schema("project.json");
const stack = schema("stack.json");

/** Where a file, as YAML, does not follow a schema. */
function faults(validate: ValidateFunction, content: unknown): string[] {
  validate(content);
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

interface File {
  config: Record<string, Json>;
}

/** A file with changes, whose paths start at `config`. */
function edited(file: string, ...changes: Change[]): File {
  const content = parse(text(file)) as File;
  for (const change of changes) change(content as unknown as Draft);
  return content;
}

describe("the schemas for editors", () => {
  test("are current: npm run generate writes them", () => {
    const written = readdirSync(SCHEMA_FOLDER).map((file) => [
      file,
      readFileSync(join(SCHEMA_FOLDER, file), "utf8"),
    ]);
    expect(Object.fromEntries(written)).toEqual(schemaFiles());
  });

  test("accept Pulumi.yaml", () => {
    expect(faults(project, edited("Pulumi.yaml"))).toEqual([]);
  });

  test.each(listStacks(ROOT))("accept Pulumi.%s.yaml", (name) => {
    expect(faults(stack, edited(`Pulumi.${name}.yaml`))).toEqual([]);
  });

  test("accept Pulumi's own keys, other programs' configuration, and encrypted secrets", () => {
    const content = {
      ...edited(
        "Pulumi.local.yaml",
        set("config.aws:profile", "x"),
        set("config.mainstay:secrets", { KEY: { secure: "v1:a" } }),
      ),
      encryptionsalt: "v1:abc",
      secretsprovider: "passphrase",
      encryptedkey: "abc",
      environment: ["base"],
    };
    expect(faults(stack, content)).toEqual([]);
  });

  test("accept a stack's own shape", () => {
    const { value } = edited("Pulumi.yaml").config["mainstay:shape"] as { value: Json };
    expect(faults(stack, edited("Pulumi.local.yaml", set("config.mainstay:shape", value)))).toEqual([]);
  });

  const at = (path: string) => `/config/mainstay:scale${path}`;
  test.each<[string, Change, string]>([
    [
      "a misspelt key of Mainstay's",
      rename("config.mainstay:scale", "mainstay:scal"),
      "/config propertyNames",
    ],
    ["a misspelt section", set("config.mainstay:scale.databse", {}), `${at("")} additionalProperties`],
    ["a missing section", drop("config.mainstay:scale.database"), `${at("")} required`],
    [
      "a text for a number",
      set("config.mainstay:scale.services.api.memoryMiB", "224"),
      `${at("/services/api/memoryMiB")} type`,
    ],
    [
      "no replicas",
      set("config.mainstay:scale.services.api.replicas", 0),
      `${at("/services/api/replicas")} minimum`,
    ],
    [
      "an image that floats",
      set("config.mainstay:scale.images", { redis: "redis:latest" }),
      `${at("/images/redis")} pattern`,
    ],
    [
      "a lower-case variable",
      set("config.mainstay:scale.variables.level", "info"),
      `${at("/variables")} propertyNames`,
    ],
    [
      "a webhook with two addresses",
      set("config.mainstay:scale.receivers.info", [
        { kind: "webhook", url: "https://alerts.example.com", secret: "HOOK_URL" },
      ]),
      `${at("/receivers/info/0")} oneOf`,
    ],
    ["an unknown platform", set("config.mainstay:scale.platform", "vm"), `${at("/platform")} const`],
    [
      "a secret in plain text",
      set("config.mainstay:secrets", { KEY: "v" }),
      "/config/mainstay:secrets/KEY type",
    ],
  ])("refuse %s", (_, change, fault) => {
    expect(faults(stack, edited("Pulumi.local.yaml", change))).toContain(fault);
  });

  test("refuse a shape that is not under `value`", () => {
    const changes = [set("config.mainstay:shape", { services: {} })];
    expect(faults(project, edited("Pulumi.yaml", ...changes))).toEqual(["/config/mainstay:shape required"]);
  });

  test("tell what each section is for", () => {
    const described = (file: string, ...path: string[]) =>
      path.reduce<Json>(
        (value, name) => (value as Record<string, Json>)[name] ?? null,
        JSON.parse(schemaFiles()[file] ?? "null") as Json,
      );
    const scale = described("stack.json", "properties", "config", "properties", "mainstay:scale") as {
      oneOf: { properties: Record<string, { description?: string }> }[];
    };
    const shape = described(
      "project.json",
      "properties",
      "config",
      "properties",
      "mainstay:shape",
      "properties",
      "value",
      "properties",
    );
    const sections = [
      ...scale.oneOf.map(({ properties }) => properties),
      shape as Record<string, { description?: string }>,
    ];
    expect(
      sections.flatMap((all) =>
        Object.entries(all)
          .filter(([, { description }]) => !description)
          .map(([name]) => name),
      ),
    ).toEqual([]);
  });
});
