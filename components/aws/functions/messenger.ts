/**
 * Passes messages on from topics to chats, pagers and webhooks.
 *
 * RECEIVERS says who listens, by the topic's name. Secrets are read from Secrets Manager when they are first needed,
 * and again when a receiver no longer takes them. A message that one receiver did not take is tried again as a
 * whole: others may hear it twice, nobody not at all.
 */
import { createHash } from "node:crypto";

type Labels = Readonly<Record<string, string>>;

export interface Alert {
  readonly status: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly fingerprint: string;
}

export interface Message {
  readonly status: "firing" | "resolved";
  readonly level: string;
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly runbook?: string;
  /** The same for all that is told of one condition. */
  readonly key: string;
  readonly groupLabels: Labels;
  readonly alerts: readonly Alert[];
}

/** `secret` is the ARN of where it stands; in the directory, its name there. */
export type Receiver =
  | { readonly kind: "webhook"; readonly url: string }
  | { readonly kind: "webhook"; readonly secret: string }
  | { readonly kind: "slack"; readonly channel: string; readonly secret: string }
  | { readonly kind: "pagerduty"; readonly secret: string };

/** Who listens to what. There is little room for it, so topics name their receivers, and those their secrets. */
export interface Directory {
  /** By what AWS calls a topic; `topic` is what the project does. */
  readonly topics: Readonly<Record<string, Listening>>;
  readonly receivers: Readonly<Record<string, Receiver>>;
  /** ARNs. */
  readonly secrets: Readonly<Record<string, string>>;
}

interface Listening {
  readonly topic: string;
  readonly receivers: readonly string[];
}

/** What SNS hands on. */
interface Notification {
  readonly Subject?: string | null;
  readonly Message: string;
  readonly Timestamp: string;
}
interface Event {
  readonly Records: readonly { readonly Sns: Notification & { readonly TopicArn: string } }[];
}

const TIMEOUT_MS = 10_000;
/** Before the last line of what Alertmanager sends: see DATA_MARK in observability/routing/render.ts. */
const DATA_MARK = "Data: ";
/** As Alertmanager writes the end of what has not ended. */
const NOT_ENDED = "0001-01-01T00:00:00Z";

export async function handler(event: Event): Promise<void> {
  await passOn(event, JSON.parse(process.env.RECEIVERS ?? "{}") as Directory, readSecret);
}

export async function passOn(
  { Records }: Event,
  directory: Directory,
  secretAt: (arn: string) => Promise<string>,
): Promise<void> {
  const sent = Records.flatMap(({ Sns }) => {
    const listening = directory.topics[Sns.TopicArn.split(":").at(-1) ?? ""];
    if (!listening) throw new Error(`no receivers are known for ${Sns.TopicArn}`);
    const message = readMessage(Sns, levelOf(listening.topic));
    return listening.receivers.map((name) =>
      deliver(receiverOf(directory, name), message, listening.topic, secretAt),
    );
  });
  const failures = (await Promise.allSettled(sent)).flatMap((one) =>
    one.status === "rejected" ? [(one.reason as Error).message] : [],
  );
  if (failures.length > 0) throw new Error(failures.join("; "));
}

/** What CloudWatch and the others send to a topic has no level of its own. */
const levelOf = (topic: string) =>
  topic === "escalation" || topic === "watchdog" ? "critical" : (topic.split("-")[0] ?? topic);

function receiverOf({ receivers, secrets }: Directory, name: string): Receiver {
  const receiver = entry(receivers, name);
  return "secret" in receiver ? { ...receiver, secret: entry(secrets, receiver.secret) } : receiver;
}

function entry<T>(of: Readonly<Record<string, T>>, name: string): T {
  const found = of[name];
  if (found === undefined) throw new Error(`${name} is named, and not known`);
  return found;
}

async function deliver(
  receiver: Receiver,
  message: Message,
  topic: string,
  secretAt: (arn: string) => Promise<string>,
): Promise<void> {
  const secret = "secret" in receiver ? await secretAt(receiver.secret) : "";
  const { url, body } = requestFor(receiver, message, topic, secret);
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: Error) => {
    // An address may itself be the secret, so it is not said.
    throw new Error(`${receiver.kind}: ${error.name}`);
  });
  if (answer.ok) return;
  if ("secret" in receiver) known.delete(receiver.secret);
  throw new Error(`${receiver.kind}: answered ${answer.status}`);
}

/** Reads what Alertmanager sends (text, and a last line of data), an alarm of CloudWatch (JSON), and text. */
export function readMessage({ Subject, Message: whole, Timestamp }: Notification, level: string): Message {
  const alarm = parsed<Alarm>(whole);
  if (typeof alarm?.AlarmName === "string") return fromAlarm(alarm, level);
  const mark = whole.lastIndexOf(`\n${DATA_MARK}`);
  const group = mark < 0 ? undefined : parsed<Group>(whole.slice(mark + 1 + DATA_MARK.length));
  if (group) return fromAlertmanager(group, whole.slice(0, mark).trim(), level);
  const text = whole.trim().split("\n").map(unquoted).join("\n");
  return single({ status: "firing", level, name: Subject ?? firstLine(text), text, at: Timestamp });
}

/**
 * EventBridge sends each line of text in the quotes its template is written in. What it puts in the place of a name may
 * hold others, so that a line need not be JSON.
 */
const unquoted = (line: string) => (/^".*"$/.test(line) ? (parsed<string>(line) ?? line.slice(1, -1)) : line);

interface Group {
  readonly status: Message["status"];
  readonly groupLabels: Labels;
  readonly alerts: readonly Alert[];
}

function fromAlertmanager({ status, groupLabels, alerts }: Group, text: string, level: string): Message {
  const name = [...new Set(alerts.map(({ labels }) => labels.alertname))].join(", ");
  return {
    status,
    level: common(alerts.map(({ labels }) => labels)).severity ?? level,
    name,
    title: `${status.toUpperCase()} ${name}`,
    text,
    runbook: alerts[0]?.annotations.runbook_url,
    key: Object.entries(groupLabels)
      .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
      .join(", "),
    groupLabels,
    alerts,
  };
}

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription?: string | null;
  readonly NewStateValue: string;
  readonly NewStateReason: string;
  readonly StateChangeTime: string;
}

function fromAlarm(alarm: Alarm, level: string): Message {
  return single({
    status: alarm.NewStateValue === "ALARM" ? "firing" : "resolved",
    level,
    name: alarm.AlarmName,
    text: [alarm.AlarmDescription, alarm.NewStateReason].filter(Boolean).join("\n"),
    at: alarm.StateChangeTime,
  });
}

interface Single extends Pick<Message, "status" | "level" | "name" | "text"> {
  readonly at: string;
}

function single({ status, level, name, text, at }: Single): Message {
  const runbook = /^Runbook: (\S+)$/m.exec(text)?.[1];
  const annotations = { summary: firstLine(text), description: text };
  return {
    status,
    level,
    name,
    title: `${status.toUpperCase()} ${name}`,
    text,
    runbook,
    key: name,
    groupLabels: { alertname: name },
    alerts: [
      {
        status,
        labels: { alertname: name, severity: level },
        annotations: runbook === undefined ? annotations : { ...annotations, runbook_url: runbook },
        startsAt: at,
        endsAt: status === "resolved" ? at : NOT_ENDED,
        fingerprint: "",
      },
    ],
  };
}

/** What a receiver is sent: the same as Alertmanager sends it on a Docker host. */
export function requestFor(receiver: Receiver, message: Message, topic: string, secret: string) {
  switch (receiver.kind) {
    case "webhook":
      return { url: "url" in receiver ? receiver.url : secret, body: webhook(message, topic) };
    case "slack":
      return { url: secret, body: slack(message, receiver.channel) };
    case "pagerduty":
      return { url: "https://events.pagerduty.com/v2/enqueue", body: pagerduty(message, topic, secret) };
  }
}

const webhook = ({ status, key, groupLabels, alerts }: Message, topic: string) => ({
  version: "4",
  groupKey: key,
  truncatedAlerts: 0,
  status,
  receiver: topic,
  groupLabels,
  commonLabels: common(alerts.map(({ labels }) => labels)),
  commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
  externalURL: "",
  alerts,
});

/** Longest text Slack shows. */
const SLACK_TEXT = 38_000;

const slack = ({ status, title, text }: Message, channel: string) => ({
  channel,
  attachments: [
    {
      color: status === "firing" ? "danger" : "good",
      title,
      text: text.slice(0, SLACK_TEXT),
      fallback: title,
    },
  ],
});

const PAGERDUTY_LEVELS = ["critical", "warning", "info"];
/** Longest summary PagerDuty takes. */
const PAGERDUTY_SUMMARY = 1024;

const pagerduty = (message: Message, topic: string, routingKey: string) => ({
  routing_key: routingKey,
  event_action: message.status === "firing" ? "trigger" : "resolve",
  // The same condition is one incident, however often it is told, and its end ends it.
  dedup_key: createHash("sha256").update(`${topic}\n${message.key}`).digest("hex"),
  payload: {
    summary: message.title.slice(0, PAGERDUTY_SUMMARY),
    source: message.name,
    severity: PAGERDUTY_LEVELS.includes(message.level) ? message.level : "error",
    custom_details: { text: message.text },
  },
  links: message.runbook?.startsWith("https://") ? [{ href: message.runbook, text: "Runbook" }] : [],
});

/** What all of several have in common. */
function common([first = {}, ...rest]: readonly Labels[]): Labels {
  const shared = Object.entries(first).filter(([name, value]) => rest.every((one) => one[name] === value));
  return Object.fromEntries(shared);
}

function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

const firstLine = (text: string) => text.split("\n", 1)[0] ?? "";

const known = new Map<string, string>();

async function readSecret(arn: string): Promise<string> {
  const before = known.get(arn);
  if (before !== undefined) return before;
  // Not a dependency: the runtime of Lambda brings it along.
  const sdk = "@aws-sdk/client-secrets-manager";
  const { GetSecretValueCommand, SecretsManagerClient } = await import(sdk);
  const { SecretString } = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: arn }),
  );
  if (SecretString === undefined) throw new Error(`${arn} holds no text`);
  known.set(arn, SecretString);
  return SecretString;
}
