import { BURNS, type Objective } from "../slo/objective";
import { OBJECTIVES } from "../slo/objectives";
import { graph, stat, table, type Board, type Panel, type Row } from "./board";
import { BUDGET_LEFT, badOf, burnOf, factorOf, targetOf } from "./thresholds";

/** Each objective in one row: what is left, how fast it goes, and how it went. */
function rowOf(objective: Objective): Row {
  const { name, title, promise } = objective;
  const of = (series: string) => `${series}{slo="${name}"}`;
  const fastest = objective.burns[0];
  const critical = fastest && BURNS[fastest].level === "critical" ? burnOf(name, fastest) : undefined;
  const good: Panel = stat(
    "Good",
    `${promise} Over the last 30 days.`,
    "share",
    { good: `1 - ${of("slo:error_ratio:30d")}` },
    { bound: { critical: targetOf(name), below: true } },
  );
  const left = stat(
    "Budget left",
    "What may still be bad in this period.",
    "share",
    { left: of("slo:budget_remaining:ratio") },
    { bound: BUDGET_LEFT },
  );
  const course = graph(
    "Bad",
    "Share of what is bad, over a short and a long window. The line is where the fastest burn begins.",
    "share",
    {
      "5 minutes": of("slo:error_ratio:5m"),
      "1 hour": of("slo:error_ratio:1h"),
      "3 days": of("slo:error_ratio:3d"),
      budget: of("slo:budget:ratio"),
    },
    { bound: { warning: badOf(name), critical }, width: 16 },
  );
  return { title, panels: [good, left, course] };
}

export const objectives: Board = {
  uid: "mainstay-objectives",
  description: "What was promised, what is left of each budget, and how fast it goes.",
  runbook: "objectives",
  rows: [
    {
      title: "All",
      panels: [
        table(
          "Budget left",
          "Of 30 days, by objective.",
          "share",
          { "{{slo}}": "sort(slo:budget_remaining:ratio)" },
          { width: 12 },
        ),
        graph(
          "Burn rate",
          "How many times faster than it may the budget goes, over the last hour. Alerts begin at 14.4 over an hour, 6 over six.",
          "count",
          {
            "{{slo}}": "slo:error_ratio:1h / on (slo) slo:budget:ratio",
          },
          { bound: { warning: factorOf("6h"), critical: factorOf("1h") }, width: 12 },
        ),
      ],
    },
    ...OBJECTIVES.map(rowOf),
  ],
};
