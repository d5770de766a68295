/** What rules about containers have in common. */
import { SECRET, UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import { every, softened, some } from "../expect";
import type { Answer, Finding, ResourceRule } from "../rule";
import { spots, type Spot } from "../spots";

/** Created to carry files into a volume; nothing in it ever runs. */
export const isStarted = ({ inputs }: Resource) => inputs.start !== false;

/** Runs to its end, once, before others start. */
export const runsOnce = ({ inputs }: Resource) => inputs.mustRun === false;

/** The label the components give: which part of the environment a container is. */
export function componentLabel({ inputs }: Resource): string | undefined {
  const label = list(inputs.labels)
    .map(object)
    .find((one) => one.label === "mainstay.component");
  return typeof label?.value === "string" ? label.value : undefined;
}

/** Whether a container or volume bears a label. Undefined where its labels are unknown. */
export function hasLabel({ inputs: { labels } }: Resource, name: string, value: string): Answer {
  if (labels === UNKNOWN || labels === SECRET) return undefined;
  const same = (one: Json | undefined, wanted: string) => (one === UNKNOWN ? undefined : one === wanted);
  return some(
    list(labels).map((one) => {
      if (one === UNKNOWN) return undefined;
      const { label, value: own } = object(one);
      return every([same(label, name), same(own, value)]);
    }),
  );
}

/** The one container users may reach. Undefined where its labels are unknown. */
export const isEdge = (container: Resource): Answer => hasLabel(container, "mainstay.component", "edge");

/** Directories of the host that are bound into a container or a volume, by any of the inputs that can. */
export function hostPaths(resource: Resource): Spot[] {
  return [
    ...spots(resource, "volumes[*].hostPath"),
    // Docker takes what begins with a slash for a path of the host, and no volume's name.
    ...spots(resource, "volumes[*].volumeName").filter(
      ({ value }) => value === UNKNOWN || (typeof value === "string" && value.startsWith("/")),
    ),
    ...spots(resource, "mounts[*]").flatMap(({ path, value }) => boundPath(path, value)),
    ...spots(resource, "mounts[*].volumeOptions.driverOptions").flatMap(boundDevice),
    ...spots(resource, "driverOpts").flatMap(boundDevice),
  ];
}

function boundPath(path: string, mount: Json | undefined): Spot[] {
  if (mount === UNKNOWN || mount === SECRET) return [{ path, value: mount }];
  const { type, source } = object(mount);
  if (type === UNKNOWN) return [{ path: `${path}.type`, value: UNKNOWN }];
  return type === "bind" ? [{ path: `${path}.source`, value: source }] : [];
}

/** The local driver binds a directory where it is told so, as the mount command of Linux is. */
function boundDevice({ path, value: options }: Spot): Spot[] {
  if (options === UNKNOWN || options === SECRET) return [{ path, value: options }];
  const { o, device } = object(options);
  const binds = typeof o !== "string" || o === UNKNOWN || o.split(",").some((one) => /^r?bind$/.test(one));
  return device !== undefined && binds ? [{ path: `${path}.device`, value: device }] : [];
}

/** A rule's check that has nothing to say of containers that are never started. */
export const whenStarted =
  (check: ResourceRule["check"]): ResourceRule["check"] =>
  (resource, situation): readonly Finding[] => {
    if (!isStarted(resource)) return [];
    const findings = check(resource, situation);
    return resource.inputs.start === UNKNOWN ? softened(findings) : findings;
  };

export const RUN_REFERENCE = "https://docs.docker.com/reference/cli/docker/container/run/";
