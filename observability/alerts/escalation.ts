import type { Alert } from "./alert";

/** Tells an alert that was told again from the one it repeats. */
const ESCALATED = { escalated: "true" } as const;

/**
 * What nobody has ended after half an hour is told again, to everybody: the second step of the escalation. It keeps the
 * name and all labels of what it repeats, so that whatever silences or holds back the one does the same to the other.
 *
 * @param critical alerts of a group; several of one name, as of burn rates, are repeated by one rule
 */
export function escalations(critical: readonly Alert[]): Alert[] {
  const names = critical.map(({ name }) => name);
  return critical.filter(({ name }, index) => names.indexOf(name) === index).map(escalation);
}

const WHERE =
  "{{ with $labels.instance }} of {{ . }}{{ else }}{{ with $labels.job }} of {{ . }}{{ end }}{{ end }}";

const escalation = (alert: Alert): Alert => ({
  ...alert,
  expr: `max without (alertstate) (ALERTS{alertname="${alert.name}",severity="critical",escalated="",alertstate="firing"})`,
  for: "30m",
  summary: `For half an hour: ${alert.summary}`,
  description: `${alert.name}${WHERE} has been firing for more than 30 minutes.`,
  labels: { ...withoutWindow(alert.labels), ...ESCALATED },
});

/** Which of several windows it is stands in the alert that is repeated. */
const withoutWindow = ({ window: _, ...labels }: NonNullable<Alert["labels"]> = {}) => labels;
