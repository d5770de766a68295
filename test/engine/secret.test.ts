import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeProject, STACK, type TestProject } from "./support/project";

let project: TestProject;
beforeAll(() => {
  project = makeProject();
});
afterAll(() => project.remove());

test("A secret that is given stands encrypted in the stack's file, and the engine reads it", async () => {
  const file = join(project.directory, `Pulumi.${STACK}.yaml`);
  const before = readFileSync(file, "utf8");
  const value = "-----BEGIN KEY-----\nsk-0123456789abcdef\n-----END KEY-----\n";
  const { status, stdout } = await project.mainstayReading(
    `${value}\n`,
    "secret",
    "set",
    STACK,
    "GEMINI_API_KEY",
  );
  expect([status, stdout]).toEqual([0, ""]);

  const after = readFileSync(file, "utf8");
  expect(after.startsWith(before)).toBe(true);
  expect(after.slice(before.length)).toMatch(
    /^ {2}mainstay:secrets:\n {4}GEMINI_API_KEY:\n {6}secure: v1:\S+\n {2}mainstay:secretsGiven:\n {4}GEMINI_API_KEY: "\d{4}-\d{2}-\d{2}"\nencryptionsalt: v1:\S+\n$/,
  );

  const state = join(project.directory, ".state");
  const env = {
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: join(state, "passphrase"),
  };
  const shown = project.pulumi(env, "config", "--show-secrets", "--json", "--stack", STACK);
  const config = JSON.parse(shown.stdout) as Record<string, { value: string; secret: boolean }>;
  const [day] = /\d{4}-\d{2}-\d{2}(?="\n)/.exec(after) ?? [];
  expect(config["mainstay:secretsGiven"]).toMatchObject({
    value: JSON.stringify({ GEMINI_API_KEY: day }),
    secret: false,
  });
  expect(config["mainstay:secrets"]).toMatchObject({
    value: JSON.stringify({ GEMINI_API_KEY: value }),
    secret: true,
  });
});
