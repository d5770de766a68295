import { once } from "node:events";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import type { Graph, Resource } from "../../../graph";
import { createOptions } from "./engine-api";

const CONTAINER = "docker:index/container:Container";
const NETWORK = "docker:index/network:Network";
const VOLUME = "docker:index/volume:Volume";

/** A started environment. */
export interface Launched {
  /** Seconds from the first network to the last container's health. */
  readonly seconds: number;
  /** Physical container name by logical name. */
  readonly containers: Readonly<Record<string, string>>;
}

/**
 * Starts the networks, volumes and containers of a graph on the daemon, each container once everything it
 * depends on is there, and, where it has a health check, healthy: what the provider does in an `up`.
 */
export async function launch(docker: Docker, graph: Graph): Promise<Launched> {
  const started = Date.now();
  const byUrn = new Map(graph.resources.map((resource) => [resource.urn, resource]));
  const running = new Map<string, Promise<void>>();
  const ensure = (resource: Resource): Promise<void> => {
    const known = running.get(resource.urn);
    if (known) return known;
    const needed = resource.dependencies.flatMap((urn) => byUrn.get(urn) ?? []);
    const fresh = Promise.all(needed.map(ensure)).then(() => start(docker, resource));
    running.set(resource.urn, fresh);
    return fresh;
  };
  await Promise.all(graph.resources.map(ensure));
  const containers = graph.resources.filter(({ type }) => type === CONTAINER);
  return {
    seconds: (Date.now() - started) / 1000,
    containers: Object.fromEntries(containers.map(({ name, inputs }) => [name, String(inputs.name)])),
  };
}

async function start(docker: Docker, { type, inputs }: Resource): Promise<void> {
  const labels = () =>
    Object.fromEntries(
      (inputs.labels as { label: string; value: string }[]).map(({ label, value }) => [label, value]),
    );
  if (type === NETWORK) {
    await docker.createNetwork({
      Name: String(inputs.name),
      Driver: String(inputs.driver),
      Internal: Boolean(inputs.internal),
      Options: inputs.options as Record<string, string>,
      Labels: labels(),
    });
  } else if (type === VOLUME) {
    await docker.createVolume({ Name: String(inputs.name), Driver: String(inputs.driver), Labels: labels() });
  } else if (type === CONTAINER) {
    await startContainer(docker, inputs);
  }
}

async function startContainer(docker: Docker, inputs: Resource["inputs"]): Promise<void> {
  const container = await docker.createContainer(createOptions(inputs));
  const networks = (inputs.networksAdvanced ?? []) as { name: string; aliases: string[] }[];
  for (const { name, aliases } of networks.slice(1)) {
    await docker.getNetwork(name).connect({ Container: container.id, EndpointConfig: { Aliases: aliases } });
  }
  for (const upload of (inputs.uploads ?? []) as unknown as Upload[]) {
    await container.putArchive(archive(upload), { path: "/" });
  }
  if (inputs.start === false) return;
  await container.start();
  if (inputs.attach === true) {
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    if (StatusCode !== 0)
      throw new Error(
        `${String(inputs.name)} ended with ${StatusCode}:\n${await logs(docker, container.id)}`,
      );
  }
  if (inputs.wait === true)
    await healthy(docker, container.id, String(inputs.name), Number(inputs.waitTimeout));
}

export interface Upload {
  file: string;
  content: string;
  permissions: string;
}

/** A file as Docker takes it into a container. */
export function archive({ file, content, permissions }: Upload): Readable {
  const tar = pack();
  tar.entry({ name: file.replace(/^\//, ""), mode: Number.parseInt(permissions, 8) }, content);
  tar.finalize();
  return Readable.from(tar);
}

async function healthy(docker: Docker, id: string, name: string, timeoutSeconds: number): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const { State } = await docker.getContainer(id).inspect();
    if (State.Health?.Status === "healthy") return;
    if (Date.now() > deadline) {
      const last = State.Health?.Log.at(-1)?.Output ?? "";
      throw new Error(
        `${name} is ${State.Health?.Status ?? State.Status} after ${timeoutSeconds} s: ${last}\n${await logs(docker, id)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Everything a container wrote, both streams. */
export async function logs(docker: Docker, container: string, tail: number | "all" = 40): Promise<string> {
  const raw = await docker
    .getContainer(container)
    .logs({ stdout: true, stderr: true, follow: false, ...(tail === "all" ? {} : { tail }) });
  return demultiplex(raw);
}

/** Docker frames each piece of output with eight bytes: the stream, and the length. */
function demultiplex(raw: Buffer): string {
  const parts: string[] = [];
  for (let at = 0; at + 8 <= raw.length;) {
    const length = raw.readUInt32BE(at + 4);
    parts.push(raw.toString("utf8", at + 8, at + 8 + length));
    at += 8 + length;
  }
  return parts.join("");
}

/** Runs a command in a container, as its own user unless another is named. */
export async function exec(
  docker: Docker,
  container: string,
  command: readonly string[],
): Promise<{ exitCode: number; output: string }> {
  const run = await docker
    .getContainer(container)
    .exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
  const stream = await run.start({});
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(stream, "end");
  const output = demultiplex(Buffer.concat(chunks));
  // The daemon may hear a moment later than its output that a command has ended.
  for (;;) {
    const { Running, ExitCode } = await run.inspect();
    if (!Running) return { exitCode: ExitCode ?? -1, output };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Removes everything that carries an environment's label, volumes included. */
export async function remove(docker: Docker, environment: string): Promise<void> {
  const filters = { label: [`mainstay.environment=${environment}`] };
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
  const networks = await docker.listNetworks({ filters });
  await Promise.all(networks.map(({ Id }) => removeNetwork(docker, Id)));
  const { Volumes } = await docker.listVolumes({ filters });
  await Promise.all(Volumes.map(({ Name }) => docker.getVolume(Name).remove({ force: true })));
}

/** A container that is gone can stay an endpoint of its networks for a moment, above all one just started again. */
async function removeNetwork(docker: Docker, id: string, tries = 20): Promise<void> {
  try {
    await docker.getNetwork(id).remove();
  } catch (error) {
    if (tries === 1 || (error as { statusCode?: number }).statusCode !== 403) throw error;
    await new Promise((resolve) => setTimeout(resolve, 500));
    await removeNetwork(docker, id, tries - 1);
  }
}
