import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, test } from "vitest";
import { SCALE_KEY, SECRETS_KEY, SHAPE_KEY } from "../../environment/context";
import { loadEnvironment } from "../../environment/load";
import { InvalidConfiguration } from "../../environment/problems";
import { drop, linesOf, set, validConfiguration, type Change } from "./support/configuration";

const SECRET = "sk-live-4f1d9c07a2b8";

/** Configuration as the engine hands it to the program: decrypted, with the names of keys that were encrypted. */
function configure(encrypted: string[], ...changes: Change[]): void {
  const draft = validConfiguration();
  for (const change of changes) change(draft);
  const values = { [SHAPE_KEY]: draft.shape, [SCALE_KEY]: draft.scale, [SECRETS_KEY]: draft.secrets };
  const config = Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)]);
  pulumi.runtime.setAllConfig(Object.fromEntries(config) as Record<string, string>, encrypted);
}

function problems(): string[] {
  try {
    loadEnvironment();
    return [];
  } catch (error) {
    if (error instanceof InvalidConfiguration) return linesOf(error.problems);
    throw error;
  }
}

const given = [drop("scale.variables.OPENAI_API_KEY"), set("secrets.OPENAI_API_KEY", SECRET)];

beforeEach(async () => {
  await pulumi.runtime.setMocks(
    { call: ({ inputs }) => inputs, newResource: ({ inputs }) => ({ id: "", state: inputs }) },
    "mainstay",
    "local",
  );
});

describe("the program's configuration", () => {
  test("is the environment", () => {
    configure([]);
    const { environment } = loadEnvironment();
    expect(environment.name).toBe("local");
    expect(environment.url).toBe("https://localhost:8443");
    expect(structuredClone(environment)).toEqual(environment);
  });

  test("a given secret is there, and marked secret", async () => {
    configure([SECRETS_KEY], ...given);
    const { environment, givenSecret } = loadEnvironment();
    const secret = givenSecret("OPENAI_API_KEY");
    expect(environment.variables.OPENAI_API_KEY).toEqual({ kind: "given", secret: true });
    expect(JSON.stringify(environment)).not.toContain(SECRET);
    await expect(pulumi.isSecret(secret)).resolves.toBe(true);
    await expect(new Promise((resolve) => secret.apply(resolve))).resolves.toBe(SECRET);
  });

  test("a secret that was not encrypted is refused", () => {
    configure([], ...given);
    expect(problems()).toEqual([
      "Pulumi.local.yaml: mainstay:secrets.OPENAI_API_KEY: found a secret in plain text (not shown); allowed: an encrypted value: npm run mainstay -- secret set local OPENAI_API_KEY",
    ]);
  });

  test("what was encrypted outside of the secrets is refused", () => {
    configure([SCALE_KEY, SHAPE_KEY, SECRETS_KEY]);
    expect(problems()).toEqual([
      "Pulumi.yaml: mainstay:shape: found an encrypted value; allowed: plain values: what is encrypted stands at mainstay:secrets",
      "Pulumi.local.yaml: mainstay:scale: found an encrypted value; allowed: plain values: what is encrypted stands at mainstay:secrets",
    ]);
  });

  test("every problem is told in the error", () => {
    configure([], set("scale.production", "no"), set("scale.domain", "A"));
    expect(() => loadEnvironment()).toThrow(
      [
        "invalid configuration, 2 problems:",
        '  Pulumi.local.yaml: mainstay:scale.production: found "no"; allowed: true or false',
        '  Pulumi.local.yaml: mainstay:scale.domain: found "A"; allowed: a lower-case host name, such as "api.example.com"',
      ].join("\n"),
    );
  });

  test("settings of providers that are not used are told with what is", () => {
    configure([]);
    pulumi.runtime.setConfig("docker:host", "ssh://ops@host");
    pulumi.runtime.setConfig("aws:region", "eu-west-1");
    expect(problems()).toEqual([
      "Pulumi.yaml or Pulumi.local.yaml: docker:host: found a provider's setting, which this program ignores; allowed: mainstay:scale.host.address",
      "Pulumi.yaml or Pulumi.local.yaml: aws:region: found a provider's setting, which this program ignores; allowed: mainstay:scale.aws.region",
    ]);
  });

  test("a key that is a text and no JSON is told as one", () => {
    pulumi.runtime.setAllConfig({ [SHAPE_KEY]: "{", [SCALE_KEY]: "5", "mainstay:scal": "1" });
    expect(problems()).toEqual([
      "Pulumi.yaml or Pulumi.local.yaml: mainstay:scal: found a key that does not exist; allowed: one of mainstay:shape, mainstay:scale, mainstay:secrets, mainstay:secretsGiven",
      "Pulumi.yaml: mainstay:shape: found a text; allowed: an object with services, variables, database, backups",
      "Pulumi.local.yaml: mainstay:scale: found 5; allowed: an object with platform, production, domain, database, cache, services, monitoring, backups",
    ]);
  });
});
