import { execFileSync, spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { existsSync } from "node:fs";

/** The image the trial's containers run; any with a shell will do. */
export const IMAGE = "mainstay-test/carrier:1.0";

/** Why tests with the engine and a daemon cannot run here; undefined where they can. */
export function missing(): string | undefined {
  const folders = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"));
  if (!folders.some((folder) => existsSync(join(folder, "pulumi")))) return "no pulumi CLI on the PATH";
  if (spawnSync("docker", ["info"], { timeout: 5_000 }).status !== 0) return "no Docker daemon";
  if (spawnSync("docker", ["image", "inspect", IMAGE]).status !== 0) return `no image ${IMAGE}`;
  return undefined;
}

export function docker(...args: string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** Every container, network and volume of a stack's, by name. */
export function left(stack: string): string[] {
  const filter = ["--filter", `name=mainstay-${stack}-`];
  return [
    docker("ps", "--all", ...filter, "--format", "{{.Names}}"),
    docker("network", "ls", ...filter, "--format", "{{.Name}}"),
    docker("volume", "ls", ...filter, "--format", "{{.Name}}"),
  ].flatMap((names) => names.split("\n").filter((name) => name !== ""));
}

/** Removes what a test that failed has left behind. */
export function sweep(stack: string): void {
  const of = (...list: string[]) =>
    docker(...list, "--filter", `name=mainstay-${stack}-`, "--quiet")
      .split("\n")
      .filter(Boolean);
  const remove = (ids: string[], ...command: string[]) => {
    if (ids.length > 0) docker(...command, ...ids);
  };
  remove(of("ps", "--all"), "rm", "--force", "--volumes");
  remove(of("network", "ls"), "network", "rm");
  remove(of("volume", "ls"), "volume", "rm");
}
