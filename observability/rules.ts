import { escalations, selfHostedAlerts, sharedAlerts, type Alert, type AlertGroup } from "./alerts";
import type { Figures } from "./figures";
import { OBJECTIVES } from "./slo/objectives";
import { rulesOf, type Recording } from "./slo/rules";

/** Where a person finds what an alert links to, without trailing slashes. */
export interface Links {
  /** The folder of the runbooks, as an address or as a path of the repository. */
  readonly runbooks: string;
  /** What a board's id is put behind. */
  readonly boards: string;
}

/** Whose Prometheus evaluates the rules: a managed one shows nothing of itself. */
export type Layer = "selfHosted" | "managed";

/** A group as Prometheus reads it; both platforms take the same form. */
export interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly Rule[];
}
export type Rule = RecordingRule | AlertingRule;
type RecordingRule = Recording;
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Every rule of an environment, in the order of evaluation. */
export function ruleGroups(figures: Figures, links: Links, layer: Layer): RuleGroup[] {
  const { environment } = figures;
  // A managed Prometheus has no labels of its own for what leaves it, so every rule says where it is from.
  const labelled = ({ record, expr, labels }: Recording) => ({
    record,
    expr,
    labels: { ...labels, environment },
  });
  const objectives = OBJECTIVES.map((one) => rulesOf(one, figures.scraped)).filter(
    ({ recordings }) => recordings.length > 0,
  );
  const groups = alertGroups(figures, layer);
  const pages = [...groups, { name: "objectives", alerts: objectives.flatMap(({ alerts }) => alerts) }];
  return [
    ...limits(figures).map(({ name, rules }) => ({ name, rules: rules.map(labelled) })),
    ...groups.map(({ name, alerts }) => ({
      name,
      rules: alerts.map((alert) => alertingRule(name, alert, figures, links)),
    })),
    ...objectives.map(({ objective, recordings, alerts }) => ({
      name: `objective-${objective.name}`,
      interval: "1m",
      rules: [
        ...recordings.map(labelled),
        ...alerts.map((alert) => alertingRule("objectives", alert, figures, links)),
      ],
    })),
    // A group each, for the same reason as the limits.
    ...pages
      .map(({ name, alerts }) => ({
        name: `escalations-${name}`,
        rules: escalations(alerts.filter(({ level }) => level === "critical")).map((alert) =>
          alertingRule(name, alert, figures, links),
        ),
      }))
      .filter(({ rules }) => rules.length > 0),
  ];
}

/** All groups of alerts but those of the objectives. */
export const alertGroups = (figures: Figures, layer: Layer): AlertGroup[] => [
  ...sharedAlerts(figures),
  ...(layer === "selfHosted" ? selfHostedAlerts(figures) : []),
];

/**
 * What processes may use, and the edge may work on, as series: so that rules and boards can divide by it. A group for
 * each of them, because there may be any number of services, and a managed Prometheus takes no more than 20 rules in one.
 */
function limits({ limits: all, edgeRequests }: Figures): { name: string; rules: Recording[] }[] {
  const ofProcesses = all.map(({ job, memoryBytes, cpus }) => ({
    name: `limits-${job}`,
    rules: [
      { record: "job:memory_limit:bytes", expr: `vector(${memoryBytes})`, labels: { job } },
      { record: "job:cpu_limit:cores", expr: `vector(${cpus})`, labels: { job } },
    ],
  }));
  if (edgeRequests === undefined) return ofProcesses;
  const ofEdge = { record: "edge:request_limit:count", expr: `vector(${edgeRequests})`, labels: {} };
  return [...ofProcesses, { name: "limits-edge", rules: [ofEdge] }];
}

function alertingRule(page: string, alert: Alert, { environment }: Figures, links: Links): AlertingRule {
  return {
    alert: alert.name,
    expr: alert.expr,
    ...(alert.for !== "0m" && { for: alert.for }),
    labels: { severity: alert.level, owner: alert.owner, environment, ...alert.labels },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook_url: `${links.runbooks}/${page}.md#${anchorOf(alert)}`,
      dashboard_url: `${links.boards}/${alert.board}`,
    },
  };
}

/** The anchor of an alert's section: what a heading with its name becomes. */
export const anchorOf = ({ name }: Pick<Alert, "name">): string => name.toLowerCase();
