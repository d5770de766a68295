import { describe, expect, it } from "vitest";
import { createDrillMetrics, createMetrics as backupMetrics } from "../../services/backup/src/metrics";
import { createMetrics as appMetrics } from "../../services/app/src/telemetry/metrics";
import { JOBS, METRICS, metricOf, type Job } from "../../observability/metrics";
import { APP } from "../../observability/metrics/app";
import { BACKUP } from "../../observability/metrics/backup";
import { ruleGroups, type Rule } from "../../observability/rules";
import { FIGURES, LINKS } from "./support/figures";
import { analyse } from "./support/promql";

/** What prom-client tells of a metric, beside its values. */
interface Defined {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
  readonly upperBounds?: readonly number[];
}
interface Registry {
  getMetricsAsArray(): readonly unknown[];
}

const OF_THE_LIBRARY = /^(process|nodejs)_/;
const defined = (registry: Registry) =>
  (registry.getMetricsAsArray() as Defined[]).filter(({ name }) => !OF_THE_LIBRARY.test(name));
const shape = ({ name, type, labelNames, upperBounds }: Defined) => ({
  name,
  type,
  labels: [...labelNames],
  ...(upperBounds && { buckets: [...upperBounds] }),
});
const catalogued = (metrics: typeof APP) =>
  metrics.map(({ name, type, labels, buckets }) => ({
    name,
    type,
    labels: [...labels],
    ...(buckets && { buckets: [...buckets] }),
  }));
const sorted = <T extends { name: string }>(all: T[]) => all.sort((a, b) => a.name.localeCompare(b.name));

describe("the catalogue", () => {
  it("holds what the reference app defines, no more and no less", () => {
    const { registry } = appMetrics("api", "1.0.0") as unknown as { registry: Registry };
    expect(sorted(catalogued(APP))).toEqual(sorted(defined(registry).map(shape)));
  });

  it("holds what the backup runner defines", () => {
    const { registry } = backupMetrics(["full", "events"]);
    createDrillMetrics(registry);
    expect(sorted(catalogued(BACKUP))).toEqual(sorted(defined(registry).map(shape)));
  });

  it("names process figures that the app's library exports", () => {
    const { registry } = appMetrics("api", "1.0.0") as unknown as { registry: Registry };
    const names = (registry.getMetricsAsArray() as Defined[]).map(({ name }) => name);
    const wanted = [...METRICS.values()].filter(
      ({ name, jobs }) => OF_THE_LIBRARY.test(name) && jobs.includes("api"),
    );
    expect(wanted.map(({ name }) => name).filter((name) => !names.includes(name))).toEqual([]);
  });

  it("has a meaning, a source and a job for every metric", () => {
    for (const { name, meaning, source, jobs } of METRICS.values()) {
      expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
      expect(meaning.length).toBeGreaterThan(5);
      expect(source).not.toBe("");
      expect(jobs.filter((job) => !JOBS.includes(job))).toEqual([]);
    }
  });
});

/** Groups about what only a host of one's own has. */
const SELF_HOSTED = ["host", "probes", "edge", "logs", "operations", "monitoring"];

const rules = (["selfHosted", "managed"] as const).flatMap((layer) =>
  ruleGroups(FIGURES, LINKS, layer).flatMap((group) => group.rules),
);
const recorded = new Map(
  rules.flatMap((rule) => ("record" in rule ? [[rule.record, Object.keys(rule.labels)] as const] : [])),
);
const named = (rule: Rule) => ("record" in rule ? rule.record : rule.alert);

describe("rules", () => {
  it("name only metrics of the catalogue or recorded ones", () => {
    const strangers = rules.flatMap((rule) =>
      analyse(rule.expr)
        .selectors.filter(({ metric }) => !metricOf(metric) && !recorded.has(metric))
        .map(({ metric }) => `${named(rule)}: ${metric}`),
    );
    expect(strangers).toEqual([]);
  });

  it("match and group by labels that the metrics have", () => {
    const strangers = rules.flatMap((rule) => {
      const { selectors, grouping, made } = analyse(rule.expr);
      const labelsOf = (metric: string) => {
        const known = metricOf(metric);
        const le = metric.endsWith("_bucket") ? ["le"] : [];
        return [
          ...(known ? [...known.labels, ...le, "job", "instance"] : []),
          ...(recorded.get(metric) ?? []),
        ];
      };
      const all = new Set([...made, ...selectors.flatMap(({ metric }) => labelsOf(metric))]);
      const matched = selectors.flatMap(({ metric, matchers }) =>
        matchers
          .filter(({ label }) => !labelsOf(metric).includes(label))
          .map(({ label }) => `${metric} has no ${label}`),
      );
      const grouped = grouping.filter((label) => !all.has(label)).map((label) => `nothing has ${label}`);
      return [...matched, ...grouped].map((problem) => `${named(rule)}: ${problem}`);
    });
    expect(strangers).toEqual([]);
  });

  it("ask for jobs that export the metric", () => {
    const empty = rules.flatMap((rule) =>
      analyse(rule.expr).selectors.flatMap(({ metric, matchers }) => {
        const jobs: readonly Job[] = metricOf(metric)?.jobs ?? JOBS;
        const wanted = matchers.filter(({ label, operator }) => label === "job" && !operator.startsWith("!"));
        const asked = wanted.flatMap(({ value }) => value.split("|"));
        return asked
          .filter((job) => !jobs.includes(job as Job))
          .map((job) => `${named(rule)}: ${metric} of ${job}`);
      }),
    );
    expect(empty).toEqual([]);
  });

  it("read histograms at bounds they have, and ask for percentiles they can show", () => {
    const wrong = rules.flatMap((rule) => {
      const { selectors, comparisons } = analyse(rule.expr);
      const bounds = selectors.flatMap(({ metric, matchers }) => {
        const buckets = (metricOf(metric)?.buckets ?? []).map(String);
        return matchers
          .filter(({ label }) => label === "le")
          .flatMap(({ value }) => value.split("|").map((bound) => String(Number(bound))))
          .filter((bound) => !buckets.includes(bound))
          .map((bound) => `${metric} has no bucket at ${bound}`);
      });
      // Nothing above the last bound is ever read off a histogram.
      const last = Math.max(...selectors.flatMap(({ metric }) => metricOf(metric)?.buckets ?? []));
      const beyond = /^histogram_quantile/.test(rule.expr)
        ? comparisons.slice(0, 1).filter(({ bound }) => bound && !bound.factor && bound.value >= last)
        : [];
      return [...bounds, ...beyond.map(() => `nothing is above ${last}`)].map(
        (problem) => `${named(rule)}: ${problem}`,
      );
    });
    expect(wrong).toEqual([]);
    const bucketed = rules.filter(({ expr }) => /\ble=/.test(expr));
    expect(bucketed.length).toBeGreaterThan(5);
  });

  it("take rates of counters and histograms only, and never compare a counter itself", () => {
    const wrong = rules.flatMap((rule) => {
      const rated = [...rule.expr.matchAll(/(?:rate|increase)\((\w+)[^)]*\[/g)].map(
        ([, metric]) => metric ?? "",
      );
      return rated
        .filter((metric) => metricOf(metric)?.type === "gauge")
        .map((metric) => `${named(rule)}: ${metric}`);
    });
    expect(wrong).toEqual([]);
  });

  it("say the same on both platforms, but for what a managed Prometheus does not show", () => {
    const figures = {
      ...FIGURES,
      scraped: FIGURES.scraped.filter((job) => !["host", "probe"].includes(job)),
    };
    const of = (layer: "selfHosted" | "managed") => ruleGroups(figures, LINKS, layer);
    // What repeats an alert is there where the alert is.
    const left = SELF_HOSTED.flatMap((name) => [name, `escalations-${name}`]);
    expect(of("managed")).toEqual(of("selfHosted").filter(({ name }) => !left.includes(name)));
    const text = JSON.stringify(of("managed"));
    expect(text).not.toMatch(/prometheus_|alertmanager_|node_|probe_|edge_|log_critical_|vector_|mainstay_/);
  });

  it("come in groups of as many as a managed Prometheus takes", () => {
    const sizes = ruleGroups(FIGURES, LINKS, "managed").map(
      ({ name, rules: all }) => [name, all.length] as const,
    );
    expect(sizes.filter(([, size]) => size > 20)).toEqual([]);
  });
});
