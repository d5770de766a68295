import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import type { Environment } from "../../environment/environment";
import { listStacks } from "../../environment/stack-files";
import { LEVELS, MISSING } from "../../observability/alerts";
import { figuresOf } from "../../observability/figures";
import {
  awsLinks,
  hostLinks,
  managedRules,
  openSloDocuments,
  prometheusRules,
} from "../../observability/render";
import type { RuleGroup } from "../../observability/rules";
import { environmentOf, LINKS, ROOT } from "./support/figures";
import { ALERTS, PROMTOOL, PROMTOOL_FOUND, run } from "./support/promtool";

const groupsOf = (text: string) => (parse(text) as { groups: RuleGroup[] }).groups;
const stacks = listStacks(ROOT).map((stack) => [stack, environmentOf(stack)] as const);

describe("rendered rules", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mainstay-render-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.runIf(PROMTOOL_FOUND).each(stacks)(
    "of %s are taken by Prometheus, for both platforms",
    async (stack, environment) => {
      for (const text of [prometheusRules(environment), managedRules(environment, LINKS)]) {
        const file = join(folder, `${stack}.yml`);
        writeFileSync(file, text);
        const said = await run(PROMTOOL, ["check", "rules", "--lint=all", "--lint-fatal", file]);
        expect(said).toContain("SUCCESS");
        expect(said).not.toMatch(/duplicate|FAILED/);
      }
    },
  );

  it.each(stacks)("of %s say where they are from", (stack, environment) => {
    for (const { rules } of groupsOf(prometheusRules(environment))) {
      for (const { labels } of rules) expect(labels["environment"]).toBe(stack);
    }
  });

  it.each(stacks)("of %s lead to addresses a telephone can open, and to boards", (_, environment) => {
    const rendered =
      environment.platform === "aws"
        ? managedRules(environment, awsLinks(environment))
        : prometheusRules(environment);
    const alerts = groupsOf(rendered).flatMap(({ rules }) =>
      rules.flatMap((rule) => ("alert" in rule ? [rule] : [])),
    );
    expect(alerts.length).toBeGreaterThan(100);
    const base = "https://github.com/example/platform/blob/main/docs/runbooks/";
    expect(
      alerts
        .filter(
          ({ alert, annotations: { runbook_url: page = "", dashboard_url: board = "" } }) =>
            !page.startsWith(base) ||
            !page.endsWith(`.md#${alert.toLowerCase()}`) ||
            !/^http:\/\/127\.0\.0\.1:\d+\/d\/mainstay-[a-z]+$/.test(board),
        )
        .map(({ alert }) => alert),
    ).toEqual([]);
  });

  it("take their limits from the environment", () => {
    const environment = environmentOf("prod");
    const text = prometheusRules(environment);
    const api = environment.services.find(({ name }) => name === "api");
    expect(text).toContain(`vector(${(api?.memoryMiB ?? 0) * 1024 * 1024})`);
    expect(text).toContain(`/ ${environment.database.storageGiB * 1024 ** 3} > 0.95`);
    expect([...figuresOf(environment).services].sort()).toEqual(["api", "web", "worker"]);
    expect(text).toContain(`${hostLinks(environment).boards}/mainstay-api`);
  });

  it("have names that stay, a level, an owner, and texts for people", () => {
    for (const { alert, labels, annotations } of ALERTS) {
      expect(alert).toMatch(/^[A-Z][A-Za-z0-9]+$/);
      expect([...LEVELS, "none"]).toContain(labels["severity"]);
      expect(["app", "data", "platform"]).toContain(labels["owner"]);
      // Read first, for all instances: it has no value in it.
      expect(annotations["summary"]).not.toMatch(/\{\{|\.$/);
      expect(annotations["description"]).toMatch(/\.$/);
      expect(annotations["runbook_url"]).toMatch(/^https:.+\.md#[a-z0-9]+$/);
    }
  });

  it.each([3, 10, 30])("of %i measured services fit into what Amazon Managed Prometheus takes", (count) => {
    const prod = environmentOf("prod");
    const [api] = prod.services;
    const services = Array.from({ length: count }, (_, index) => ({ ...api, name: `service-${index}` }));
    const text = managedRules({ ...prod, services } as Environment, LINKS);
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
    const groups = groupsOf(text);
    expect(groups.length).toBeLessThan(100);
    expect(groups.filter(({ rules }) => rules.length > 20).map(({ name }) => name)).toEqual([]);
    expect(groups.flatMap(({ rules }) => rules).length).toBeLessThan(2_000);
    const limited = groups.filter(({ name }) => name.startsWith("limits-service-"));
    expect(limited.map(({ rules }) => rules.length)).toEqual(Array.from({ length: count }, () => 2));
  });

  it("leave out what nobody exports, and say what it would need", () => {
    const names = new Set(ALERTS.map(({ alert }) => alert));
    expect(MISSING.filter(({ name }) => names.has(name))).toEqual([]);
    for (const { wanted, needs } of MISSING) expect(wanted.length * needs.length).toBeGreaterThan(0);
  });
});

describe("OpenSLO", () => {
  it("is a stream of documents", () => {
    const documents = parseAllDocuments(openSloDocuments());
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    const first = documents.map((document) => (document.toJS() as { apiVersion: string }).apiVersion);
    expect([...new Set(first)]).toEqual(["openslo/v1"]);
    expect(documents).toHaveLength(2 + 2 + 4 + 34 + 11);
  });
});
