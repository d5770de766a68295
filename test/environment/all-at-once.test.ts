import { describe, expect, test } from "vitest";
import type { RawConfiguration } from "../../environment/context";
import { formatProblems, InvalidConfiguration } from "../../environment/problems";
import { resolve } from "../../environment/resolve";
import { changed, drop, rename, saysOf, set, type Change, type Json } from "./support/configuration";

describe("all problems at once", () => {
  test("across both files, a wrong form beside a wrong meaning", () => {
    const raw = changed(
      set("shape.backups.fullSchedule", "nightly"),
      set("scale.services.api.replicas", 0),
      set("scale.variables.LOG_LEVEL", "loud"),
    );
    const { environment, problems } = resolve(raw);
    expect(environment).toBeUndefined();
    expect(new InvalidConfiguration(problems).message).toBe(
      [
        "invalid configuration, 3 problems:",
        '  Pulumi.yaml: mainstay:shape.backups.fullSchedule: found "nightly"; allowed: five cron fields in UTC, such as "0 2 * * *"',
        "  Pulumi.local.yaml: mainstay:scale.services.api.replicas: found 0; allowed: a whole number from 1 to 20",
        '  Pulumi.local.yaml: mainstay:scale.variables.LOG_LEVEL: found "loud"; allowed: one of "trace", "debug", "info", "warn", "error"',
      ].join("\n"),
    );
  });

  test("one problem is counted as one", () => {
    const { problems } = resolve(changed(set("scale.production", "no")));
    expect(formatProblems(problems)).toBe(
      [
        "invalid configuration, 1 problem:",
        '  Pulumi.local.yaml: mainstay:scale.production: found "no"; allowed: true or false',
      ].join("\n"),
    );
  });

  test("from every check", () => {
    expect(
      saysOf(
        set("shape.services.web.healt", {}),
        drop("shape.variables.JWT_ISSUER.description"),
        set("shape.rules.0.of.2", "GEMINI_KEY"),
        set("scale.domain", "Localhost"),
        set("scale.images.kafka", "apache/kafka:4.1.0"),
        drop("scale.services.worker"),
        set("scale.host.cpus", 1),
        set("scale.cache.replicas", 1),
        set("scale.edge.httpPort", 9091),
        set("scale.receivers.critical", [{ kind: "pagerduty", secret: "PAGERDUTY_KEY" }]),
        set("scale.variables.PORT", 1),
        set("secrets.GEMINI_API_KEY", 12),
      ).map((line) => line.split(": found")[0]),
    ).toEqual([
      "Pulumi.yaml: mainstay:shape.services.web.healt",
      "Pulumi.yaml: mainstay:shape.variables.JWT_ISSUER.description",
      "Pulumi.yaml: mainstay:shape.rules[0].of[2]",
      "Pulumi.yaml: mainstay:shape.operatorPorts.prometheus",
      "Pulumi.local.yaml: mainstay:scale.domain",
      "Pulumi.local.yaml: mainstay:secrets.GEMINI_API_KEY",
      "Pulumi.local.yaml: mainstay:scale.services.worker",
      "Pulumi.local.yaml: mainstay:scale.images.kafka",
      "Pulumi.local.yaml: mainstay:scale.receivers.critical[0].secret",
      "Pulumi.local.yaml: mainstay:scale.variables.PORT",
      "Pulumi.local.yaml: mainstay:scale.cache.replicas",
    ]);
  });
});

/** The same value with the keys of every object in the opposite order, as the engine may hand it over. */
function reversed(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(reversed);
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([name, inner]) => [name, reversed(inner)]));
}

describe("the order of keys decides nothing", () => {
  const verdict = (raw: Json) => JSON.stringify(resolve(raw as unknown as RawConfiguration));
  const both = (...changes: Change[]) => {
    const raw = changed(...changes) as unknown as Json;
    return [verdict(raw), verdict(reversed(raw))] as const;
  };

  test("in an environment", () => {
    const [one, other] = both();
    expect(other).toBe(one);
    expect(one).toContain('"environment":{');
  });

  test("in problems", () => {
    const [one, other] = both(
      set("shape.services.web.routes", ["/v1", "/docs", "/"]),
      set("shape.operatorPorts", { grafana: 9091, jaeger: 5432 }),
      set("scale.variables.LOG_LEVEL", "loud"),
      set("scale.services", { a: {}, b: {} }),
      set("secrets.B", "b"),
      set("secrets.A", "a"),
    );
    expect(other).toBe(one);
    expect(one).not.toContain('"environment":{');
  });
});

describe("a mistake is not blamed on what depends on it", () => {
  const first = (...changes: Change[]) => saysOf(...changes).map((line) => line.split(": found")[0]);

  test("a service that is not valid is not missing, and its sum is not judged", () => {
    const changes = [set("scale.services.api.cpus", "half"), set("scale.host.memoryMiB", 3455)];
    expect(first(...changes)).toEqual(["Pulumi.local.yaml: mainstay:scale.services.api.cpus"]);
  });

  test("a variable whose declaration is not valid is declared all the same", () => {
    expect(first(set("shape.variables.DATABASE_POOL_MAX.min", "one"))).toEqual([
      "Pulumi.yaml: mainstay:shape.variables.DATABASE_POOL_MAX.min",
    ]);
  });

  test("a provider's key that is not valid is a provider's key", () => {
    expect(first(set("scale.variables.OPENAI_API_KEY", { generate: "long" }))).toEqual([
      "Pulumi.local.yaml: mainstay:scale.variables.OPENAI_API_KEY",
    ]);
  });

  test("an image that is not pinned is defined", () => {
    const changes = [set("shape.services.api.image", "api"), set("scale.images.api", "api:latest")];
    expect(first(...changes)).toEqual(["Pulumi.local.yaml: mainstay:scale.images.api"]);
  });

  test("a secret is used where receivers are not valid", () => {
    const changes = [
      set("scale.receivers.info", [{ kind: "pagerduty", secrt: "KEY" }]),
      set("secrets.KEY", "k"),
    ];
    expect(first(...changes)).toEqual([
      "Pulumi.local.yaml: mainstay:scale.receivers.info[0].secret",
      "Pulumi.local.yaml: mainstay:scale.receivers.info[0].secrt",
    ]);
  });

  test("without a scale only that is said", () => {
    expect(first((draft) => void delete (draft as Partial<typeof draft>).scale)).toEqual([
      "Pulumi.local.yaml: mainstay:scale",
    ]);
  });

  test("a misspelt optional key leaves the rest judged", () => {
    const changes = [
      rename("scale.services.api.replicas", "replcas"),
      set("scale.variables.LOG_LEVEL", "loud"),
    ];
    expect(first(...changes)).toEqual([
      "Pulumi.local.yaml: mainstay:scale.services.api.replcas",
      "Pulumi.local.yaml: mainstay:scale.variables.LOG_LEVEL",
    ]);
  });
});
