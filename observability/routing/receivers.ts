import type { Receiver } from "../../environment/scale";
import { OWNERS, secretsOfReceivers } from "../../environment/scale-common";
import { LEVELS, type Level, type Owner } from "../alerts";
import { nameOfOwned, type Owned, type ReceiverName } from "./tree";

/** Who hears of each level, of what nobody ends, and of the alert that always fires; and who of an owner's alerts. */
export type Receivers = Readonly<Record<Level | "escalation" | "watchdog", readonly Receiver[]>> & {
  readonly owners: { readonly [O in Owner]?: Readonly<Record<Level, readonly Receiver[]>> | undefined };
};

/** The levels at which an owner has receivers of their own. */
export const ownedIn = ({ owners }: Receivers): Owned[] =>
  OWNERS.flatMap((owner) =>
    LEVELS.filter((level) => (owners[owner]?.[level] ?? []).length > 0).map((level) => ({ level, owner })),
  );

/** The names of the tree, in the order they are rendered. */
export const receiverNames = (receivers: Receivers): ReceiverName[] => [
  ...LEVELS,
  ...ownedIn(receivers).map(nameOfOwned),
  ...(["escalation", "watchdog", "none"] as const),
];

/** The receivers behind a name of the tree. Where nobody is named for the escalation, it is everybody's. */
export function receiversBehind(name: ReceiverName, receivers: Receivers): readonly Receiver[] {
  if (name === "none") return [];
  const owned = ownedIn(receivers);
  const own = owned.find((one) => nameOfOwned(one) === name);
  if (own) return receivers.owners[own.owner]?.[own.level] ?? [];
  if (name !== "escalation" || receivers.escalation.length > 0) return receivers[name as Level];
  const everybody = [...LEVELS, ...owned.map(nameOfOwned)].flatMap((one) => receiversBehind(one, receivers));
  const texts = everybody.map((receiver) => JSON.stringify(receiver));
  return everybody.filter((_, index) => texts.indexOf(texts[index] ?? "") === index);
}

/** Names of the secrets the receivers need, which are given to Alertmanager as files. */
export const receiverSecrets = (receivers: Receivers): string[] =>
  secretsOfReceivers(receiverNames(receivers).flatMap((name) => receiversBehind(name, receivers)));

/** The alert's name; where a group holds alerts of several names, how many they are. */
export const NAME = "{{ with .CommonLabels.alertname }}{{ . }}{{ else }}{{ len .Alerts }} alerts{{ end }}";
/** A space and the level of a group; nothing where its alerts are of several. */
export const LEVEL = "{{ with .CommonLabels.severity }} {{ . }}{{ end }}";
/** A paragraph for each alert of a group. What has ended may stand beside what has not. */
export const ENTRIES = [
  '{{ range .Alerts }}{{ .Labels.alertname }}{{ if eq .Status "resolved" }} (resolved){{ end }}: {{ .Annotations.summary }}',
  "{{ .Annotations.description }}",
  "Runbook: {{ .Annotations.runbook_url }}",
  "Dashboard: {{ .Annotations.dashboard_url }}",
  "",
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
      return [
        "webhook_configs",
        receiver.secret === undefined
          ? { url: receiver.url }
          : { url_file: `${directory}/${receiver.secret}` },
      ];
    case "slack":
      return [
        "slack_configs",
        {
          api_url_file: `${directory}/${receiver.secret}`,
          channel: receiver.channel,
          title: `{{ .Status | toUpper }}${LEVEL}: ${NAME}`,
          text: ENTRIES,
        },
      ];
    case "pagerduty":
      return [
        "pagerduty_configs",
        {
          routing_key_file: `${directory}/${receiver.secret}`,
          // One copy may be critical and another not yet. PagerDuty refuses what has no level.
          severity: "{{ with .CommonLabels.severity }}{{ . }}{{ else }}error{{ end }}",
          description: `${NAME}{{ with .CommonAnnotations.summary }}: {{ . }}{{ end }}`,
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
