import type { Receiver } from "../../environment/scale";
import { LEVELS, type Level } from "../alerts";
import type { ReceiverName } from "./tree";

/** Who hears of each level, of what nobody ends, and of the alert that always fires. */
export type Receivers = Readonly<Record<Level | "escalation" | "watchdog", readonly Receiver[]>>;

/** The receivers behind a name of the tree. Where nobody is named for the escalation, it is everybody's. */
export function receiversBehind(name: ReceiverName, receivers: Receivers): readonly Receiver[] {
  if (name === "none") return [];
  if (name !== "escalation" || receivers.escalation.length > 0) return receivers[name];
  const everybody = LEVELS.flatMap((level) => receivers[level]);
  const texts = everybody.map((receiver) => JSON.stringify(receiver));
  return everybody.filter((_, index) => texts.indexOf(texts[index] ?? "") === index);
}

/** Names of the secrets the receivers need, which are given to Alertmanager as files. */
export function receiverSecrets(receivers: Receivers): string[] {
  const all = Object.values(receivers).flat();
  return [...new Set(all.flatMap((one) => ("secret" in one ? [one.secret] : [])))].sort();
}

const TITLE = "{{ .Status | toUpper }} {{ .CommonLabels.severity }}: {{ .CommonLabels.alertname }}";
const TEXT = [
  "{{ range .Alerts }}{{ .Annotations.summary }}",
  "{{ .Annotations.description }}",
  "Runbook: {{ .Annotations.runbook_url }}",
  "Dashboard: {{ .Annotations.dashboard_url }}",
  "{{ end }}",
].join("\n");

/**
 * A receiver in Alertmanager's form.
 *
 * @param directory where Alertmanager finds its secrets, a file each
 */
export function alertmanagerReceiver(name: ReceiverName, receivers: readonly Receiver[], directory: string) {
  const configs: Record<string, unknown[]> = {};
  for (const receiver of receivers) {
    const [kind, config] = integration(receiver, directory);
    (configs[kind] ??= []).push({ ...config, send_resolved: name !== "watchdog" });
  }
  return { name, ...configs };
}

function integration(receiver: Receiver, directory: string): [string, Record<string, unknown>] {
  switch (receiver.kind) {
    case "webhook":
      return ["webhook_configs", { url: receiver.url }];
    case "slack":
      return [
        "slack_configs",
        {
          api_url_file: `${directory}/${receiver.secret}`,
          channel: receiver.channel,
          title: TITLE,
          text: TEXT,
        },
      ];
    case "pagerduty":
      return [
        "pagerduty_configs",
        {
          routing_key_file: `${directory}/${receiver.secret}`,
          severity: "{{ .CommonLabels.severity }}",
          description: "{{ .CommonLabels.alertname }}: {{ .CommonAnnotations.summary }}",
          links: [
            { text: "Runbook", href: "{{ .CommonAnnotations.runbook_url }}" },
            { text: "Dashboard", href: "{{ .CommonAnnotations.dashboard_url }}" },
          ],
        },
      ];
    case "email":
      return [
        "email_configs",
        {
          to: receiver.to,
          from: receiver.from,
          smarthost: receiver.smarthost,
          auth_username: receiver.username,
          auth_password_file: `${directory}/${receiver.secret}`,
        },
      ];
  }
}
