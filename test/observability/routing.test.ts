import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { webAddress } from "../../environment/fields";
import type { Receivers } from "../../observability/routing/receivers";
import type { RenderedRoute } from "../../observability/routing/rendered";
import { BOUNDS } from "../../observability/bounds";
import { INHIBITIONS } from "../../observability/routing/tree";
import { alertmanagerConfig, managedAlertmanager, receiverSecrets } from "../../observability/render";
import { ALERTMANAGER, startAlertmanager, until } from "./support/alertmanager";
import { matches, receiversOf } from "./support/routes";
import { run, ALERTS as TOLD_ONCE, ESCALATIONS, keyOfRule } from "./support/promtool";

const ALERTS = [...TOLD_ONCE, ...ESCALATIONS];

const RECEIVERS: Receivers = {
  critical: [
    { kind: "pagerduty", secret: "PAGERDUTY_KEY" },
    { kind: "webhook", url: "https://alerts.example.com/critical" },
  ],
  warning: [{ kind: "slack", channel: "#alerts", secret: "SLACK_URL" }],
  info: [
    {
      kind: "email",
      to: "team@example.com",
      from: "alerts@example.com",
      smarthost: "mail.example.com:587",
      username: "alerts",
      secret: "MAIL_PASSWORD",
    },
  ],
  escalation: [],
  watchdog: [{ kind: "webhook", url: "https://deadman.example.com/ping" }],
  owners: {},
};
const NOBODY: Receivers = { critical: [], warning: [], info: [], escalation: [], watchdog: [], owners: {} };
/** The same, but whoever has the data is paged, and given tickets, for what is theirs. */
const OWNED: Receivers = {
  ...RECEIVERS,
  owners: {
    data: {
      critical: [{ kind: "pagerduty", secret: "DATA_PAGERDUTY_KEY" }],
      warning: [],
      info: [{ kind: "webhook", url: "https://alerts.example.com/data" }],
    },
  },
};
const TOPICS = {
  region: "eu-west-1",
  arnOf: (name: string) => `arn:aws:sns:eu-west-1:111111111111:${name}`,
};

/** Who hears of an alert, by what a person reads in its definition, where owners have receivers and where not. */
function expectedOf({ alert, labels }: (typeof ALERTS)[number], owned = false): string[] {
  if (alert === "Watchdog") return ["watchdog"];
  if (labels["escalated"] === "true") return ["escalation"];
  const table: Record<string, string[]> = {
    critical: ["critical", "warning"],
    warning: ["warning"],
    info: ["info"],
    // What only holds others back.
    none: ["none"],
  };
  const all = table[labels["severity"] ?? ""] ?? [];
  if (!owned || labels["owner"] !== "data") return all;
  return all.map((name) => (name === "critical" || name === "info" ? `${name}-data` : name));
}

interface Config {
  readonly route: Omit<RenderedRoute, "routes"> & {
    readonly repeat_interval: string;
    readonly routes: readonly (RenderedRoute & { readonly repeat_interval?: string })[];
  };
  readonly receivers: readonly { readonly name: string }[];
  readonly inhibit_rules: readonly {
    source_matchers: string[];
    target_matchers: string[];
    equal: string[];
  }[];
}
const onHost = (receivers: Receivers) => parse(alertmanagerConfig(receivers, "/run/secrets")) as Config;
const onAws = (receivers: Receivers) => {
  const definition = parse(managedAlertmanager(receivers, TOPICS)) as { alertmanager_config: string };
  return parse(definition.alertmanager_config) as Config;
};
const selfHosted = onHost(RECEIVERS);
const managed = onAws(RECEIVERS);

const found = spawnSync("amtool", ["--version"]).status === 0;
/** Alertmanager reads addresses of webhooks from files since 0.26; the one of some distributions is older. */
const knowsAddressFiles =
  Number(
    /version 0\.(\d+)/.exec(spawnSync(ALERTMANAGER ?? "", ["--version"], { encoding: "utf8" }).stdout)?.[1],
  ) >= 26;

describe("routing", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mainstay-routes-"));
    writeFileSync(join(folder, "alertmanager.yml"), alertmanagerConfig(RECEIVERS, "/run/secrets"));
    writeFileSync(join(folder, "owned.yml"), alertmanagerConfig(OWNED, "/run/secrets"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ["self-hosted", selfHosted, false],
    ["managed", managed, false],
    ["self-hosted, by owner", onHost(OWNED), true],
    ["managed, by owner", onAws(OWNED), true],
  ])("reaches who should hear of each alert: %s", (_, config, owned) => {
    const reached = ALERTS.map((rule) => [
      keyOfRule(rule),
      receiversOf(config.route, { alertname: rule.alert, ...rule.labels }),
    ]);
    expect(reached).toEqual(ALERTS.map((rule) => [keyOfRule(rule), expectedOf(rule, owned)]));
  });

  it.runIf(found)("is taken by Alertmanager, with a secret in no place but a file", async () => {
    expect(await run("amtool", ["check-config", join(folder, "alertmanager.yml")])).toContain("SUCCESS");
    expect(await run("amtool", ["check-config", join(folder, "owned.yml")])).toContain("SUCCESS");
    for (const secret of receiverSecrets(RECEIVERS)) {
      expect(alertmanagerConfig(RECEIVERS, "/run/secrets")).toContain(`/run/secrets/${secret}`);
    }
    expect(receiverSecrets(RECEIVERS)).toEqual(["MAIL_PASSWORD", "PAGERDUTY_KEY", "SLACK_URL"]);
    expect(receiverSecrets(OWNED)).toEqual(["DATA_PAGERDUTY_KEY", ...receiverSecrets(RECEIVERS)]);
  });

  it.runIf(found).each([
    ["https://alerts.example.com", true],
    ["http://receiver:8080/a/b-c_d~e?f=g%20h&i=[]", false],
    ["http://receiver:8080/a/b-c_d~e?f=g%20h&i=1", true],
    ["https://[::1]:8080/x", true],
    ["https:///x", false],
    ["https://h\\x", false],
    ["https://h/%zz", false],
    ["https://h:port/", false],
    ["ftp://h/", false],
    ["//h/", false],
  ])("has Alertmanager start with the address of a webhook the schema takes: %s", async (url, taken) => {
    expect(webAddress.safeParse(url).success).toBe(taken);
    const file = join(folder, "webhook.yml");
    writeFileSync(file, alertmanagerConfig({ ...NOBODY, info: [{ kind: "webhook", url }] }, "/run/secrets"));
    const { status } = spawnSync("amtool", ["check-config", file]);
    if (taken) expect(status).toBe(0);
  });

  it.runIf(found).each([
    ["for all", "alertmanager.yml", false],
    ["by owner", "owned.yml", true],
  ])("reaches the same by Alertmanager's own judgement: %s", async (_, file, owned) => {
    // Who is reached depends on these labels only, so that alerts with the same ones go the same way.
    const ways = new Map(
      ALERTS.map((rule) => {
        const { severity = "", escalated, owner = "" } = rule.labels;
        const labels = [
          `severity=${severity}`,
          ...(owned ? [`owner=${owner}`] : []),
          ...(escalated ? [`escalated=${escalated}`] : []),
          ...(rule.alert === "Watchdog" ? ["alertname=Watchdog"] : []),
        ];
        return [labels.join(" "), { labels, expected: expectedOf(rule, owned) }] as const;
      }),
    );
    // Critical, warning, info, none and escalated, of each of three owners; and the watchdog.
    expect(ways.size).toBe(owned ? 16 : 6);
    for (const { labels, expected } of ways.values()) {
      const said = await run("amtool", [
        "config",
        "routes",
        "test",
        `--config.file=${join(folder, file)}`,
        ...labels,
      ]);
      expect([labels, (said.trim().split("\n").at(-1) ?? "").split(",")]).toEqual([labels, expected]);
    }
  });

  it("has no receiver nobody is sent to, and none that is missing", () => {
    const names = (route: RenderedRoute): string[] => [
      ...(route.receiver ? [route.receiver] : []),
      ...(route.routes ?? []).flatMap(names),
    ];
    for (const { route, receivers } of [selfHosted, managed, onHost(OWNED), onAws(OWNED)]) {
      expect([...new Set(names(route))].sort()).toEqual(receivers.map(({ name }) => name).sort());
    }
  });

  it("pages for what is critical, tells everybody of what stays critical, and keeps nothing from the watchdog", () => {
    const of = (name: string) =>
      selfHosted.receivers.find((receiver) => receiver.name === name) as unknown as Record<string, unknown[]>;
    expect(Object.keys(of("critical"))).toContain("pagerduty_configs");
    expect(Object.keys(of("escalation")).sort()).toEqual([
      "email_configs",
      "name",
      "pagerduty_configs",
      "slack_configs",
      "webhook_configs",
    ]);
    expect(of("watchdog")["webhook_configs"]).toHaveLength(1);
    expect(Object.keys(of("none"))).toEqual(["name"]);
  });

  it("sends an owner's alerts to those named, keeps them as quiet as all others, and tells them of what nobody ends", () => {
    const { receivers, route } = onHost(OWNED);
    expect(receivers.find(({ name }) => name === "info-data")).toEqual({
      name: "info-data",
      webhook_configs: [{ url: "https://alerts.example.com/data", send_resolved: true }],
    });
    const tickets = route.routes.filter(({ receiver }) => receiver === "info");
    expect(tickets.map(({ routes }) => routes)).toEqual([
      [{ matchers: ['owner="data"'], receiver: "info-data", mute_time_intervals: ["outside-office-hours"] }],
      [{ matchers: ['owner="data"'], receiver: "info-data" }],
    ]);
    const everybody = receivers.find(({ name }) => name === "escalation") as unknown as Record<
      string,
      object[]
    >;
    expect([everybody["pagerduty_configs"]?.length, everybody["webhook_configs"]?.length]).toEqual([2, 2]);
    const topics = onAws(OWNED).receivers as unknown as { sns_configs?: { topic_arn: string }[] }[];
    expect(topics.flatMap(({ sns_configs = [] }) => sns_configs.map((one) => one.topic_arn))).toContain(
      "arn:aws:sns:eu-west-1:111111111111:critical-data",
    );
  });

  it("tells those named for the escalation instead of everybody, where there are any", () => {
    const named = [{ kind: "webhook" as const, url: "https://alerts.example.com/escalation" }];
    const { receivers } = parse(
      alertmanagerConfig({ ...RECEIVERS, escalation: named }, "/run/secrets"),
    ) as Config;
    expect(receivers.find(({ name }) => name === "escalation")).toEqual({
      name: "escalation",
      webhook_configs: [{ url: named[0]?.url, send_resolved: true }],
    });
  });

  it.each([
    ["self-hosted", selfHosted],
    ["managed", managed],
  ])("keeps tickets that last for office hours, and nothing else: %s", (_, config) => {
    const quiet = config.route.routes.filter((route) => "mute_time_intervals" in route);
    expect(quiet.map(({ matchers }) => matchers)).toEqual([
      [
        'severity="info"',
        'alertname=~"CacheFragmented|DatabaseCacheHitsLow|DeploymentUnfinished|DriftUnknown|PrometheusHistoryCut"',
      ],
    ]);
    const [first] = quiet as unknown as { mute_time_intervals: string[] }[];
    const times = (config as unknown as { time_intervals: { name: string; time_intervals: unknown }[] })
      .time_intervals;
    expect(times.filter(({ name }) => first?.mute_time_intervals.includes(name))).toEqual([
      {
        name: "outside-office-hours",
        time_intervals: [
          { weekdays: ["saturday", "sunday"] },
          {
            times: [
              { start_time: "00:00", end_time: "07:00" },
              { start_time: "18:00", end_time: "24:00" },
            ],
          },
        ],
      },
    ]);
  });

  it("keeps no ticket through a weekend that is over by itself before, and none of what runs out meanwhile", () => {
    const quiet = (name: string) => {
      const labels = { alertname: name, severity: "info" };
      const route = selfHosted.route.routes.find(({ matchers = [] }) =>
        matchers.every((matcher) => matches(matcher, labels)),
      );
      return route !== undefined && "mute_time_intervals" in route;
    };
    const tickets = ALERTS.filter(({ labels }) => labels["severity"] === "info").map(({ alert }) => alert);
    // That a ticket stands until somebody acts is a judgement. One that is new has to be judged, too.
    expect(tickets.sort().map((name) => [name, quiet(name)])).toEqual([
      ["CacheClientsBlocked", false],
      ["CacheFragmented", true],
      ["CacheRestarted", false],
      ["ContainerThrottled", false],
      ["DatabaseCacheHitsLow", true],
      ["DatabasePoolBusy", false],
      ["DatabaseRestarted", false],
      ["DeploymentUnfinished", true],
      ["DriftUnknown", true],
      ["ErrorLogLines", false],
      ["PrometheusHistoryCut", true],
      ["QueueBacklog", false],
      ["SlowRequests", false],
    ]);
    // What runs out at a known moment leaves more time than from Friday evening to Monday morning, at any hour.
    for (const { alert, expr, labels } of ALERTS)
      if (/predict_linear|cert_expiry/.test(expr))
        expect([alert, labels["severity"]]).not.toEqual([alert, "info"]);
    expect(BOUNDS.certificateDaysLeft.critical * 24).toBeGreaterThan(2 * 24 + 6 + 7);
  });

  it("silences only alerts that exist, by alerts that exist", () => {
    const names = new Set(ALERTS.map(({ alert }) => alert));
    const mentioned = INHIBITIONS.flatMap(({ source, target }) => [...source, ...target])
      .filter(({ label }) => label === "alertname")
      .flatMap(({ values }) => values);
    expect(mentioned.filter((name) => !names.has(name))).toEqual([]);
    expect(mentioned.length).toBeGreaterThan(10);
  });

  it("lets no alert silence itself, nor one that is graver", () => {
    const grave = ["info", "warning", "critical"];
    for (const { source, target } of INHIBITIONS) {
      const levels = (matchers: typeof source) =>
        matchers.filter(({ label }) => label === "severity").flatMap(({ values }) => values);
      for (const from of levels(source))
        for (const to of levels(target)) expect(grave.indexOf(from)).toBeGreaterThan(grave.indexOf(to));
      const own = (matchers: typeof source) =>
        matchers.filter(({ label }) => label === "alertname").flatMap(({ values }) => values);
      expect(own(source).filter((name) => own(target).includes(name))).toEqual([]);
    }
  });

  it("keeps to what a managed Alertmanager allows", () => {
    const kinds = managed.receivers.flatMap(({ name: _, ...configs }) => Object.keys(configs));
    expect([...new Set(kinds)]).toEqual(["sns_configs"]);
    const repeats = [
      managed.route.repeat_interval,
      ...managed.route.routes.map(({ repeat_interval }) => repeat_interval ?? "1m"),
    ];
    for (const repeat of repeats) {
      const [, amount = "", unit = ""] = /^(\d+)([smhd])$/.exec(repeat) ?? [];
      expect(Number(amount) * ({ s: 1 / 60, m: 1, h: 60, d: 1440 }[unit] ?? Infinity)).toBeLessThanOrEqual(
        5 * 1440,
      );
    }
    for (const receiver of managed.receivers) {
      const { sns_configs: [config] = [] } = receiver as { sns_configs?: Record<string, unknown>[] };
      if (!config) continue;
      expect(Object.keys(config)).not.toContain("api_url");
    }
  });
});

describe.runIf(ALERTMANAGER)("in quiet hours, by Alertmanager itself,", () => {
  it("a ticket that lasts is kept back, one that comes and goes is not, and by day neither is", async () => {
    const hears = async (quiet: "sunday:saturday" | "never", wanted: readonly string[]) => {
      const names: string[] = [];
      const server = createServer((request, response) => {
        void json(request).then((body) => {
          names.push(...(body as { alerts: { labels: { alertname: string } }[] }).alerts.map(nameOf));
          response.end();
        });
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const config = parse(
        alertmanagerConfig({ ...NOBODY, info: [{ kind: "webhook", url }] }, "/run/secrets").replaceAll(
          /group_wait: \d+s/g,
          "group_wait: 0s",
        ),
      ) as { time_intervals: object[] };
      const always = quiet === "never" ? [] : [{ weekdays: [quiet] }];
      config.time_intervals = [{ name: "outside-office-hours", time_intervals: always }];
      const alertmanager = await startAlertmanager(stringify(config));
      try {
        for (const alertname of ["CacheFragmented", "CacheRestarted"])
          await alertmanager.tell([{ labels: { alertname, severity: "info", owner: "data" } }]);
        // The one that lasts was told first. What goes out first is nobody's promise.
        await expect.poll(() => names.toSorted(), { timeout: 10_000 }).toEqual(wanted);
      } finally {
        await alertmanager.stop();
        server.close();
      }
    };
    await hears("sunday:saturday", ["CacheRestarted"]);
    await hears("never", ["CacheFragmented", "CacheRestarted"]);
  }, 60_000);
});

describe("a webhook whose address is a secret", () => {
  const watchdog = [{ kind: "webhook" as const, secret: "DEADMAN_URL" }];

  it("has it in a file, and nowhere else", () => {
    const receivers: Receivers = { ...NOBODY, watchdog };
    const { receivers: rendered } = onHost(receivers);
    expect(rendered.find(({ name }) => name === "watchdog")).toEqual({
      name: "watchdog",
      webhook_configs: [{ url_file: "/run/secrets/DEADMAN_URL", send_resolved: false }],
    });
    expect(receiverSecrets(receivers)).toEqual(["DEADMAN_URL"]);
  });

  it.runIf(ALERTMANAGER)(
    "is told by Alertmanager",
    async ({ skip }) => {
      skip(!knowsAddressFiles, "Alertmanager is older than 0.26");
      const paths: string[] = [];
      const server = createServer((request, response) => {
        paths.push(request.url ?? "");
        response.end();
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      const folder = mkdtempSync(join(tmpdir(), "mainstay-webhook-"));
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping/0f1e2d`;
      writeFileSync(join(folder, "DEADMAN_URL"), address);
      const alertmanager = await startAlertmanager(alertmanagerConfig({ ...NOBODY, watchdog }, folder));
      try {
        await alertmanager.tell([{ labels: { alertname: "Watchdog", severity: "none" } }]);
        await until(async () => paths.length > 0);
        expect(paths[0]).toBe("/ping/0f1e2d");
      } finally {
        await alertmanager.stop();
        server.close();
        rmSync(folder, { recursive: true });
      }
    },
    60_000,
  );
});

const nameOf = ({ labels }: { labels: { alertname: string } }) => labels.alertname;
