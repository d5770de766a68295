/** Services of a swarm: what is asked of a container is asked of those that a service starts, too. */
import { UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { object } from "../documents";
import type { Finding, ResourceRule } from "../rule";
import { valueAt } from "../spots";
import { CONTAINER, docker } from "../tokens";

const SERVICE = docker("service");

/** What starts containers: one, or as many as a service says. */
export const STARTS = [...CONTAINER, ...SERVICE];

export const isService = ({ type }: Resource) => SERVICE.includes(type);

/** Where a service has what starts a container. */
export const SPEC = "taskSpec.containerSpec";

/** By the path that a container has it at. */
const PLACES: Readonly<Record<string, string>> = {
  user: `${SPEC}.user`,
  readOnly: `${SPEC}.readOnly`,
  "capabilities.drops": `${SPEC}.capDrops`,
  "capabilities.adds": `${SPEC}.capAdds`,
  entrypoints: `${SPEC}.commands`,
  command: `${SPEC}.args`,
  healthcheck: `${SPEC}.healthcheck`,
  hosts: `${SPEC}.hosts`,
  mounts: `${SPEC}.mounts`,
  sysctls: `${SPEC}.sysctl`,
  logDriver: "taskSpec.logDriver.name",
  logOpts: "taskSpec.logDriver.options",
  networksAdvanced: "taskSpec.networksAdvanceds",
};

/** A check of containers, for the inputs above, asked of services as well. */
export const ofEither =
  (check: ResourceRule["check"]): ResourceRule["check"] =>
  (resource, situation): readonly Finding[] =>
    isService(resource)
      ? check(asContainer(resource), situation).map((finding) => ({
          ...finding,
          resource,
          property: placeOf(finding.property),
        }))
      : check(resource, situation);

function asContainer(service: Resource): Resource {
  const inputs: Record<string, Json> = {};
  const propertyDependencies: Record<string, string[]> = {};
  for (const [path, place] of Object.entries(PLACES)) {
    const [root = "", inner] = path.split(".");
    const value = valueAt(service, place);
    propertyDependencies[root] = [...(service.propertyDependencies.taskSpec ?? [])];
    if (value !== undefined)
      inputs[root] = inner === undefined ? value : { ...object(inputs[root]), [inner]: value };
  }
  // A container that is not started again is meant to end.
  const condition = valueAt(service, "taskSpec.restartPolicy.condition");
  if (condition === "none" || condition === UNKNOWN) inputs.mustRun = condition === "none" ? false : UNKNOWN;
  return { ...service, inputs, propertyDependencies };
}

function placeOf(property: string | undefined): string | undefined {
  const found = Object.entries(PLACES).find(
    ([path]) => property === path || property?.startsWith(`${path}.`) || property?.startsWith(`${path}[`),
  );
  return found ? property?.replace(...found) : property;
}
