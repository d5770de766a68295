/** What two stacks are compared by: every setting of every resource, under a path that both share. */
import { SECRET, STACK_TYPE, type Graph, type Json } from "../graph/resource";
import { object } from "./documents";

/** A setting by path. A text of several lines is the list of them. */
export type Fingerprint = ReadonlyMap<string, Json>;

/** Stands for the stack's own name wherever it is part of a value. */
const STACK = "<stack>";

/** What tells the elements of a list apart, by the first of these keys that they have. */
const KEYS = ["label", "target", "containerPath", "file", "internal", "name", "id", "ruleName", "key"];

/** Copies of one service are numbered. */
export const COPY = /-\d+$/;
const NUMBERED = /-n:[^/]+$/;

/** Digests of files, which are compared themselves. */
const DIGESTS = /\/labels\/mainstay\.files[^/]*\//;

export function fingerprint(graph: Graph): Fingerprint {
  const settings = new Map<string, Json>();
  const paths = pathsOf(graph);
  const copies = new Map<string, number>();
  const ownName = new RegExp(`(?<![A-Za-z0-9])${escape(graph.stack)}(?![A-Za-z0-9])`, "g");
  for (const resource of graph.resources) {
    const path = paths.get(resource.urn);
    if (path === undefined) continue;
    const seen = copies.get(path) ?? 0;
    copies.set(path, seen + 1);
    if (seen > 0) continue;
    settings.set(`${path}/type`, resource.type);
    if (resource.custom) settings.set(`${path}/protected`, resource.protect || resource.retainOnDelete);
    flatten(resource.inputs, path, (inner, value) => {
      if (!DIGESTS.test(inner))
        settings.set(inner.replace(ownName, STACK), neutral(value, ownName, resource.name));
    });
  }
  for (const [path, count] of copies) if (NUMBERED.test(path)) settings.set(`${path}/copies`, count);
  return settings;
}

/** The names of all ancestors, for every resource but the stack: what is left of a URN without the stack. */
export function pathsOf(graph: Graph): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const { urn, type, parent, name, custom } of graph.resources) {
    if (type === STACK_TYPE) continue;
    const above = parent === null ? undefined : paths.get(parent);
    const own = custom ? `${name.replace(COPY, "-n")}:${type.split(":").at(-1) ?? type}` : name;
    paths.set(urn, above === undefined ? own : `${above}/${own}`);
  }
  return paths;
}

/** What is in a file is known in this process and not in the engine's: that there is one has to do. */
const isFile = (value: Json) =>
  typeof value === "string" ? /^\[(asset|archive)[ \]]/.test(value) : "[archive]" in object(value);

function flatten(value: Json, path: string, put: (path: string, value: Json) => void): void {
  if (isFile(value)) {
    put(path, "[file]");
  } else if (Array.isArray(value)) {
    value.forEach((element, index) =>
      flatten(unkeyed(element), `${path}/${keyOf(element, path, index)}`, put),
    );
    if (value.length === 0) put(path, []);
  } else if (value !== null && typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) flatten(inner, `${path}/${key}`, put);
  } else {
    put(path, value);
  }
}

/** A variable is told by its name, not by its place. */
function keyOf(element: Json, path: string, index: number): string {
  if (typeof element === "string" && path.endsWith("/envs")) return element.split("=")[0] ?? String(index);
  const entry = object(element);
  const key = KEYS.find((one) => entry[one] !== undefined);
  return key === undefined ? String(index) : String(entry[key]).replace(/^\//, "").replaceAll("/", ".");
}

const unkeyed = (element: Json) =>
  typeof element === "string" && /^[A-Z][A-Z0-9_]*=/.test(element)
    ? element.slice(element.indexOf("=") + 1)
    : element;

function neutral(value: Json, stack: RegExp, name: string): Json {
  if (typeof value !== "string" || value === SECRET) return value;
  const same = value.replace(stack, STACK).replaceAll(name, name.replace(COPY, "-n"));
  return same.includes("\n") ? same.split("\n") : same;
}

const escape = (text: string) => text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
