import { SCALE_KEY } from "../environment/context";
import { differences } from "../graph/compare";
import type { Resource } from "../graph/resource";
import { declareStack } from "./offline/declare";
import { readStack, type Project } from "./project";

/**
 * Deployed resources whose inputs or protection depend on `protectData`: the engine protects them, or the cloud itself
 * refuses to delete them.
 *
 * @returns URNs
 * @throws InvalidConfiguration as every command that runs the program does
 */
export async function protectionOf(
  project: Project,
  stack: string,
  deployed: readonly Resource[],
): Promise<string[]> {
  const valid = readStack(project, stack);
  const { config } = valid.files;
  const scale = { ...(JSON.parse(config[SCALE_KEY] ?? "{}") as object), protectData: false };
  const files = { ...valid.files, config: { ...config, [SCALE_KEY]: JSON.stringify(scale) } };
  const [declared, unprotected] = [await declareStack(valid), await declareStack({ ...valid, files })];
  const differing = new Set(differences(declared, unprotected).map(({ urn }) => urn));
  return deployed.map(({ urn }) => urn).filter((urn) => differing.has(urn));
}
