import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alertmanagerConfig } from "../../observability/render";
import type { AlertingRule } from "../../observability/rules";
import { ALERTMANAGER, startAlertmanager, type Alertmanager } from "./support/alertmanager";
import { gauge, valuesOf, type Course } from "./support/case";
import { ALERTS, ESCALATIONS, PROMTOOL_FOUND, run, runTrials } from "./support/promtool";

const critical = ALERTS.filter(({ labels }) => labels["severity"] === "critical");
const names = [...new Set(critical.map(({ alert }) => alert))];

/** What Prometheus says of an alert of one copy. */
const firing = (alert: string, more = "") =>
  `ALERTS{alertname="${alert}",alertstate="firing",severity="critical",owner="app",environment="trial",job="api"${more}}`;

describe("what nobody ends within half an hour", () => {
  it("is told again: every critical alert, once, by its own name and with its own runbook", () => {
    expect(ESCALATIONS.map(({ alert }) => alert).sort()).toEqual([...names].sort());
    for (const { alert, annotations } of ESCALATIONS) {
      const repeated = critical.find((one) => one.alert === alert)?.annotations;
      expect([alert, annotations["runbook_url"], annotations["dashboard_url"]]).toEqual([
        alert,
        repeated?.["runbook_url"],
        repeated?.["dashboard_url"],
      ]);
    }
  });

  it("says so", () => {
    expect(ESCALATIONS.find(({ alert }) => alert === "ServiceDown")).toEqual({
      alert: "ServiceDown",
      expr: 'max without (alertstate) (ALERTS{alertname="ServiceDown",severity="critical",escalated="",alertstate="firing"})',
      for: "30m",
      labels: { severity: "critical", owner: "platform", environment: "trial", escalated: "true" },
      annotations: {
        summary: "For half an hour: No copy of a service answers",
        description:
          "ServiceDown{{ with $labels.instance }} of {{ . }}{{ else }}{{ with $labels.job }} of {{ . }}{{ end }}{{ end }} has been firing for more than 30 minutes.",
        runbook_url: "https://runbooks.example.com/availability.md#servicedown",
        dashboard_url: "https://grafana.example.com/d/mainstay-overview",
      },
    });
  });
});

/** All of them at once: alerts that fire from the fifth minute to the 45th. */
function trial(name: string, rules: readonly AlertingRule[], fires: number) {
  const course = gauge([5, NaN], [40, 1], [60, NaN]);
  const series = (more: string, one: Course = course) =>
    names.map((alert) => ({ series: firing(alert, more), values: valuesOf(one) }));
  const count = (minute: number, value: number) => ({
    expr: 'count(ALERTS{alertstate="firing",escalated="true"})',
    eval_time: `${minute}m`,
    exp_samples: value > 0 ? [{ labels: "{}", value }] : [],
  });
  const says = rules
    .filter(({ alert }) => alert === "ServiceDown")
    .map(({ alert, labels, annotations }) => ({
      eval_time: `${fires}m`,
      alertname: alert,
      exp_alerts: [
        {
          exp_labels: { ...labels, job: "api" },
          exp_annotations: {
            ...annotations,
            description: "ServiceDown of api has been firing for more than 30 minutes.",
          },
        },
      ],
    }));
  const quiet = [
    ...names.map((alert) => firing(alert).replace('severity="critical"', 'severity="warning"')),
    ...names.map((alert) => firing(alert).replace("firing", "pending")),
  ].map((one) => ({ series: one, values: valuesOf(gauge([100, 1])) }));
  const ruled = { name, rules, stepMinutes: 1 };
  return {
    ...ruled,
    tests: [
      {
        interval: "1m",
        input_series: series(""),
        promql_expr_test: [count(fires - 1, 0), count(fires, names.length), count(46, 0), count(100, 0)],
        alert_rule_test: says,
      },
      { interval: "1m", input_series: quiet, promql_expr_test: [count(60, 0)] },
      { interval: "1m", input_series: [], promql_expr_test: [count(60, 0)] },
    ],
  };
}

describe.runIf(PROMTOOL_FOUND)("what nobody ends, by promtool,", () => {
  it("fires half an hour later, and ends with what it repeats", async () => {
    expect(await runTrials([trial("escalations", ESCALATIONS, 35)])).toEqual(new Map());
  });

  it("has a test that notices another wait", async () => {
    const waiting = (minutes: string) => ESCALATIONS.map((rule) => ({ ...rule, for: minutes }));
    const trials = ["29m", "31m"].map((minutes) => trial(minutes, waiting(minutes), 35));
    expect([...(await runTrials(trials)).keys()].sort()).toEqual(["29m", "31m"]);
  });
});

describe.runIf(ALERTMANAGER)("what nobody ends, by Alertmanager itself,", () => {
  let alertmanager: Alertmanager;
  beforeAll(async () => {
    const nobody = { critical: [], warning: [], info: [], escalation: [], watchdog: [], owners: {} };
    alertmanager = await startAlertmanager(alertmanagerConfig(nobody, "/run/secrets"));
  });
  afterAll(() => alertmanager.stop());

  it("is silenced with what it repeats, whether by its name or by all of its labels", async () => {
    const labels = (alertname: string, instance: string) => ({
      ...{ alertname, instance, job: "api", severity: "critical", owner: "app", environment: "trial" },
    });
    const pairs = [
      labels("MemoryHigh", "api-1"),
      labels("MemoryHigh", "api-2"),
      labels("ServiceDown", ""),
      labels("ProbeFailing", ""),
    ].map((one) => [one, { ...one, escalated: "true" }]);
    await alertmanager.tell(pairs.flat().map((one) => ({ labels: one })));
    const silence = (...matchers: string[]) =>
      run("amtool", [
        ...["silence", "add", `--alertmanager.url=${alertmanager.address}`, "--duration=1h"],
        ...["--author=test", "--comment=test", ...matchers],
      ]);
    expect(spawnSync("amtool", ["--version"]).status).toBe(0);
    await silence("alertname=ServiceDown");
    await silence(...Object.entries(pairs[0]?.[0] ?? {}).map(([label, value]) => `${label}=${value}`));
    const states = async () =>
      (await alertmanager.held())
        .map(({ labels: { alertname, instance = "", escalated = "" }, status }) =>
          [alertname, instance, escalated, status.state].join(" "),
        )
        .sort();
    const wanted = [
      "MemoryHigh api-1  suppressed",
      "MemoryHigh api-1 true suppressed",
      "MemoryHigh api-2  active",
      "MemoryHigh api-2 true active",
      "ProbeFailing   active",
      "ProbeFailing  true active",
      "ServiceDown   suppressed",
      "ServiceDown  true suppressed",
    ];
    await expect.poll(states, { timeout: 10_000 }).toEqual(wanted);
  });
});
