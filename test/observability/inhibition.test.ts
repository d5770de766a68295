import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alertmanagerConfig } from "../../observability/render";
import type { AlertingRule } from "../../observability/rules";
import { INHIBITIONS, type Inhibition, type Matcher } from "../../observability/routing/tree";
import { COURSES, STEPS } from "./cases/outages";
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

/** Inhibitions by name: a cause, and what follows from it. Unresolved ones repeat what is said of their alert. */
const CAUSES = INHIBITIONS.filter(
  ({ target }) =>
    values(target, "alertname").length > 0 && !values(target, "alertname").includes("CriticalUnresolved"),
);
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
      // What the last minutes are compared with, a day, does not keep an alert up.
      const back = Math.max(
        0,
        ...analyse(symptom.expr)
          .windows.filter((one) => one !== "1d")
          .map(seconds),
      );
      const held = Math.max(0, ...analyse(aftermath?.expr ?? "vector(0)").windows.map(seconds));
      return back > 0 && held < back + 120;
    });
    expect(short.map(({ name }) => name)).toEqual([]);
  });

  it("speaks for them half an hour later, too, where they would be told again as unresolved", () => {
    const twice = CAUSES.flatMap(({ source, target, equal }) => {
      const critical = meant(target).filter(({ labels }) => labels["severity"] === "critical");
      const unresolved = INHIBITIONS.filter(
        (one) => values(one.target, "alertname").includes("CriticalUnresolved") && one.source === source,
      ).flatMap((one) => values(one.target, "unresolved"));
      return critical
        .filter(({ alert }) => !unresolved.includes(alert) || equal.join() !== "environment")
        .map(({ alert }) => alert);
    });
    expect(twice).toEqual([]);
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

const ALERTMANAGER = ["alertmanager", "prometheus-alertmanager"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

/** An alert as Alertmanager is told of it, in an environment of its own. */
const told = (environment: string, { alert, labels }: AlertingRule, matchers: readonly Matcher[]) => ({
  labels: {
    ...{ alertname: alert, severity: labels["severity"] ?? "", environment },
    ...{ job: values(matchers, "job")[0] ?? "api", instance: "one", provider: "openai" },
    ...(alert === "CriticalUnresolved" && { unresolved: values(matchers, "unresolved")[0] ?? "" }),
  },
});

/** Every pair, and what Alertmanager should make of it: the cause beside its symptom, and the symptom alone. */
const TOLD = INHIBITIONS.filter(({ target }) => values(target, "alertname").length > 0).flatMap(
  ({ source, target }: Inhibition, number) =>
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
        ];
      }),
    ),
);

describe.runIf(ALERTMANAGER)("by Alertmanager itself,", () => {
  let folder: string;
  let server: ChildProcess;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "mainstay-inhibition-"));
    const nobody = { critical: [], warning: [], info: [], escalation: [], watchdog: [] };
    writeFileSync(join(folder, "alertmanager.yml"), alertmanagerConfig(nobody, folder));
    const port = await freePort();
    address = `http://127.0.0.1:${port}/api/v2/alerts`;
    server = spawn(
      ALERTMANAGER ?? "",
      [
        `--config.file=${join(folder, "alertmanager.yml")}`,
        ...[
          `--storage.path=${folder}`,
          `--web.listen-address=127.0.0.1:${port}`,
          "--cluster.listen-address=",
        ],
      ],
      { stdio: "ignore" },
    );
    await until(async () => (await fetch(address)).ok);
  });
  afterAll(() => {
    server.kill();
    rmSync(folder, { recursive: true });
  });

  it("a symptom is kept back beside its cause, and told without it", async () => {
    const alerts = TOLD.flatMap(({ environment, alerts: all }) =>
      all.map(([rule, matchers]) => told(environment, rule, matchers)),
    );
    const headers = { "content-type": "application/json" };
    const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(alerts) });
    expect(answer.status).toBe(200);
    const states = async () =>
      new Map(
        ((await (await fetch(address)).json()) as Held[]).map(({ labels, status }) => [
          `${labels["environment"]} ${labels["alertname"]}`,
          status.state,
        ]),
      );
    await until(async () => [...(await states()).values()].every((state) => state !== "unprocessed"));
    const seen = await states();
    const wrong = TOLD.filter(
      ({ environment, alerts: all, state }) => seen.get(`${environment} ${all.at(-1)?.[0].alert}`) !== state,
    );
    expect(wrong.map(({ environment }) => environment)).toEqual([]);
    expect(TOLD.length).toBeGreaterThan(100);
  });
});

interface Held {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: string };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    if (await holds().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("not within ten seconds");
}
