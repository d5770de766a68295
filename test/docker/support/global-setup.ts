import { spawnSync } from "node:child_process";
import { join } from "node:path";
import Docker from "dockerode";
import { declare } from "../../../graph";
import { inventOutputs } from "./invent";
import { launch, remove } from "./launch";
import { STACK, testConfiguration } from "./environment";

type TestProject = import("vitest/node", { with: { "resolution-mode": "import" } }).TestProject;

const ROOT = join(__dirname, "../../..");

/** Runs a command quietly; what it wrote is told if it fails. */
function sh(command: string, args: string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")} failed:
${stdout}${stderr}`);
}

/** Builds the images, starts the environment once for all files of these tests, and removes it after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  buildImages();
  const docker = new Docker();
  await remove(docker, STACK);
  const { config, secretKeys, project: name } = testConfiguration(ROOT);
  const secrets: string[] = [];
  const program = (await import("../../../index.js")).default;
  const graph = await declare(program, {
    project: name,
    stack: STACK,
    config,
    secretKeys,
    revealSecrets: true,
    invent: (resource) => {
      const outputs = inventOutputs(resource);
      secrets.push(
        ...["result", "privateKeyPem"].flatMap((key) => (key in outputs ? [String(outputs[key])] : [])),
      );
      return outputs;
    },
  });
  try {
    project.provide("started", { graph, launched: await launch(docker, graph), secrets });
  } catch (error) {
    await remove(docker, STACK);
    throw error;
  }
  return () => remove(docker, STACK);
}

/** The images of other projects from Debian's packages, and Mainstay's own from its services. */
function buildImages(): void {
  sh("bash", ["test/docker/images/build.sh"]);
  for (const [service, tag] of [
    ["app", "mainstay-test/app:1.0"],
    ["backup", "mainstay-test/backup-runner:1.0"],
  ] as const) {
    sh("npm", ["run", "--silent", "build", "-w", `services/${service}`]);
    const node = "NODE_IMAGE=mainstay-test/node:1.0";
    sh("docker", ["build", "--network", "host", "--build-arg", node, "--tag", tag, `services/${service}`]);
  }
}
