import { describe, expect, it } from "vitest";
import { ALL_BOARDS } from "../../observability/boards";
import type { Source } from "../../observability/boards/thresholds";
import { grafanaBoards } from "../../observability/render";
import { BURNS, budgetOf, thresholdOf, type Burn } from "../../observability/slo/objective";
import { OBJECTIVES } from "../../observability/slo/objectives";
import { LINKS } from "./support/figures";
import { analyse } from "./support/promql";
import { ALERTS } from "./support/promtool";

const WAYS = { ...LINKS, traces: "https://traces.example.com", logs: "https://logs.example.com" };
/** Grafana puts a time in this place; any will do here. */
const plain = (expr: string) => expr.replaceAll("$__rate_interval", "5m");

interface Built {
  readonly panels: readonly {
    readonly fieldConfig?: {
      readonly defaults: {
        readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] };
      };
    };
  }[];
}

describe("the thresholds of the boards", () => {
  const boundsOf = ALL_BOARDS.flatMap(({ uid, rows }) =>
    rows.flatMap((row) =>
      row.panels.flatMap((panel) =>
        panel.bound ? [{ name: `${uid}, ${row.title}, ${panel.title}`, ...panel.bound }] : [],
      ),
    ),
  );
  const marks = boundsOf.flatMap(({ name, warning, critical, below = false }) =>
    [warning, critical].flatMap((mark) => (mark ? [{ name, below, ...mark }] : [])),
  );

  /** What the alert's own rule, as Prometheus reads it, begins at; `next` is one more of what is counted. */
  const ofRule = (alert: string, level: string, next: boolean, below: boolean): number[] => {
    const rules = ALERTS.filter((one) => one.alert === alert && one.labels["severity"] === level);
    const operators = next ? (below ? ["<="] : [">"]) : below ? ["<"] : [">", ">="];
    return rules
      .flatMap(({ expr }) => analyse(expr).comparisons)
      .filter(({ operator }) => operators.includes(operator))
      .flatMap(({ bound }) => (bound ? [bound.value + (next ? 1 : 0)] : []));
  };
  const ofObjective = (name: string, part: string): number | undefined => {
    const objective = OBJECTIVES.find((one) => one.name === name);
    if (!objective) return undefined;
    if (part === "target") return objective.target;
    if (part === "budget") return budgetOf(objective);
    if (part === "seconds")
      return objective.indicator.kind === "latency" ? objective.indicator.seconds : undefined;
    return thresholdOf(objective, part as Burn);
  };

  it("are on the panels as their sources have them", () => {
    const wrong = marks.filter(({ value, below, from }) => {
      if ("alert" in from) return !ofRule(from.alert, from.level, from.next, below).includes(value);
      if ("objective" in from) return ofObjective(from.objective, from.part) !== value;
      return "burn" in from && BURNS[from.burn].factor !== value;
    });
    expect(wrong).toEqual([]);
  });

  it("are shown by Grafana with the same numbers, and by no panel without a source", () => {
    const shown = Object.values(grafanaBoards(WAYS, "selfHosted"))
      .flatMap((text) => (JSON.parse(text) as Built).panels)
      .flatMap(({ fieldConfig }) => fieldConfig?.defaults.thresholds ?? [])
      .map(({ steps }) => steps.map(({ value }) => value).filter((value) => value !== null));
    expect(shown).toEqual(
      boundsOf.map(({ warning, critical }) =>
        [warning, critical].flatMap((mark) => (mark ? [mark.value] : [])).sort((a, b) => a - b),
      ),
    );
  });

  it("are of no alert and no objective only where there is none", () => {
    const left = marks.flatMap(({ name, value, from }) => ("because" in from ? [`${name}: ${value}`] : []));
    const ownBudget = /^mainstay-objectives, .+, Budget left: (0.5|0.1)$/;
    expect(left.filter((one) => !ownBudget.test(one))).toEqual([
      "mainstay-overview, Now, Targets down: 1",
      "mainstay-overview, Now, Firing alerts: 1",
      "mainstay-overview, Now, Least budget left: 0.5",
      "mainstay-overview, Now, Least budget left: 0.1",
      "mainstay-backups, Newest, Kept: 1",
    ]);
  });

  it("are taken from what looks at the same metric", () => {
    const metricsOf = (expr: string) =>
      analyse(plain(expr)).selectors.flatMap(({ metric, matchers }) => [
        metric,
        ...matchers.filter(({ label }) => label === "slo").map(({ value }) => value),
      ]);
    const looksAt = (from: Source): string[] => {
      if ("alert" in from)
        return ALERTS.filter(({ alert }) => alert === from.alert).flatMap(({ expr }) => metricsOf(expr));
      if ("burn" in from) return ["slo:error_ratio:1h"];
      if ("because" in from) return [];
      const indicator = OBJECTIVES.find(({ name }) => name === from.objective)?.indicator;
      if (indicator?.kind === "latency") return [from.objective, `${indicator.histogram}_bucket`];
      return [from.objective, ...(indicator?.kind === "events" ? metricsOf(indicator.bad) : [])];
    };
    const strangers = ALL_BOARDS.flatMap(({ rows }) => rows)
      .flatMap(({ panels }) => panels)
      .flatMap(({ title, queries, bound }) => {
        const shown = queries.flatMap(({ expr }) => metricsOf(expr));
        return [bound?.warning, bound?.critical]
          .filter((mark) => mark !== undefined)
          .filter(({ from }) => !("because" in from || looksAt(from).some((one) => shown.includes(one))))
          .map(({ from }) => ({ title, from }));
      });
    expect(strangers).toEqual([]);
  });

  it("of a percentile stand on a panel that draws it", () => {
    const drawn = (expr: string) =>
      [...expr.matchAll(/histogram_quantile\(([\d.]+),/g)].map(([, share]) => Number(share));
    /** Of a promise of time: the share that is promised. */
    const percentilesOf = (from: Source): number[] => {
      if ("alert" in from)
        return ALERTS.filter(({ alert }) => alert === from.alert).flatMap(({ expr }) => drawn(expr));
      if ("objective" in from && from.part === "seconds")
        return OBJECTIVES.filter(({ name }) => name === from.objective).map(({ target }) => target);
      return [];
    };
    const judged = ALL_BOARDS.flatMap(({ rows }) => rows)
      .flatMap(({ panels }) => panels)
      .flatMap(({ title, queries, bound }) => {
        const here = queries.flatMap(({ expr }) => drawn(expr));
        return [bound?.warning, bound?.critical].flatMap((mark) =>
          mark ? percentilesOf(mark.from).map((wanted) => ({ title, wanted, here })) : [],
        );
      });
    expect(judged.length).toBeGreaterThan(5);
    expect(judged.filter(({ wanted, here }) => !here.includes(wanted))).toEqual([]);
  });

  it("of an objective's own panels are that objective's", () => {
    const rows = ALL_BOARDS.find(({ uid }) => uid === "mainstay-objectives")?.rows ?? [];
    for (const objective of OBJECTIVES) {
      const panels = rows.find(({ title }) => title === objective.title)?.panels ?? [];
      const values = (title: string) => {
        const bound = panels.find((panel) => panel.title === title)?.bound;
        return [bound?.warning?.value, bound?.critical?.value, bound?.below];
      };
      expect(values("Good")).toEqual([undefined, objective.target, true]);
      const critical = objective.burns.includes("1h") ? thresholdOf(objective, "1h") : undefined;
      expect(values("Bad")).toEqual([budgetOf(objective), critical, undefined]);
    }
  });
});
