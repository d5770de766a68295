import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { declare, type DeclareOptions, type Graph } from "../../graph";
import { OPTIONS, program } from "./fixture/program";

const PLAIN: DeclareOptions = { project: "p", stack: "s" };

function pet(name: string, value: unknown, opts?: pulumi.CustomResourceOptions): random.RandomPet {
  return new random.RandomPet(name, { keepers: { value: value as string } }, opts);
}

function inputsOf(graph: Graph, name: string): unknown {
  return graph.resources.find((resource) => resource.name === name)?.inputs;
}

async function failure(of: () => unknown): Promise<Error> {
  return declare(of, PLAIN).then(
    () => expect.unreachable("it was declared"),
    (error: Error) => error,
  );
}

describe("a program run as in a preview", () => {
  it("gives the same graph every time", async () => {
    const graphs = [await declare(program, OPTIONS), await declare(program, OPTIONS)];
    expect(JSON.stringify(graphs[1])).toBe(JSON.stringify(graphs[0]));
  });

  it("knows the outputs that are inputs, and no others", async () => {
    const graph = await declare(() => {
      const network = new docker.Network("network", { name: "n" });
      pet("known", network.name);
      pet("computed", network.scope);
      pet("id", network.id);
      pet("mixed", pulumi.interpolate`${network.name}-${network.scope}`);
    }, PLAIN);
    expect(inputsOf(graph, "known")).toEqual({ keepers: { value: "n" } });
    for (const name of ["computed", "id", "mixed"])
      expect(inputsOf(graph, name)).toEqual({ keepers: { value: "[unknown]" } });
  });

  it("gives an output whenever it is asked for, and the same one each time", async () => {
    const graph = await declare(async () => {
      const network = new docker.Network("network", { name: "n", internal: true });
      const early = network.name;
      pet("early", early);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(network.name).toBe(early);
      pet("late", network.internal);
      pet("computed late", network.scope);
    }, PLAIN);
    expect(["early", "late", "computed late"].map((name) => inputsOf(graph, name))).toEqual([
      { keepers: { value: "n" } },
      { keepers: { value: true } },
      { keepers: { value: "[unknown]" } },
    ]);
  });

  it("gives objects back with their keys in order, as the engine does", async () => {
    const graph = await declare(() => {
      const network = new docker.Network("network", { options: { b: "1", a: "2" } });
      pet("text", pulumi.jsonStringify(network.options));
    }, PLAIN);
    expect(inputsOf(graph, "text")).toEqual({ keepers: { value: '{"a":"2","b":"1"}' } });
  });

  it("does not run what waits for an unknown value", async () => {
    let ran = false;
    await declare(() => pet("a", "x").id.apply(() => (ran = true)), PLAIN);
    expect(ran).toBe(false);
    expect(pulumi.runtime.isDryRun()).toBe(false);
  });

  it("reads its config, secrets as secrets", async () => {
    const config = { "p:open": "1", "p:key": "hush-hush", "other:shape": '{"a":[1]}' };
    const graph = await declare(
      () => {
        const own = new pulumi.Config();
        pet("a", {
          open: own.get("open"),
          key: own.getSecret("key"),
          shape: new pulumi.Config("other").getObject("shape"),
        });
        return {
          project: pulumi.getProject(),
          stack: pulumi.getStack(),
          organization: pulumi.getOrganization(),
        };
      },
      { ...PLAIN, config, secretKeys: ["p:key"] },
    );
    expect(inputsOf(graph, "a")).toEqual({
      keepers: { value: { key: "[secret]", open: "1", shape: { a: [1] } } },
    });
    expect(graph.outputs).toEqual({ organization: "organization", project: "p", stack: "s" });
    expect(JSON.stringify(graph)).not.toContain("hush-hush");
  });

  it("hands protection and retention down to children, which may decline", async () => {
    class Group extends pulumi.ComponentResource {}
    const graph = await declare(() => {
      const parent = new Group("x:y:Group", "group", {}, { protect: true, retainOnDelete: true });
      pet("heir", 1, { parent });
      pet("free", 1, { parent, protect: false, retainOnDelete: false });
    }, PLAIN);
    expect(
      graph.resources.map(({ name, protect, retainOnDelete }) => [name, protect, retainOnDelete]),
    ).toEqual([
      ["p-s", false, false],
      ["group", true, true],
      ["free", false, false],
      ["heir", true, true],
    ]);
  });
});

describe("a program run with invented outputs", () => {
  const built = (): void => {
    const password = new random.RandomPassword("password", { length: 8 });
    const network = new docker.Network("network", { name: "n" });
    pet("a", { password: password.result, id: network.id, scope: network.scope, driver: network.driver });
  };
  const invent: DeclareOptions["invent"] = ({ type, inputs }) =>
    type.startsWith("random:index/randomPassword")
      ? { result: `invented-${String(inputs.length)}` }
      : { id: "id-1", scope: "local" };

  it("knows them, and leaves out what was not given", async () => {
    const graph = await declare(built, { ...PLAIN, invent });
    expect(inputsOf(graph, "a")).toEqual({
      keepers: { value: { id: "id-1", password: "[secret]", scope: "local" } },
    });
    expect(JSON.stringify(graph)).not.toContain("invented");
  });

  it("shows secrets where a test asks for them, and still says they are", async () => {
    const graph = await declare(built, { ...PLAIN, invent, revealSecrets: true });
    expect(inputsOf(graph, "a")).toEqual({
      keepers: { value: { id: "id-1", password: "invented-8", scope: "local" } },
    });
    expect(graph.resources.find(({ name }) => name === "a")?.secrets).toEqual(["keepers.value.password"]);
  });
});

describe("runs one after the other", () => {
  it("do not see each other's config, settings or resources", async () => {
    const graphs: Graph[] = [];
    for (const stack of ["local", "staging", "prod"]) {
      const config: Record<string, string> = stack === "staging" ? { "p:only": "here" } : {};
      graphs.push(
        await declare(() => ({ only: new pulumi.Config("p").get("only") ?? null }), {
          project: "p",
          stack,
          config,
        }),
      );
    }
    expect(graphs.map(({ stack, outputs }) => [stack, outputs.only])).toEqual([
      ["local", null],
      ["staging", "here"],
      ["prod", null],
    ]);
    expect(graphs.map(({ resources }) => resources.map(({ urn }) => urn))).toEqual(
      ["local", "staging", "prod"].map((stack) => [
        `urn:pulumi:${stack}::p::pulumi:pulumi:Stack::p-${stack}`,
      ]),
    );
  });

  it("leave the SDK as they found it", async () => {
    await pulumi.runtime.setMocks(
      { call: () => ({}), newResource: () => ({ id: "x", state: {} }) },
      "before",
      "them",
    );
    pulumi.runtime.setAllConfig({ "before:key": "value" });
    const monitor = pulumi.runtime.getMonitor();
    const listeners = process.listenerCount("beforeExit");

    await declare(program, OPTIONS);
    await failure(() => pulumi.output(1).apply(() => Promise.reject(new Error("no"))));

    expect(pulumi.runtime.getMonitor()).toBe(monitor);
    expect([pulumi.getProject(), pulumi.getStack()]).toEqual(["before", "them"]);
    expect(pulumi.runtime.allConfig()).toEqual({ "before:key": "value" });
    expect(pulumi.runtime.getStackResource()).toBeUndefined();
    expect(process.listenerCount("beforeExit")).toBe(listeners);
  });

  it("must be one after the other", async () => {
    const first = declare(() => pet("a", 1), PLAIN);
    await expect(declare(() => pet("b", 1), PLAIN)).rejects.toThrow(
      "another program is being declared: wait for it first",
    );
    expect((await first).resources.map(({ name }) => name)).toEqual(["p-s", "a"]);
  });
});

describe("an error in a program", () => {
  const left: unknown[] = [];
  const listener = (reason: unknown): void => void left.push(reason);
  beforeEach(() => void process.on("unhandledRejection", listener));
  afterEach(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", listener);
    expect(left.splice(0)).toEqual([]);
  });

  it("is the error of the run, with its stack and nothing tied to it", async () => {
    const thrown = new Error("broken");
    const runs = [
      () => {
        pet("a", 1);
        throw thrown;
      },
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        throw thrown;
      },
    ];
    for (const run of runs) expect(await failure(run)).toBe(thrown);
    expect(thrown.stack).toContain("offline.test.ts");
    expect(Object.keys(thrown)).toEqual([]);
  });

  it("is so when it was thrown in an apply", async () => {
    const thrown = new Error("broken");
    const broken = (output: pulumi.Output<unknown>): pulumi.Output<never> =>
      output.apply(() => {
        throw thrown;
      }) as pulumi.Output<never>;
    const runs: (() => unknown)[] = [
      () => void broken(pulumi.output(1)),
      () => ({ output: broken(pulumi.output(1)) }),
      () => {
        const first = pet("first", broken(pet("source", 1).keepers));
        pet("second", first.keepers, { dependsOn: [first] });
      },
    ];
    for (const run of runs) expect(await failure(run)).toBe(thrown);
    expect(thrown.message).toBe(
      'error serializing property "keepers": error serializing property "keepers": broken',
    );
    expect(thrown.stack).toContain("offline.test.ts");
    expect(Object.keys(thrown)).toEqual([]);
  });

  it("is the first of several, and what comes later stays inside", async () => {
    const error = await failure(() => {
      pet("late", new Promise((_, reject) => setTimeout(() => reject(new Error("late")), 15)));
      pet("early", Promise.reject(new Error("early")));
    });
    expect(error.message).toBe('error serializing property "keepers": early');
  });

  it("does not keep the next run from its own result", async () => {
    await failure(() => pet("a", Promise.reject(new Error("broken"))));
    expect((await declare(() => pet("b", 1), PLAIN)).resources.map(({ name }) => name)).toEqual(["p-s", "b"]);
  });

  it("is to declare one thing twice", async () => {
    const error = await failure(() => [pet("a", 1), pet("a", 2)]);
    expect(error.message).toBe(
      "failed to register new resource a [random:index/randomPet:RandomPet]: " +
        "two resources have the URN urn:pulumi:s::p::random:index/randomPet:RandomPet::a",
    );
  });

  it.each<[string, () => unknown, string]>([
    [
      "a function",
      () => docker.getNetwork({ name: "bridge" }),
      "the program calls the function docker:index/getNetwork:getNetwork: only an engine can answer that, and the program has to run without one; take it from the configuration instead",
    ],
    [
      "a function whose result nobody uses",
      () => void docker.getNetworkOutput({ name: "bridge" }),
      "the program calls the function docker:index/getNetwork:getNetwork: only an engine can answer that, and the program has to run without one; take it from the configuration instead",
    ],
    [
      "another stack",
      () => new pulumi.StackReference("organization/p/other"),
      "failed to read resource #organization/p/other 'organization/p/other' [pulumi:pulumi:StackReference]: " +
        'the program reads pulumi:pulumi:StackReference "organization/p/other", which it does not declare: only an engine can answer that, and the program has to run without one; take it from the configuration instead',
    ],
    [
      "what exists",
      () => random.RandomPet.get("mine", "its-id"),
      "failed to read resource #its-id 'mine' [random:index/randomPet:RandomPet]: " +
        'the program reads random:index/randomPet:RandomPet "mine", which it does not declare: only an engine can answer that, and the program has to run without one; take it from the configuration instead',
    ],
    [
      "transforms",
      () => void pet("a", 1, { transforms: [() => undefined] }),
      "The Pulumi CLI does not support transforms offline: only an engine can run them",
    ],
    [
      "resource hooks",
      () => void pet("a", 1, { hooks: { beforeCreate: [async () => {}] } }),
      "The Pulumi CLI does not support resource hooks offline: only an engine can run them",
    ],
  ])("is to ask for %s", async (_, run, message) => {
    expect((await failure(run)).message).toBe(message);
  });
});

describe("a program that waits for ever", () => {
  it("ends with an error, where nothing else keeps the process alive", { timeout: 60_000 }, async () => {
    const script = `
      const { declare } = require("./graph");
      declare(() => new Promise(() => {}), { project: "p", stack: "s" }).catch((error) => console.log(error.message));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "-e", script], {
      cwd: join(__dirname, "../.."),
    });
    expect(stdout).toBe("the program never finishes: it awaits a promise that nothing resolves\n");
  });
});
