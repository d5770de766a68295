import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readStackFiles } from "../../environment/stack-files";
import { declare, SECRET, type Graph, type Resource } from "../../graph";
import program from "../../index";
import { dockerHost } from "../support/docker-host";

const ROOT = join(__dirname, "../..");
const CONTAINER = "docker:index/container:Container";

interface ContainerInputs {
  name: string;
  user: string;
  start?: boolean;
  mustRun: boolean;
  networksAdvanced?: { name: string; aliases: string[] }[];
  ports?: { ip: string; external: number }[];
  labels: { label: string; value: string }[];
  envs: string[];
  uploads?: { file: string; content: string; permissions: string }[];
  healthcheck?: { tests: string[] };
  [input: string]: unknown;
}

const inputsOf = (resource: Resource) => resource.inputs as unknown as ContainerInputs;

describe.each(["local", "docker-host"])("every container of %s", (stack) => {
  let graph: Graph;
  let all: Resource[] = [];
  beforeAll(async () => {
    graph = await declare(program, stack === "local" ? readStackFiles(ROOT, stack) : dockerHost());
    all = graph.resources.filter(({ type }) => type === CONTAINER);
  });
  const started = () => all.filter((resource) => inputsOf(resource).start !== false);
  const lasting = () => started().filter((resource) => inputsOf(resource).mustRun);

  test("is hardened in the same way", () => {
    for (const resource of started()) {
      expect(resource.inputs, resource.name).toMatchObject({
        readOnly: true,
        privileged: false,
        capabilities: { adds: [], drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        ipcMode: "private",
        init: true,
      });
      const { user, memory, memorySwap } = inputsOf(resource);
      expect(user, resource.name).toMatch(/^[1-9]\d*:\d+$/);
      expect(memorySwap, resource.name).toBe(memory);
    }
  });

  test("that stays has a health check, is waited for, and starts again by itself", () => {
    for (const resource of lasting()) {
      const { healthcheck, wait, restart } = inputsOf(resource);
      expect([resource.name, healthcheck?.tests[0], wait, restart]).toEqual([
        resource.name,
        "CMD",
        true,
        "unless-stopped",
      ]);
    }
  });

  test("answers to its names only where it can be reached", () => {
    const internal = graph.resources.filter(
      ({ type, inputs }) => type.endsWith(":Network") && inputs.internal === true,
    );
    const names = internal.map(({ inputs }) => inputs.name);
    for (const resource of started()) {
      for (const { name, aliases } of inputsOf(resource).networksAdvanced ?? []) {
        expect([resource.name, name, aliases.includes(resource.name)]).toEqual([
          resource.name,
          name,
          names.includes(name),
        ]);
      }
    }
  });

  test("lets users in over the public network, which nobody else is on", () => {
    const outward = graph.resources
      .filter(({ type, inputs }) => type.endsWith(":Network") && inputs.internal === false)
      .map(({ inputs }) => inputs.name as string);
    const leading = (resource: Resource) =>
      (inputsOf(resource).networksAdvanced ?? [])
        .map(({ name }) => name)
        .filter((name) => outward.includes(name));
    const [publicNetwork] = outward.filter((name) => name.endsWith("-public"));
    const members = started().filter((resource) => leading(resource).includes(publicNetwork ?? ""));
    expect(members.map((resource) => [resource.name, leading(resource)])).toEqual([
      ["edge", [publicNetwork]],
    ]);
  });

  test("publishes ports on the loopback address, the edge's own apart", () => {
    const open = started().flatMap(({ name, inputs }) =>
      ((inputs.ports ?? []) as { ip: string; external: number }[])
        .filter(({ ip }) => ip !== "127.0.0.1")
        .map(({ external }) => [name, external]),
    );
    const expected =
      stack === "local"
        ? []
        : [
            ["edge", 443],
            ["edge", 80],
          ];
    expect(open.sort()).toEqual(expected);
  });

  test("is given secrets as files, never in its environment or labels", () => {
    for (const resource of all) {
      const marked = resource.secrets.filter((path) => !/^uploads(\[\d+\]\.content)?$/.test(path));
      expect(marked, resource.name).toEqual([]);
    }
    const api = inputsOf(all.find(({ name }) => name === "api-1") as Resource);
    expect(api.envs).toContain("DATABASE_URL_FILE=/run/secrets/DATABASE_URL");
    const files = inputsOf(all.find(({ name }) => name === "api-secrets-carrier") as Resource).uploads ?? [];
    const secret = files.filter(({ content }) => content === SECRET).map(({ file }) => file);
    expect(secret.sort()).toEqual(
      ["DATABASE_URL", "JWT_SIGNING_KEY", "OPENAI_API_KEY", "REDIS_URL", "SECRET_KEY"].map(
        (name) => `/files/${name}`,
      ),
    );
    expect(new Set(files.map(({ permissions }) => permissions))).toEqual(new Set(["0444"]));
  });

  test("that only carries files is never started, has no network and no rights", () => {
    const carriers = all.filter((resource) => inputsOf(resource).start === false);
    expect(carriers.length).toBe(23);
    for (const { name, inputs } of carriers) {
      expect(inputs, name).toMatchObject({
        mustRun: false,
        networkMode: "none",
        user: "65534:65534",
        capabilities: { adds: [], drops: ["ALL"] },
        restart: "no",
      });
    }
  });
});
