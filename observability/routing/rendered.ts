import type { Matcher, Route } from "./tree";

/** A tree of routes in the form both platforms share, as it is read back from a rendered file. */
export interface RenderedRoute {
  readonly receiver?: string;
  readonly matchers?: readonly string[];
  readonly continue?: boolean;
  readonly routes?: readonly RenderedRoute[];
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
