/** What is declared beside a resource, and belongs to it. */
import type { Resource } from "../../graph/resource";
import { unless } from "../expect";
import type { Finding } from "../rule";
import type { GraphView } from "../view";

/** Whether something of a type refers to a resource that needs it. */
export function companion(
  resource: Resource,
  view: GraphView,
  types: readonly string[],
  property: string,
  missing: string,
): Finding[] {
  const { sure, possible } = view.referring(types, property, resource);
  return unless(sure.length > 0 ? true : possible.length > 0 ? undefined : false, resource, missing);
}
