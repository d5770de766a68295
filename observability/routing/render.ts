import { alertmanagerReceiver, receiversBehind, type Receivers } from "./receivers";
import { renderedRoute, written } from "./evaluate";
import { INHIBITIONS, TIMES, TREE, type ReceiverName } from "./tree";

const NAMES: readonly ReceiverName[] = ["critical", "warning", "info", "escalation", "watchdog", "none"];

/** What both platforms' configurations share: the tree, the inhibitions, the times. */
function common() {
  return {
    route: {
      receiver: TREE.receiver,
      group_by: [...TREE.groupBy],
      group_wait: TREE.groupWait,
      group_interval: TREE.groupInterval,
      repeat_interval: TREE.repeat,
      routes: TREE.routes.map(renderedRoute),
    },
    inhibit_rules: INHIBITIONS.map(({ source, target, equal }) => ({
      source_matchers: source.map(written),
      target_matchers: target.map(written),
      equal: [...equal],
    })),
    time_intervals: Object.entries(TIMES).map(([name, intervals]) => ({
      name,
      time_intervals: intervals.map((interval) =>
        "times" in interval
          ? { times: interval.times.map(({ from, to }) => ({ start_time: from, end_time: to })) }
          : { weekdays: [...interval.weekdays] },
      ),
    })),
  };
}

/** The configuration of an Alertmanager of one's own. */
export function selfHostedRouting(receivers: Receivers, secretsDirectory: string) {
  return {
    ...common(),
    receivers: NAMES.map((name) =>
      alertmanagerReceiver(name, receiversBehind(name, receivers), secretsDirectory),
    ),
  };
}

/** The topics a managed Alertmanager sends to; whoever should hear subscribes to them. */
export interface Topics {
  readonly region: string;
  /** The topics' ARNs. */
  readonly arns: Readonly<Record<Exclude<ReceiverName, "none">, string>>;
}

/** A subject of SNS holds 100 ASCII characters on one line; a longer one would be cut and marked as changed. */
const SUBJECT =
  "{{ .Status }} {{ .CommonLabels.severity }} {{ .CommonLabels.alertname }} {{ .CommonLabels.environment }}";
const MESSAGE =
  "{{ range .Alerts }}{{ .Labels.alertname }}: {{ .Annotations.summary }}\n{{ .Annotations.description }}\n" +
  "Runbook: {{ .Annotations.runbook_url }}\nDashboard: {{ .Annotations.dashboard_url }}\n\n{{ end }}";

/** The configuration inside the definition of a managed Alertmanager: the same tree, to topics. */
export function managedRouting({ region, arns }: Topics) {
  return {
    ...common(),
    receivers: NAMES.map((name) =>
      name === "none"
        ? { name }
        : {
            name,
            sns_configs: [
              {
                topic_arn: arns[name],
                sigv4: { region },
                subject: SUBJECT,
                message: MESSAGE,
                send_resolved: name !== "watchdog",
              },
            ],
          },
    ),
  };
}
