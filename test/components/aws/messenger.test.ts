import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { passOn, readMessage, requestFor, type Directory } from "../../../components/aws/functions/messenger";
import { managedAlertmanager } from "../../../observability/render";
import { AMTOOL_FOUND, asSent } from "../../observability/support/messages";

const AT = "2026-03-04T05:06:07.000Z";
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:critical";

/** What Alertmanager's templates are given; the values hold what JSON has to escape. */
const ALERTS = [
  {
    status: "firing",
    labels: { alertname: "ErrorRateHigh", environment: "prod", severity: "critical", job: "api" },
    annotations: {
      summary: 'Requests "fail"',
      description: "5 % \\ of all\nfail.",
      runbook_url: "https://runbooks.example.com/requests.md#errorratehigh",
      dashboard_url: "http://127.0.0.1:3002/d/mainstay-api",
    },
    startsAt: "2026-03-04T05:00:00Z",
    endsAt: "0001-01-01T00:00:00Z",
    fingerprint: "0123456789abcdef",
  },
  {
    status: "firing",
    labels: { alertname: "ErrorRateHigh", environment: "prod", severity: "critical", job: "web" },
    annotations: { summary: 'Requests "fail"', description: "Too." },
    startsAt: "2026-03-04T05:01:00Z",
    endsAt: "0001-01-01T00:00:00Z",
    fingerprint: "fedcba9876543210",
  },
];
const GROUP = { alertname: "ErrorRateHigh", environment: "prod" };

const nobody = { critical: [], warning: [], info: [], escalation: [], watchdog: [], owners: {} };
const arnOf = (name: string) => `${TOPIC}-${name}`;
const definition = parse(managedAlertmanager(nobody, { region: "eu-west-1", arnOf })) as {
  alertmanager_config: string;
};
const [receiver] = (
  parse(definition.alertmanager_config) as {
    receivers: { sns_configs: { subject: string; message: string }[] }[];
  }
).receivers;
const config = receiver?.sns_configs[0];

const rendered = (text: string) =>
  asSent(text, { status: "firing", receiver: "critical", groupLabels: GROUP, alerts: ALERTS });

describe("a message", () => {
  test.runIf(AMTOOL_FOUND)("of Alertmanager is read back whole", () => {
    const text = rendered(config?.message ?? "");
    expect(text.split("\n").slice(0, 5)).toEqual([
      'ErrorRateHigh: Requests "fail"',
      "5 % \\ of all",
      "fail.",
      "Runbook: https://runbooks.example.com/requests.md#errorratehigh",
      "Dashboard: http://127.0.0.1:3002/d/mainstay-api",
    ]);
    const subject = rendered(config?.subject ?? "");
    expect(subject).toBe("firing critical ErrorRateHigh prod");
    const message = readMessage({ Subject: subject, Message: text, Timestamp: AT }, "warning");
    expect(message).toEqual({
      status: "firing",
      level: "critical",
      name: "ErrorRateHigh",
      title: "FIRING ErrorRateHigh",
      text: expect.stringMatching(/^ErrorRateHigh: Requests "fail"\n[^]*Runbook: *\nDashboard:$/),
      runbook: "https://runbooks.example.com/requests.md#errorratehigh",
      key: 'alertname="ErrorRateHigh", environment="prod"',
      groupLabels: GROUP,
      alerts: ALERTS,
    });
  });

  test("of an alarm begins and ends one and the same incident", () => {
    const alarm = (state: string) => ({
      Subject: `${state}: "mainstay-prod-database-DatabaseStorageLow" in EU (Ireland)`,
      Message: JSON.stringify({
        AlarmName: "mainstay-prod-database-DatabaseStorageLow",
        AlarmDescription:
          "Little storage is left.\nRunbook: https://runbooks.example.com/aws.md#databasestoragelow",
        NewStateValue: state,
        NewStateReason: "Threshold Crossed.",
        StateChangeTime: AT,
      }),
      Timestamp: AT,
    });
    const begun = readMessage(alarm("ALARM"), "warning");
    const ended = readMessage(alarm("OK"), "warning");
    expect(begun).toEqual({
      status: "firing",
      level: "warning",
      name: "mainstay-prod-database-DatabaseStorageLow",
      title: "FIRING mainstay-prod-database-DatabaseStorageLow",
      text: "Little storage is left.\nRunbook: https://runbooks.example.com/aws.md#databasestoragelow\nThreshold Crossed.",
      runbook: "https://runbooks.example.com/aws.md#databasestoragelow",
      key: "mainstay-prod-database-DatabaseStorageLow",
      groupLabels: { alertname: "mainstay-prod-database-DatabaseStorageLow" },
      alerts: [expect.objectContaining({ status: "firing", startsAt: AT, endsAt: "0001-01-01T00:00:00Z" })],
    });
    expect([ended.status, ended.title, ended.alerts[0]?.endsAt]).toEqual([
      "resolved",
      "RESOLVED mainstay-prod-database-DatabaseStorageLow",
      AT,
    ]);
    const incident = (message: typeof begun) =>
      requestFor({ kind: "pagerduty", secret: "place" }, message, "warning", "key").body as {
        dedup_key: string;
        event_action: string;
      };
    expect(incident(begun).dedup_key).toBe(incident(ended).dedup_key);
    expect([incident(begun).event_action, incident(ended).event_action]).toEqual(["trigger", "resolve"]);
  });

  test("of anything else is passed on as it is", () => {
    const budget = readMessage(
      { Subject: "Budget exceeded", Message: "Too much.\n", Timestamp: AT },
      "warning",
    );
    expect([budget.status, budget.level, budget.title, budget.text]).toEqual([
      "firing",
      "warning",
      "FIRING Budget exceeded",
      "Too much.",
    ]);
  });

  test("of an event is freed of the quotes EventBridge sends each line in", () => {
    const event = readMessage(
      {
        Message: [
          '"A deployment failed in api: tasks failed to start."',
          '"A deployment failed in api: image "api:1" is not there."',
          '"Runbook: https://r/aws.md#x"',
        ].join("\n"),
        Timestamp: AT,
      },
      "warning",
    );
    expect([event.name, event.text, event.runbook]).toEqual([
      "A deployment failed in api: tasks failed to start.",
      [
        "A deployment failed in api: tasks failed to start.",
        'A deployment failed in api: image "api:1" is not there.',
        "Runbook: https://r/aws.md#x",
      ].join("\n"),
      "https://r/aws.md#x",
    ]);
  });
});

describe("a receiver", () => {
  const message = readMessage(
    {
      Message: `text\nData: ${JSON.stringify({ status: "firing", groupLabels: GROUP, alerts: ALERTS })}`,
      Timestamp: AT,
    },
    "critical",
  );

  test("behind a webhook gets what Alertmanager sends on a Docker host", () => {
    expect(
      requestFor({ kind: "webhook", url: "https://hook.example.com/x" }, message, "critical", ""),
    ).toEqual({
      url: "https://hook.example.com/x",
      body: {
        version: "4",
        groupKey: 'alertname="ErrorRateHigh", environment="prod"',
        truncatedAlerts: 0,
        status: "firing",
        receiver: "critical",
        groupLabels: GROUP,
        commonLabels: { alertname: "ErrorRateHigh", environment: "prod", severity: "critical" },
        commonAnnotations: { summary: 'Requests "fail"' },
        externalURL: "",
        alerts: ALERTS,
      },
    });
  });

  test("behind a webhook whose address is a secret gets the same there", () => {
    const [open, secret] = [
      requestFor({ kind: "webhook", url: "https://hook.example.com/x" }, message, "critical", ""),
      requestFor({ kind: "webhook", secret: "place" }, message, "critical", "https://hook.example.com/x"),
    ];
    expect(secret).toEqual(open);
  });

  test("in a chat gets the text, coloured by how it stands", () => {
    const slack = { kind: "slack", channel: "#alerts", secret: "place" } as const;
    expect(requestFor(slack, message, "warning", "https://hooks.slack.example.com/T/B/x")).toEqual({
      url: "https://hooks.slack.example.com/T/B/x",
      body: {
        channel: "#alerts",
        attachments: [
          { color: "danger", title: "FIRING ErrorRateHigh", text: "text", fallback: "FIRING ErrorRateHigh" },
        ],
      },
    });
  });

  test("with a pager gets an event of its own level, with the runbook", () => {
    expect(requestFor({ kind: "pagerduty", secret: "place" }, message, "critical", "routing")).toEqual({
      url: "https://events.pagerduty.com/v2/enqueue",
      body: {
        routing_key: "routing",
        event_action: "trigger",
        dedup_key: expect.stringMatching(/^[0-9a-f]{64}$/),
        payload: {
          summary: "FIRING ErrorRateHigh",
          source: "ErrorRateHigh",
          severity: "critical",
          custom_details: { text: "text" },
        },
        links: [{ href: "https://runbooks.example.com/requests.md#errorratehigh", text: "Runbook" }],
      },
    });
  });
});

describe("passing on", () => {
  let server: Server;
  let url: string;
  const heard: { path: string; body: unknown }[] = [];
  const refuse = new Set<string>();
  beforeAll(async () => {
    server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        heard.push({ path: request.url ?? "", body });
        response.writeHead(refuse.has(request.url ?? "") ? 403 : 200).end();
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());
  beforeEach(() => {
    heard.length = 0;
    refuse.clear();
  });

  const event = {
    Records: [{ Sns: { TopicArn: TOPIC, Subject: "Something", Message: "A text.", Timestamp: AT } }],
  };
  const directory = (): Directory => ({
    topics: { critical: { topic: "critical", receivers: ["critical-1", "critical-0"] } },
    receivers: {
      "critical-0": { kind: "webhook", url: `${url}/webhook` },
      "critical-1": { kind: "slack", channel: "#alerts", secret: "CHAT" },
      "warning-0": { kind: "webhook", url: `${url}/of-another-topic` },
    },
    secrets: { CHAT: "place", OTHER: "place-of-another" },
  });

  test("reaches everybody who listens to the topic", async () => {
    await passOn(event, directory(), async (place) => `${url}/${place}`);
    expect(heard.map(({ path }) => path).sort()).toEqual(["/place", "/webhook"]);
  });

  test.each([
    ["critical", "critical"],
    ["warning-data", "warning"],
    ["escalation", "critical"],
    ["watchdog", "critical"],
  ])("gives what comes to the topic %s the level %s", async (topic, severity) => {
    const told = { ...directory(), topics: { critical: { topic, receivers: ["critical-0"] } } };
    await passOn(event, told, async () => "");
    expect(heard.map(({ body }) => body)).toMatchObject([
      { receiver: topic, alerts: [{ labels: { severity } }] },
    ]);
  });

  test("tells which receiver did not take it, never the address, and tries the others", async () => {
    refuse.add("/place");
    await expect(passOn(event, directory(), async (place) => `${url}/${place}`)).rejects.toThrow(
      /^slack: answered 403$/,
    );
    expect(heard).toHaveLength(2);
    const dead = async () => "http://127.0.0.1:9/secret-path";
    await expect(passOn(event, directory(), dead)).rejects.toThrow(/^slack: TypeError$/);
  });

  test("fails on a topic nobody is known to listen to", async () => {
    await expect(passOn(event, { ...directory(), topics: {} }, async () => "")).rejects.toThrow(
      `no receivers are known for ${TOPIC}`,
    );
  });
});

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
