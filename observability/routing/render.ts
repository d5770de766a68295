import {
  alertmanagerReceiver,
  ENTRIES,
  LEVEL,
  NAME,
  ownedIn,
  receiverNames,
  receiversBehind,
  type Receivers,
} from "./receivers";
import { renderedRoute, written } from "./rendered";
import { INHIBITIONS, routesWith, TIMES, TREE, type Owned, type ReceiverName } from "./tree";

/** What both platforms' configurations share: the tree, the inhibitions, the times. */
function common(owned: readonly Owned[]) {
  return {
    route: {
      receiver: TREE.receiver,
      group_by: [...TREE.groupBy],
      group_wait: TREE.groupWait,
      group_interval: TREE.groupInterval,
      repeat_interval: TREE.repeat,
      routes: routesWith(owned).map(renderedRoute),
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
    ...common(ownedIn(receivers)),
    receivers: receiverNames(receivers).map((name) =>
      alertmanagerReceiver(name, receiversBehind(name, receivers), secretsDirectory),
    ),
  };
}

/** A managed Alertmanager sends to topics alone: one per receiver that hears anything. */
export type TopicName = Exclude<ReceiverName, "none">;

export const topicNames = (receivers: Receivers): TopicName[] =>
  receiverNames(receivers).filter((name) => name !== "none");

export interface Topics {
  readonly region: string;
  /** The topic's ARN; whoever should hear subscribes to it. */
  readonly arnOf: (name: TopicName) => string;
}

/** A subject of SNS holds 100 ASCII characters on one line; a longer one would be cut and marked as changed. */
const SUBJECT = `{{ .Status }}${LEVEL} ${NAME} {{ .CommonLabels.environment }}`;
/** Labels or annotations as JSON. Quoted by the template itself: a value may hold quotes and line ends. */
const pairs = (of: string) =>
  `{ {{ range $i, $pair := ${of}.SortedPairs }}{{ if $i }}, {{ end }}` +
  `{{ printf "%q" $pair.Name }}: {{ printf "%q" $pair.Value }}{{ end }} }`;
/** What a webhook of Alertmanager is sent of each alert. */
const ALERT =
  `{ "status": "{{ $alert.Status }}", "labels": ${pairs("$alert.Labels")}, ` +
  `"annotations": ${pairs("$alert.Annotations")}, ` +
  `"startsAt": "{{ $alert.StartsAt.Format "2006-01-02T15:04:05Z07:00" }}", ` +
  `"endsAt": "{{ $alert.EndsAt.Format "2006-01-02T15:04:05Z07:00" }}", "fingerprint": "{{ $alert.Fingerprint }}" }`;
const DATA =
  `{ "status": "{{ .Status }}", "receiver": "{{ .Receiver }}", "groupLabels": ${pairs(".GroupLabels")}, ` +
  `"alerts": [{{ range $n, $alert := .Alerts }}{{ if $n }}, {{ end }}${ALERT}{{ end }}] }`;

/**
 * What stands before the last line of a message, which is for programs: a topic has one text for all who listen,
 * people by e-mail and whatever passes it on to chats, pagers and webhooks.
 */
const DATA_MARK = "Data: ";

const MESSAGE = `${ENTRIES}${DATA_MARK}${DATA}`;

/** The configuration inside the definition of a managed Alertmanager: the same tree, to topics. */
export function managedRouting(receivers: Receivers, { region, arnOf }: Topics) {
  return {
    ...common(ownedIn(receivers)),
    receivers: receiverNames(receivers).map((name) =>
      name === "none"
        ? { name }
        : {
            name,
            sns_configs: [
              {
                topic_arn: arnOf(name),
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
