import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alertmanagerConfig } from "../../observability/render";
import type { AlertingRule } from "../../observability/rules";
import { INHIBITIONS, type Inhibition, type Matcher } from "../../observability/routing/tree";
import { COURSES, STEPS } from "./cases/outages";
import { ALERTMANAGER, startAlertmanager, type Alertmanager } from "./support/alertmanager";
import { valuesOf } from "./support/case";
import { ALERTS, keyOfRule, PROMTOOL_FOUND, runTrials } from "./support/promtool";
import { analyse } from "./support/promql";

const seconds = (duration = "0m"): number => {
  const [, amount = "", unit = ""] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  return Number(amount) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? NaN);
};
const values = (matchers: readonly Matcher[], label: string): readonly string[] =>
  matchers.find((one) => one.label === label)?.values ?? [];
/** The rules whose alerts can be meant: by their name, and by their level where one is asked for. */
const meant = (matchers: readonly Matcher[]): AlertingRule[] =>
  ALERTS.filter(({ alert, labels }) => {
    const levels = values(matchers, "severity");
    return (
      values(matchers, "alertname").includes(alert) &&
      (levels.length === 0 || levels.includes(labels["severity"] ?? ""))
    );
  });
const isTold = ({ labels }: AlertingRule) => labels["severity"] !== "none";

/** Inhibitions by name: a cause, and what follows from it. */
const CAUSES = INHIBITIONS.filter(({ target }) => values(target, "alertname").length > 0);
interface Pair {
  readonly name: string;
  readonly cause: AlertingRule;
  readonly aftermath?: AlertingRule;
  readonly symptom: AlertingRule;
}
const PAIRS: readonly Pair[] = CAUSES.flatMap(({ source, target }) =>
  meant(source)
    .filter(isTold)
    .flatMap((cause) =>
      meant(target)
        .filter(isTold)
        .map((symptom) => ({
          name: `${keyOfRule(cause)} → ${keyOfRule(symptom)}`,
          cause,
          aftermath: meant(source).find(
            ({ alert, labels }) => alert === cause.alert && labels["severity"] === "none",
          ),
          symptom,
        })),
    ),
);

describe("a cause speaks for its symptoms", () => {
  it("stands in enough pairs to be worth it", () => {
    expect(PAIRS.length).toBeGreaterThan(30);
  });

  it("is told a minute before they would be", () => {
    const late = PAIRS.filter(({ cause, symptom }) => seconds(symptom.for) < seconds(cause.for) + 60);
    expect(late.map(({ name }) => name)).toEqual([]);
  });

  it("holds them back for two minutes longer than they look back on it", () => {
    const short = PAIRS.filter(({ aftermath, symptom }) => {
      // What the last minutes are compared with, a day, does not keep an alert up; what was seen last is how it is.
      const back = Math.max(
        0,
        ...analyse(symptom.expr)
          .windows.filter((one) => !["1d", "1m"].includes(one))
          .map(seconds),
      );
      const held = Math.max(0, ...analyse(aftermath?.expr ?? "vector(0)").windows.map(seconds));
      return back > 0 && held < back + 120;
    });
    expect(short.map(({ name }) => name)).toEqual([]);
  });
});

describe.runIf(PROMTOOL_FOUND)("from before its symptoms until after them, by promtool,", () => {
  it.each(COURSES)("%s fires", async (cause, series, symptoms) => {
    const rules = ALERTS.filter(({ alert }) => [cause, ...symptoms].includes(alert));
    const of = (names: readonly string[]) => `ALERTS{alertstate="firing",alertname=~"${names.join("|")}"}`;
    const at = (step: number) => `${step * 15}s`;
    const all = Array.from({ length: STEPS }, (_, step) => step);
    const tests = [
      {
        interval: "15s",
        input_series: Object.entries(series).map(([name, course]) => ({
          series: name,
          values: valuesOf(course),
        })),
        promql_expr_test: [
          ...all.map((step) => ({
            expr: `${of(symptoms).replace("}", ',severity!="none"}')} unless on (environment) ${of([cause])}`,
            eval_time: at(step),
            exp_samples: [],
          })),
          {
            expr: `group by (alertname) (count_over_time(${of(symptoms)}[1h]))`,
            eval_time: at(STEPS - 1),
            exp_samples: symptoms.map((alertname) => ({
              labels: `{alertname="${alertname}"}`,
              value: 1,
            })),
          },
        ],
      },
    ];
    const said = await runTrials([{ name: cause, rules, tests, stepMinutes: 0.25 }]);
    expect([...said.values()]).toEqual([]);
  });
});

const ELSEWHERE: readonly Matcher[] = [{ label: "job", values: ["another"] }];

/** An alert as Alertmanager is told of it, in an environment of its own. */
const told = (environment: string, { alert, labels }: AlertingRule, matchers: readonly Matcher[]) => ({
  labels: {
    ...{ alertname: alert, severity: labels["severity"] ?? "", environment },
    ...{ job: values(matchers, "job")[0] ?? "api", instance: "one", provider: "openai", probe: "api" },
  },
});

/**
 * Every pair, and what Alertmanager should make of it: the cause beside its symptom, the symptom alone, and the symptom
 * of another service where that has nothing to do with the cause.
 */
const TOLD = INHIBITIONS.filter(({ target }) => values(target, "alertname").length > 0).flatMap(
  ({ source, target, equal }: Inhibition, number) =>
    meant(source).flatMap((cause) =>
      meant(target).flatMap((symptom) => {
        const pair = `${number}: ${keyOfRule(cause)} → ${keyOfRule(symptom)}`;
        return [
          {
            environment: pair,
            alerts: [[cause, source] as const, [symptom, target] as const],
            state: "suppressed",
          },
          { environment: `${pair} alone`, alerts: [[symptom, target] as const], state: "active" },
          ...(equal.includes("job")
            ? [
                {
                  environment: `${pair} elsewhere`,
                  alerts: [[cause, source] as const, [symptom, ELSEWHERE] as const],
                  state: "active",
                },
              ]
            : []),
        ];
      }),
    ),
);

/** How long Alertmanager may take on a busy machine. */
const LIMIT = { timeout: 10_000 };

describe.runIf(ALERTMANAGER)("by Alertmanager itself,", () => {
  let alertmanager: Alertmanager;
  beforeAll(async () => {
    const nobody = { critical: [], warning: [], info: [], escalation: [], watchdog: [], owners: {} };
    alertmanager = await startAlertmanager(alertmanagerConfig(nobody, "/run/secrets"));
  });
  afterAll(() => alertmanager.stop());

  it("what the edge fails is kept back beside the API's probe, and told beside any other", async () => {
    const failing = (alertname: string, probe: string, more = {}) => ({
      labels: { alertname, severity: "critical", environment: `probe ${probe}`, ...more },
    });
    const probes = ["api", "web", "redirect"];
    await alertmanager.tell(
      probes.flatMap((probe) => [
        failing("ProbeFailing", probe, { job: "probe", probe }),
        failing("EdgeErrorsHigh", probe),
      ]),
    );
    const states = async () => {
      const held = await alertmanager.held();
      return probes.map(
        (probe) =>
          held.find(
            ({ labels }) =>
              labels["alertname"] === "EdgeErrorsHigh" && labels["environment"] === `probe ${probe}`,
          )?.status.state,
      );
    };
    await expect.poll(states, LIMIT).toEqual(["suppressed", "active", "active"]);
  });

  it("a certificate that is nearly out keeps back its own warning, and no other's", async () => {
    const ending = (severity: string, certificate: string) => ({
      labels: { alertname: "OwnCertificateExpiring", environment: "certificates", severity, certificate },
    });
    await alertmanager.tell([
      ending("critical", "database"),
      ending("warning", "database"),
      ending("warning", "edge"),
    ]);
    const states = async () =>
      (await alertmanager.held())
        .filter(({ labels }) => labels["environment"] === "certificates")
        .map(({ labels, status }) => `${labels["certificate"]} ${labels["severity"]} ${status.state}`)
        .sort();
    await expect
      .poll(states, LIMIT)
      .toEqual(["database critical active", "database warning suppressed", "edge warning active"]);
  });

  it("a symptom is kept back beside its cause, and told without it", async () => {
    const alerts = TOLD.flatMap(({ environment, alerts: all }) =>
      all.map(([rule, matchers]) => told(environment, rule, matchers)),
    );
    await alertmanager.tell(alerts);
    const wrong = async () => {
      const seen = new Map(
        (await alertmanager.held()).map(({ labels, status }) => [
          `${labels["environment"]} ${labels["alertname"]}`,
          status.state,
        ]),
      );
      return TOLD.filter(
        ({ environment, alerts: all, state }) =>
          seen.get(`${environment} ${all.at(-1)?.[0].alert}`) !== state,
      ).map(({ environment }) => environment);
    };
    await expect.poll(wrong, LIMIT).toEqual([]);
    expect(TOLD.length).toBeGreaterThan(100);
  });
});
