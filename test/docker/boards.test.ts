import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveConfig } from "../../environment/config";
import { BOARDS } from "../../observability/boards/uids";
import { METRICS } from "../../observability/metrics";
import { keepRecords, nowSeconds } from "../../operations/records";
import { eventually, fileOf, STACK, testConfiguration } from "./support/environment";
import { FACTOR, slowDown, speedUp } from "./support/fast-time";
import { users, type Load } from "./support/load";
import { query, rules, samples } from "./support/prometheus";

interface Board {
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
  }[];
}

/** Every query of every panel, as Grafana would ask it. */
const queries = () =>
  Object.keys(BOARDS).flatMap((uid) => {
    const { panels } = JSON.parse(fileOf("grafana-config", `dashboards/boards/${uid}.json`)) as Board;
    return panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ refId, expr }) => ({
        name: `${uid} ${title} ${refId}`,
        expr: expr.replaceAll("$__rate_interval", "30s"),
      })),
    );
  });

/** An environment that has just started has no yesterday. */
const OF_YESTERDAY = ["mainstay-releases Latency B"];
/** Labels that say what is wrong, or is told again, are empty, and so left out, while nothing is. */
const WHILE_WRONG = ["redis_exporter_last_scrape_error without err", "ALERTS without escalated"];

/** Repeats a look at many things until all of them have a number, and gives those that never had: Grafana draws no NaN. */
async function empty<T>(all: readonly T[], exprOf: (one: T) => string, seconds: number): Promise<T[]> {
  let left = [...all];
  await eventually(seconds, async () => {
    const found = await Promise.all(left.map(async (one) => hasNumber(await samples(exprOf(one)))));
    left = left.filter((_, index) => !found[index]);
    return left.length === 0 ? true : undefined;
  }).catch(() => undefined);
  return left;
}

const hasNumber = (found: Awaited<ReturnType<typeof samples>>) =>
  found.some(({ value: [, value] }) => value !== "NaN");

/** What `up` and `drift` leave on record; this environment was started without them. */
async function operate(): Promise<void> {
  const files = testConfiguration(join(__dirname, "..", ".."));
  const { environment } = resolveConfig(STACK, files.config, files.secretKeys);
  if (!environment) throw new Error(`${STACK} is no valid stack`);
  const now = nowSeconds();
  await keepRecords(environment, {
    deployment: { mainstay_deployment_failed: 0 },
    "deployment-success": { mainstay_deployment_timestamp_seconds: { success: now } },
    "deployment-failed": { mainstay_deployment_timestamp_seconds: { failed: now - 3600 } },
    secrets: {
      mainstay_secret_made_timestamp_seconds: { "database-password-api": now },
      mainstay_secret_given_timestamp_seconds: { OPENAI_API_KEY: now },
    },
    certificates: {
      mainstay_certificate_ends_timestamp_seconds: { "database-server-certificate": now + 397 * 86_400 },
    },
    drift: { mainstay_drift_look_timestamp_seconds: now, mainstay_drift_differences: 0 },
  });
}

let load: Load;
beforeAll(async () => {
  await operate();
  load = await users();
  await speedUp();
}, 60_000);
afterAll(async () => {
  await load.end();
  await slowDown();
});

describe("under load", () => {
  test("every recording rule has a value", async () => {
    const recorded = (await rules()).filter(({ type }) => type === "recording");
    const keys = [...new Set(recorded.map(({ name, labels }) => `${name}{slo="${labels?.slo ?? ""}"}`))];
    expect(keys.length).toBeGreaterThan(100);
    expect(await empty(keys, (key) => key, 120)).toEqual([]);
  }, 150_000);

  test("every panel has something to show", async () => {
    const today = queries().filter(({ name }) => !OF_YESTERDAY.includes(name));
    const nothing = await empty(today, ({ expr }) => expr, 90);
    expect(nothing.map(({ name }) => name)).toEqual([]);
  }, 150_000);

  test("every metric of the catalogue is exported, with the labels it is said to have", async () => {
    const metrics = [...METRICS.values()].map((metric) => ({
      ...metric,
      series: metric.type === "histogram" ? `${metric.name}_bucket` : metric.name,
    }));
    const missing = await empty(metrics, ({ series }) => series, 60);
    expect(missing.map(({ name }) => name)).toEqual([]);
    const wrong = await Promise.all(
      metrics.map(async ({ series, labels, jobs }) => {
        const own: readonly string[] = jobs;
        const found = (await samples(series)).filter(({ metric }) => own.includes(metric.job ?? ""));
        const without = labels.filter(
          (label) => found.length > 0 && !found.some(({ metric }) => label in metric),
        );
        return without.map((label) => `${series} without ${label}`);
      }),
    );
    expect(wrong.flat().filter((one) => !WHILE_WRONG.includes(one))).toEqual([]);
  });

  test(`no rule fails, in time that passes ${FACTOR} times faster as in its own`, async () => {
    const failing = (await rules()).filter(({ health, lastError }) => health === "err" || lastError);
    expect(failing.map(({ name, lastError }) => [name, lastError])).toEqual([]);
    expect(await query("sum(prometheus_rule_evaluation_failures_total)")).toBe(0);
  });
});
