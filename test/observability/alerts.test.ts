import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { APP_JOBS, JOBS } from "../../observability/metrics";
import { CASES } from "./cases";
import type { Case } from "./support/case";
import { mutantsOf } from "./support/mutants";
import {
  ALERTS,
  PROMTOOL_FOUND,
  keyOf,
  keyOfRule,
  nothingTestOf,
  quietTestsOf,
  runTrials,
  testsOf,
  type Trial,
} from "./support/promtool";
import type { AlertingRule } from "../../observability/rules";

const rules = new Map(ALERTS.map((rule) => [keyOfRule(rule), rule]));
const keyOfCase = ({ alert, level, window }: Case) => keyOf(alert, level, window);

/** An alert that looks at alerts would see its own mutants: they are tried apart, each under its name. */
const looksAtAlerts = ({ expr }: AlertingRule) => expr.includes("ALERTS");

/** An alert and its mutants: each has a name of its own, so that all of them can be put to the same courses. */
interface Subject {
  readonly one: Case;
  readonly rule: AlertingRule;
  readonly mutants: readonly { readonly change: string; readonly rule: AlertingRule }[];
}

const subjects: Subject[] = CASES.flatMap((one) => {
  const rule = rules.get(keyOfCase(one));
  if (!rule) return [];
  const mutants = mutantsOf(rule).map(({ change, rule: mutant }, index) => ({
    change: `${keyOfCase(one)}: ${change}`,
    rule: { ...mutant, alert: looksAtAlerts(rule) ? rule.alert : `${rule.alert}__${index}` },
  }));
  return [{ one, rule, mutants }];
});

function trialsOf({ one, rule, mutants }: Subject): Trial[] {
  const name = keyOfCase(one);
  const trial = (suffix: string, tried: readonly AlertingRule[], tests = testsOf(one, tried)): Trial => ({
    name: name + suffix,
    rules: tried,
    tests,
    stepMinutes: one.step,
  });
  const quietTests = quietTestsOf(one, rule);
  const quiet = quietTests.length > 0 ? [trial(" in quiet", [rule], quietTests)] : [];
  if (!looksAtAlerts(rule)) return [trial("", [rule, ...mutants.map((mutant) => mutant.rule)]), ...quiet];
  return [
    trial("", [rule]),
    ...quiet,
    ...mutants.map(({ change, rule: mutant }) => trial(` but ${change}`, [mutant])),
  ];
}

const NOTHING = "nothing at all";

/** Whether promtool complains of an alert in what it says of a trial. */
const complains = (said: string | undefined, alert: string) =>
  new RegExp(`alertname(: |=\\\\?")${alert}\\b`).test(said ?? "");

describe.runIf(PROMTOOL_FOUND)("alerts, by promtool", () => {
  let said: ReadonlyMap<string, string>;
  beforeAll(async () => {
    const silent = subjects.filter(({ one }) => one.firesBy !== "absence").map(({ rule }) => rule);
    const nothing: Trial = { name: NOTHING, rules: silent, tests: [nothingTestOf(silent)], stepMinutes: 10 };
    said = await runTrials([nothing, ...subjects.flatMap(trialsOf)]);
  }, 300_000);

  it("are quiet where there is nothing, unless that is what they are about", () => {
    expect(said.get(NOTHING)).toBeUndefined();
  });

  it("are quiet, fire, say what they should, and end", async () => {
    const failed = subjects.filter(({ one, rule: { alert } }) =>
      ["", " in quiet"].some((part) => complains(said.get(keyOfCase(one) + part), alert)),
    );
    // promtool's database tidies itself up while it is asked, and very rarely a sample is not found then: what
    // has failed is asked once more, alone.
    const again = failed.flatMap((subject) => trialsOf({ ...subject, mutants: [] }));
    expect([...(await runTrials(again)).values()]).toEqual([]);
  }, 60_000);

  it("have cases that notice every comparison flipped, bound moved and wait changed", () => {
    const unnoticed = subjects.flatMap(({ one, mutants }) =>
      mutants
        .filter(({ change, rule }) => {
          const trial = keyOfCase(one) + (looksAtAlerts(rule) ? ` but ${change}` : "");
          return !complains(said.get(trial), rule.alert);
        })
        .map(({ change }) => change),
    );
    expect(unnoticed).toEqual([]);
  });
});

describe("alerts", () => {
  it("have a case each", () => {
    expect(CASES.map(keyOfCase).sort()).toEqual([...rules.keys()].sort());
  });

  it("wait, are labelled and speak as a file shows that was read by people", async () => {
    const spoken = CASES.map((one) => {
      const rule = rules.get(keyOfCase(one));
      const { description: template, ...annotations } = rule?.annotations ?? {};
      return {
        alert: rule?.alert,
        for: rule?.for ?? "0m",
        labels: { ...rule?.labels, ...one.labels },
        annotations: { ...annotations, template, description: one.description },
      };
    });
    await expect(stringify(spoken, { lineWidth: 0 })).toMatchFileSnapshot("reviewed/alerts.yaml");
  });
});

describe.runIf(PROMTOOL_FOUND)("a target that is gone, by promtool,", () => {
  /** What tells of it, and how many minutes after its series is no longer there. */
  const toldOf = (job: string) =>
    APP_JOBS.some((own) => own === job)
      ? {
          alertname: "ServiceDown",
          minutes: 1,
          summary: "No copy of a service answers",
          description: `No copy of ${job} answers Prometheus.`,
        }
      : {
          alertname: "TargetMissing",
          minutes: 5,
          summary: "Prometheus has no target of a job it should scrape",
          description: `Nothing is scraped as ${job}.`,
        };

  it("is missed, whichever it is, by one alert and no other", async () => {
    const names = ["ServiceDown", "TargetMissing"];
    const tests = JOBS.map((gone) => {
      const { alertname, minutes, summary, description } = toldOf(gone);
      const links = {
        runbook_url: `https://runbooks.example.com/availability.md#${alertname.toLowerCase()}`,
        dashboard_url: "https://grafana.example.com/d/mainstay-overview",
      };
      const labels = { severity: "critical", owner: "platform", environment: "trial", job: gone };
      const told = [{ exp_labels: labels, exp_annotations: { summary, description, ...links } }];
      return {
        interval: "1m",
        input_series: JOBS.filter((job) => job !== gone).map((job) => ({
          series: `up{job="${job}",instance="${job}-1"}`,
          values: "1x30",
        })),
        alert_rule_test: names.flatMap((name) => [
          { eval_time: `${minutes - 1}m`, alertname: name, exp_alerts: [] },
          { eval_time: `${minutes}m`, alertname: name, exp_alerts: name === alertname ? told : [] },
        ]),
      };
    });
    const rules = ALERTS.filter(({ alert }) => names.includes(alert));
    expect(await runTrials([{ name: "gone", rules, tests }])).toEqual(new Map());
  });
});
