import type { Graph } from "../../graph";
import type { ValidStack } from "../project";

/** What the program declares for a stack, without engine, cloud or login. */
export async function declareStack({ files }: ValidStack): Promise<Graph> {
  const [graph, program] = await Promise.all([
    import("../../graph/index.js"),
    import("../../components/root.js"),
  ]);
  return graph.declare(program.declareStack, files);
}
