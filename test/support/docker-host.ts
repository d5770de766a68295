import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readStackFiles, type StackConfiguration } from "../../environment/stack-files";

const ROOT = join(__dirname, "../..");

/** Production on a Docker host reached over SSH, as the documentation's example has it. */
export function dockerHost(): StackConfiguration {
  const example = readFileSync(join(ROOT, "docs/examples/Pulumi.docker-host.yaml"), "utf8");
  const { config } = parse(example) as { config: Record<string, unknown> };
  const values = Object.entries(config).map(([key, value]) => [key, JSON.stringify(value)]);
  const shared = readStackFiles(ROOT, "local");
  return {
    ...shared,
    stack: "docker-host",
    config: { ...shared.config, ...(Object.fromEntries(values) as Record<string, string>) },
  };
}
