import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../environment/config";
import { formatProblems } from "../../environment/problems";
import { awsStack } from "../components/support/aws-stack";
import { set, type Change, type Draft } from "./support/configuration";

const { stack, config } = awsStack({ production: true });

/** What is said of production on AWS after these changes. */
function told(...changes: readonly Change[]): string[] {
  const value = (key: string) => JSON.parse(config[key] ?? "{}") as Draft["scale"];
  const draft: Draft = {
    stack,
    shape: value("mainstay:shape"),
    scale: value("mainstay:scale"),
    secrets: {},
  };
  for (const change of changes) change(draft);
  const { problems } = resolveConfig(stack, {
    "mainstay:shape": JSON.stringify(draft.shape),
    "mainstay:scale": JSON.stringify(draft.scale),
  });
  return formatProblems(problems)
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
}

const REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/";

describe("production on AWS", () => {
  test("is valid", () => {
    expect(told()).toEqual([]);
  });

  test.each<[string, Change[], string]>([
    [
      "a zone of another region",
      [set("scale.aws.zones", ["eu-west-1a", "eu-west-1b", "us-east-1c"])],
      'Pulumi.prod.yaml: mainstay:scale.aws.zones[2]: found "us-east-1c"; allowed: a zone of the region eu-west-1',
    ],
    [
      "a zone twice",
      [set("scale.aws.zones", ["eu-west-1a", "eu-west-1b", "eu-west-1b"])],
      'Pulumi.prod.yaml: mainstay:scale.aws.zones[2]: found "eu-west-1b" again; allowed: three different zones',
    ],
    [
      "copies beside their originals",
      [set("scale.aws.copyRegion", "eu-west-1")],
      'Pulumi.prod.yaml: mainstay:scale.aws.copyRegion: found "eu-west-1"; allowed: another region: a copy beside its original is lost with it',
    ],
    [
      "a task larger than any",
      [set("scale.services.api.memoryMiB", 200_000)],
      "Pulumi.prod.yaml: mainstay:scale.services.api: found 200000 MiB and 0.75 cores; allowed: with the collector beside it at most 16 cores and 120 GiB, in Fargate's steps",
    ],
    [
      "a database larger than any",
      [set("scale.database.cpus", 100)],
      "Pulumi.prod.yaml: mainstay:scale.database: found 16384 MiB and 100 cores; allowed: at most 64 cores and 256 GiB",
    ],
    [
      "fewer tasks at most than at least",
      [set("scale.services.web.maxReplicas", 1)],
      "Pulumi.prod.yaml: mainstay:scale.services.web.maxReplicas: found 1; allowed: at least its 2 replicas",
    ],
    [
      "an own image that nobody publishes",
      [set("scale.images.app", "mainstay/app:0.1.0")],
      `Pulumi.prod.yaml: mainstay:scale.images.app: found "mainstay/app:0.1.0"; allowed: an image of the account's own registry with its digest: ${REGISTRY}…@sha256:…`,
    ],
    [
      "backups longer than RDS keeps them",
      [set("shape.backups.retentionDays", 36)],
      "Pulumi.yaml: mainstay:shape.backups.retentionDays: found 36; allowed: at most 35 on platform aws: continuous backups are kept no longer",
    ],
    [
      "more connections than there are, once every service has grown to its most tasks",
      [set("scale.services.api.maxReplicas", 6)],
      "Pulumi.prod.yaml: mainstay:scale.variables.DATABASE_POOL_MAX: found 10 connections for each of 9 processes, 90 in all; allowed: at most 8 each, 80 in all: 100 less 20 reserved",
    ],
  ])("may not have %s", (_, changes, problem) => {
    expect(told(...changes)).toEqual([problem]);
  });
});
