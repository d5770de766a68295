import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { LONGEST_NAME } from "../../environment/fit-aws";
import type { Receivers } from "../../observability/routing/receivers";
import { alertmanagerConfig, managedAlertmanager } from "../../observability/render";
import { AMTOOL_FOUND, asSent, type Group } from "./support/messages";
import { ALERTS } from "./support/promtool";

const RECEIVERS: Receivers = {
  critical: [],
  warning: [],
  info: [
    { kind: "slack", channel: "#tickets", secret: "SLACK_URL" },
    { kind: "pagerduty", secret: "PAGERDUTY_KEY" },
  ],
  escalation: [],
  watchdog: [],
  owners: {},
};

interface Config {
  readonly receivers: readonly {
    readonly name: string;
    readonly slack_configs?: readonly [{ readonly title: string; readonly text: string }];
    readonly pagerduty_configs?: readonly [{ readonly description: string; readonly severity: string }];
    readonly sns_configs?: readonly [{ readonly subject: string; readonly message: string }];
  }[];
}
const infoOf = ({ receivers }: Config) => receivers.find(({ name }) => name === "info");
const onHost = infoOf(parse(alertmanagerConfig(RECEIVERS, "/run/secrets")) as Config);
const definition = parse(
  managedAlertmanager(RECEIVERS, {
    region: "eu-west-1",
    arnOf: (name) => `arn:aws:sns:eu-west-1:111111111111:${name}`,
  }),
) as { alertmanager_config: string };
const managed = parse(definition.alertmanager_config) as Config;
const onAws = infoOf(managed);

const slack = onHost?.slack_configs?.[0];
const title = slack?.title ?? "";
const text = slack?.text ?? "";
const pagerduty = onHost?.pagerduty_configs?.[0];
const incident = pagerduty?.description ?? "";
const severity = pagerduty?.severity ?? "";
const subject = onAws?.sns_configs?.[0].subject ?? "";

const ticket = (alertname: string, summary: string, status = "firing") => ({
  status,
  labels: { alertname, environment: "prod", severity: "info", owner: "data" },
  annotations: {
    summary,
    description: `More of ${alertname}.`,
    runbook_url: `https://books.example.com/cache.md#${alertname.toLowerCase()}`,
    dashboard_url: "https://boards.example.com/d/mainstay-cache",
  },
});
const group = (...alerts: Group["alerts"]): Group => ({
  status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
  receiver: "info",
  groupLabels: { environment: "prod", owner: "data" },
  alerts,
});

const FRAGMENTED = ticket("CacheFragmented", "Redis holds more memory than it uses");
const RESTARTED = ticket("CacheRestarted", "Redis has started again", "resolved");

describe.runIf(AMTOOL_FOUND)("messages, by Alertmanager's own templates", () => {
  it("say which alert it is", () => {
    const one = group(FRAGMENTED);
    expect([title, incident, subject].map((template) => asSent(template, one))).toEqual([
      "FIRING info: CacheFragmented",
      "CacheFragmented: Redis holds more memory than it uses",
      "firing info CacheFragmented prod",
    ]);
    expect(asSent(text, group(RESTARTED))).toMatch(/^CacheRestarted \(resolved\): Redis has started again\n/);
  });

  it("say how many they are where tickets of several names are told together, and which each is", () => {
    const two = group(FRAGMENTED, RESTARTED);
    expect([title, incident, subject].map((template) => asSent(template, two))).toEqual([
      "FIRING info: 2 alerts",
      "2 alerts",
      "firing info 2 alerts prod",
    ]);
    const paragraphs = [
      "CacheFragmented: Redis holds more memory than it uses",
      "More of CacheFragmented.",
      "Runbook: https://books.example.com/cache.md#cachefragmented",
      "Dashboard: https://boards.example.com/d/mainstay-cache",
      "",
      "CacheRestarted (resolved): Redis has started again",
      "More of CacheRestarted.",
      "Runbook: https://books.example.com/cache.md#cacherestarted",
      "Dashboard: https://boards.example.com/d/mainstay-cache",
    ].join("\n");
    expect(asSent(text, two).trimEnd()).toBe(paragraphs);
    const message = onAws?.sns_configs?.[0].message ?? "";
    expect(asSent(message, two).split("\nData: ")[0]?.trimEnd()).toBe(paragraphs);
  });

  it("say a level that PagerDuty takes, also where one copy is critical and another is not yet", () => {
    const copy = (instance: string, level: string) => ({
      status: "firing",
      labels: { alertname: "MemoryHigh", environment: "prod", job: "api", instance, severity: level },
      annotations: {},
    });
    const alike = group(copy("api-1", "warning"), copy("api-2", "warning"));
    expect(asSent(severity, alike)).toBe("warning");
    const mixed = group(copy("api-1", "critical"), copy("api-2", "warning"));
    expect([severity, title, subject].map((template) => asSent(template, mixed))).toEqual([
      "error",
      "FIRING: MemoryHigh",
      "firing MemoryHigh prod",
    ]);
  });

  it("have a subject that SNS takes, whatever the alert and the environment are called", () => {
    const names = ALERTS.map(({ alert }) => alert);
    const alertname = names.reduce((longest, name) => (name.length > longest.length ? name : longest));
    const environment = "e".repeat(LONGEST_NAME);
    const subjects = managed.receivers.flatMap(({ sns_configs = [] }) =>
      sns_configs.map((one) => one.subject),
    );
    expect([...new Set(subjects)]).toEqual([subject]);
    const labels = { alertname, environment, severity: "critical" };
    const sent = asSent(subject, group({ status: "resolved", labels, annotations: {} }));
    expect(sent).toBe(`resolved critical ${alertname} ${environment}`);
    expect(sent).toMatch(/^[\x20-\x7e]{1,99}$/);
  });
});
