import { beforeAll, describe, expect, test } from "vitest";
import { secret } from "../../../components/aws/secret";
import type { Graph } from "../../../graph";
import { dataGraph, type Defined } from "../support/aws-data";
import { behind, ofType, only, statements } from "../support/aws-read";
import { awsPart } from "../support/aws-stack";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

describe("a secret", () => {
  const graph = (protectData: boolean) =>
    awsPart(({ context, opts }) => secret(context, "mine", "the value", opts), {
      production: false,
      change: { protectData },
    });

  test("is encrypted with the key of secrets, and its value shows nowhere", async () => {
    const declared = await graph(true);
    const place = only(declared, SECRET);
    expect(place.inputs.namePrefix).toBe("mainstay-staging/mine-");
    expect(behind(declared, place, "kmsKeyId")).toEqual(["keys-secrets"]);
    expect(only(declared, VERSION).inputs.secretString).toBe("[secret]");
    expect(JSON.stringify(declared)).not.toContain("the value");
  });

  test("can be had back for a month where data is protected, for a week elsewhere", async () => {
    expect(only(await graph(true), SECRET).inputs.recoveryWindowInDays).toBe(30);
    expect(only(await graph(false), SECRET).inputs.recoveryWindowInDays).toBe(7);
  });
});

describe("secrets of tasks", () => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await dataGraph({ production: true });
  }, 60_000);
  /** Name of the version an ARN of a secret and its version are of. */
  const versionOf = (valueFrom: string) =>
    ofType(graph, VERSION).find(({ name }) => valueFrom.includes(`:::${name}-`))?.name;
  const tasks = () =>
    ofType(graph, "aws:ecs/taskDefinition:TaskDefinition").map((task) => ({
      name: task.name,
      secrets: (JSON.parse(String(task.inputs.containerDefinitions)) as Defined[]).flatMap(
        ({ secrets }) => secrets,
      ),
    }));

  test("are these, each in the version there is", () => {
    const named = tasks().map(({ name, secrets }) => [
      name,
      secrets.map((one) => `${one.name} ${versionOf(one.valueFrom)}`),
    ]);
    expect(named.sort()).toEqual([
      ["backups", ["DATABASE_URL database-url-backup", "PASSWORD backups-password"]],
      ["cache-exporter", ["REDIS_PASSWORD cache-exporter-password"]],
      ["database-exporter", ["DATA_SOURCE_NAME database-url-exporter"]],
    ]);
  });

  test("can be read and decrypted by the task's execution role, and no others can", () => {
    for (const { name, secrets } of tasks()) {
      const policy = statements(
        only(graph, "aws:iam/rolePolicy:RolePolicy", `${name}-execution`).inputs.policy,
      );
      const allowed = (action: string) =>
        policy.filter(({ actions }) => actions.includes(action)).flatMap(({ resources }) => resources);
      expect(allowed("secretsmanager:GetSecretValue").sort()).toEqual(
        secrets.map(({ valueFrom }) => valueFrom.split(":::")[0]).sort(),
      );
      expect(allowed("kms:Decrypt")).toEqual([
        expect.stringMatching(/^arn:aws:kms:eu-west-1:123456789012:key\/keys-secrets-/),
      ]);
    }
  });
});
