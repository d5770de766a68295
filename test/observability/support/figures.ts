import { join } from "node:path";
import type { Environment } from "../../../environment/environment";
import { resolveConfig } from "../../../environment/config";
import { readStackFiles } from "../../../environment/stack-files";
import { JOBS } from "../../../observability/metrics";
import type { Figures } from "../../../observability/figures";
import type { Links } from "../../../observability/rules";

const GIB = 1024 ** 3;

/** Figures with round numbers, so that the numbers in the cases can be followed. */
export const FIGURES: Figures = {
  environment: "trial",
  platform: "docker",
  services: ["api", "worker", "web"],
  scraped: JOBS,
  limits: [{ job: "api", memoryBytes: GIB, cpus: 1 }],
  edgeRequests: 1000,
  databaseBytes: 10 * GIB,
  drillDays: 7,
  recoverySeconds: 300,
  secretRotationDays: 90,
};

export const LINKS: Links = {
  runbooks: "https://runbooks.example.com",
  boards: "https://grafana.example.com/d",
};

export const ROOT = join(__dirname, "..", "..", "..");

/** An environment of the repository, as the program gets it. */
export function environmentOf(stack: string): Environment {
  const { config, secretKeys } = readStackFiles(ROOT, stack);
  const { environment, problems } = resolveConfig(stack, config, secretKeys);
  if (!environment) throw new Error(JSON.stringify(problems));
  return environment;
}
