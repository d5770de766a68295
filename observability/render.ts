import { stringify } from "yaml";
import type { AwsEnvironment, Environment } from "../environment/environment";
import { ALL_BOARDS } from "./boards";
import { buildBoard, type BoardLinks } from "./boards/build";
import { shown } from "./boards/shown";
import { figuresOf } from "./figures";
import { AWS_JOBS } from "./metrics";
import type { Receivers } from "./routing/receivers";
import { managedRouting, selfHostedRouting, type Topics } from "./routing/render";
import { anchorOf, ruleGroups, type Layer, type Links } from "./rules";
import { OBJECTIVES } from "./slo/objectives";
import { openSlo } from "./slo/openslo";

export { receiversBehind, receiverSecrets } from "./routing/receivers";
export type { BoardLinks } from "./boards/build";
export type { Links } from "./rules";
export { topicNames, type TopicName, type Topics } from "./routing/render";
export type { OwnedName } from "./routing/tree";

/** What Grafana's explorer opens with: an hour's lines of all containers. */
const ALL_LINES = JSON.stringify({
  logs: {
    datasource: "loki",
    queries: [{ refId: "A", datasource: { type: "loki", uid: "loki" }, expr: '{container=~".+"}' }],
    range: { from: "now-1h", to: "now" },
  },
});

/** Where an environment on one host has its runbooks and boards. */
export const hostLinks = ({ operatorPorts, monitoring }: Environment): BoardLinks => ({
  runbooks: monitoring.runbooks,
  boards: `http://127.0.0.1:${operatorPorts.grafana}/d`,
  traces: `http://127.0.0.1:${operatorPorts.jaeger}`,
  logs: `http://127.0.0.1:${operatorPorts.grafana}/explore?schemaVersion=1&panes=${encodeURIComponent(ALL_LINES)}`,
});

const cloudWatch = ({ region }: AwsEnvironment["aws"]) =>
  `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}`;

/** The same on AWS: the boards through a forwarded port, traces and logs in the console. */
export const awsLinks = ({ operatorPorts, monitoring, aws }: AwsEnvironment): BoardLinks => ({
  runbooks: monitoring.runbooks,
  boards: `http://127.0.0.1:${operatorPorts.grafana}/d`,
  traces: `${cloudWatch(aws)}#xray:traces/query`,
  logs: `${cloudWatch(aws)}#logsV2:logs-insights`,
});

/** Where the runbook of an alarm or event of AWS stands, by its name. */
export const runbookOf = ({ monitoring }: Pick<AwsEnvironment, "monitoring">, name: string): string =>
  `${monitoring.runbooks}/aws.md#${anchorOf({ name })}`;

// Long expressions stay on their line: a folded one is hard to search for.
const yaml = (value: unknown): string => stringify(value, { lineWidth: 0 });

/** rules.yml of a Prometheus of one's own. */
export const prometheusRules = (environment: Environment, links: Links = hostLinks(environment)): string =>
  yaml({ groups: ruleGroups(figuresOf(environment), links, "selfHosted") });

/** The data of a rule group namespace of Amazon Managed Prometheus. */
export const managedRules = (environment: Environment, links: Links): string =>
  yaml({ groups: ruleGroups(figuresOf(environment, AWS_JOBS), links, "managed") });

/**
 * alertmanager.yml of an Alertmanager of one's own.
 *
 * @param secretsDirectory where it finds `receiverSecrets`, a file each
 */
export const alertmanagerConfig = (receivers: Receivers, secretsDirectory: string): string =>
  yaml(selfHostedRouting(receivers, secretsDirectory));

/** The definition of an Alertmanager of Amazon Managed Prometheus. */
export const managedAlertmanager = (receivers: Receivers, topics: Topics): string =>
  stringify({ alertmanager_config: yaml(managedRouting(receivers, topics)) }, { lineWidth: 0 });

/** The objectives as a stream of OpenSLO documents. */
export const openSloDocuments = (): string => openSlo(OBJECTIVES).map(yaml).join("---\n");

/** The boards as Grafana reads them from a folder, by file name: what an environment of that kind can fill of them. */
export function grafanaBoards(links: BoardLinks, layer: Layer): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ALL_BOARDS.map((board) => [
      `${board.uid}.json`,
      `${JSON.stringify(buildBoard(shown(board, layer), links), null, 1)}\n`,
    ]),
  );
}

/** Tells Grafana which folder that is. What people change there by hand is not kept. */
export const grafanaBoardProvider = (folder: string): string =>
  yaml({
    apiVersion: 1,
    providers: [
      {
        name: "mainstay",
        type: "file",
        allowUiUpdates: false,
        disableDeletion: true,
        options: { path: folder },
      },
    ],
  });
