import type { Matcher, Route } from "./tree";

/** A tree of routes in the form both platforms share, as it is read back from a rendered file. */
export interface RenderedRoute {
  readonly receiver?: string;
  readonly matchers?: readonly string[];
  readonly continue?: boolean;
  readonly routes?: readonly RenderedRoute[];
}

const MATCHER = /^(\w+)(=~|!~|!=|=)"(.*)"$/;

/** The receivers of an alert with these labels, in the order they are reached. */
export function receiversOf(root: RenderedRoute, labels: Readonly<Record<string, string>>): string[] {
  const below: string[] = [];
  for (const route of root.routes ?? []) {
    if (!(route.matchers ?? []).every((matcher) => matches(matcher, labels))) continue;
    below.push(...receiversOf({ receiver: root.receiver, ...route }, labels));
    if (!route.continue) break;
  }
  return below.length > 0 ? below : root.receiver === undefined ? [] : [root.receiver];
}

function matches(matcher: string, labels: Readonly<Record<string, string>>): boolean {
  const [, label = "", operator = "", value = ""] = MATCHER.exec(matcher) ?? [];
  const actual = labels[label] ?? "";
  const fits = operator.endsWith("~") ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
  return operator.startsWith("!") ? !fits : fits;
}

/** A matcher as Alertmanager writes it. */
export const written = ({ label, values }: Matcher): string =>
  values.length === 1 ? `${label}="${values[0]}"` : `${label}=~"${values.join("|")}"`;

/** A branch as Alertmanager writes it. */
export const renderedRoute = (route: Route): RenderedRoute => ({
  matchers: route.matchers.map(written),
  receiver: route.receiver,
  ...(route.groupBy && { group_by: [...route.groupBy] }),
  ...(route.groupWait && { group_wait: route.groupWait }),
  ...(route.groupInterval && { group_interval: route.groupInterval }),
  ...(route.repeat && { repeat_interval: route.repeat }),
  ...(route.quietAt && { mute_time_intervals: [route.quietAt] }),
  ...(route.passOn && { continue: true }),
  ...(route.routes && { routes: route.routes.map(renderedRoute) }),
});
