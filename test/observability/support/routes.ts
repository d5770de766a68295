import type { RenderedRoute } from "../../../observability/routing/rendered";

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

/** Whether an alert with these labels is one a matcher means. */
export function matches(matcher: string, labels: Readonly<Record<string, string>>): boolean {
  const [, label = "", operator = "", value = ""] = MATCHER.exec(matcher) ?? [];
  const actual = labels[label] ?? "";
  const fits = operator.endsWith("~") ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
  return operator.startsWith("!") ? !fits : fits;
}
