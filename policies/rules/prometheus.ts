/** What Prometheus's rules and Alertmanager's routes have to hold, as text in YAML. */
import { parse } from "yaml";
import type { Json } from "../../graph/resource";
import { list, object } from "../documents";
import { isSet } from "../expect";
import type { Expectation } from "../rule";

type Content = Readonly<Record<string, Json>>;

/** What was read: a stack is judged by itself and beside its sibling, and all rules take a tenth of a second to read. */
const kept = new Map<string, Content>();
const MOST_KEPT = 16;

function contentOf(text: Json | undefined): Content {
  const source = String(text);
  const before = kept.get(source);
  if (before) return before;
  if (kept.size >= MOST_KEPT) kept.clear();
  const content = read(source);
  kept.set(source, content);
  return content;
}

/** Nothing of what is no YAML. */
function read(source: string): Content {
  try {
    return object(parse(source) as Json);
  } catch {
    return {};
  }
}

export const groupsOfRules: Expectation = {
  ...isSet,
  given: false,
  allowed: "groups with rules in each",
  test: (data) => {
    const groups = list(contentOf(data).groups);
    return groups.length > 0 && groups.every((group) => list(object(group).rules).length > 0);
  },
};

export const routesThatTell: Expectation = {
  ...isSet,
  given: false,
  allowed: "an alertmanager_config whose routes end in receivers that tell somebody",
  test: (definition) => {
    const { receivers, route } = contentOf(contentOf(definition).alertmanager_config);
    const telling = list(receivers).map(object).filter(tells);
    return endsIn(route, new Set(telling.map(({ name }) => name)));
  },
};

const tells = (receiver: Readonly<Record<string, Json>>) =>
  Object.entries(receiver).some(([key, configs]) => key.endsWith("_configs") && list(configs).length > 0);

/** Whether a route and those below it end in one of the receivers. What is for nobody is marked so. */
function endsIn(route: Json | undefined, receivers: ReadonlySet<Json | undefined>, above?: Json): boolean {
  const { receiver = above, matchers, routes } = object(route);
  const isForNobody = list(matchers).includes('severity="none"');
  return (
    (isForNobody || receivers.has(receiver)) &&
    list(routes).every((inner) => endsIn(inner, receivers, receiver))
  );
}
