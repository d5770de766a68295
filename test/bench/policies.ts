/**
 * How long the whole pack takes, and that it takes no more per resource when there are more. The resources are those
 * of the stack `prod`: roles, documents, tasks, firewall and alarms, in the mix that rules meet.
 */
import { join } from "node:path";
import { graphOf, type Graph, type Resource } from "../../graph/resource";
import { sketchStack } from "../../operations/offline/declare";
import { openProject, readStack } from "../../operations/project";
import { evaluate } from "../../policies/evaluate";
import { RULES } from "../../policies/rules";

export interface BenchResult {
  readonly resources: number;
  readonly milliseconds: number;
}

const SIZES = [2_500, 5_000, 10_000];

/** Judges graphs of each size; the best of five runs each, as the others wait for other programs. */
async function benchPolicies(): Promise<BenchResult[]> {
  const prod = await sketchStack(readStack(openProject(join(__dirname, "../..")), "prod"));
  for (let warm = 0; warm < 3; warm++) judge(environment(prod, SIZES[0] ?? 0));
  return SIZES.map((size) => {
    // A new one each time: what rules read of a resource they keep.
    const runs = [1, 2, 3, 4, 5].map(() => judge(environment(prod, size)));
    return { resources: size, milliseconds: Math.round(Math.min(...runs)) };
  });
}

/** Milliseconds of the processor's time: others may be waiting for it, too. */
function judge(graph: Graph): number {
  const before = process.cpuUsage();
  evaluate(graph, RULES, { production: true, today: "2026-01-01" });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** So many resources: production again and again, each time under other names. */
function environment({ resources }: Graph, size: number): Graph {
  const copies = Array.from({ length: Math.ceil(size / resources.length) }, (_, index) =>
    resources.map((resource) => renamed(resource, `-${index}`)),
  );
  return graphOf(copies.flat().slice(0, size), {});
}

function renamed(resource: Resource, suffix: string): Resource {
  const { urn, name, parent, inputs, dependencies, propertyDependencies } = resource;
  const all = (urns: readonly string[]) => urns.map((one) => `${one}${suffix}`);
  return {
    ...resource,
    urn: `${urn}${suffix}`,
    name: `${name}${suffix}`,
    parent: parent && `${parent}${suffix}`,
    // Texts of their own, as resources of other names have.
    inputs: JSON.parse(JSON.stringify(inputs).replaceAll("mainstay-prod", `mainstay${suffix}`)),
    dependencies: all(dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies).map(([input, urns]) => [input, all(urns)]),
    ),
  };
}

void benchPolicies().then((results) => console.log(JSON.stringify(results)));
