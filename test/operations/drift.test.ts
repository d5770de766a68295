import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { classify, toReplace, type Difference } from "../../operations/drift/classify";
import { headline, markdownDrift, renderDrift, type DriftReport } from "../../operations/drift/render";
import * as open from "../../operations/engine/open";
import type { Step } from "../../operations/engine/record";
import type { EngineStack } from "../../operations/engine/stack";
import { planFrom, renderPlan } from "../../operations/plan";
import { plain } from "../../operations/terminal";
import { recorded, TrialProject } from "./support";

const report = (differences: readonly Difference[]): DriftReport => ({
  stack: "engine-trial",
  resources: 6,
  drift: differences.some(({ kind }) => kind !== "pending"),
  differences,
});

describe("containers changed by hand while the program changed too", () => {
  const record = recorded("changed");
  const differences = classify(record.steps);

  it("are told apart property by property", () => {
    expect(renderDrift(report(differences), plain)).toEqual([
      "engine-trial: drift in 2 of 6 resources",
      "",
      "docker:Container first  drift, and a change not applied",
      "    it is cut off from mainstay-engine-trial-network",
      "    memory: 192 → 100, the program wants 256",
      "    memorySwap: 192 → 100, the program wants 256",
      '    networksAdvanced: ["mainstay-engine-trial-network"] → []',
      "",
      "docker:Container second  drift, and a change not applied",
      "    it does not run: it ended with exit code 143",
      "    memory: 192 → 256 (not applied)",
      "    memorySwap: 192 → 256 (not applied)",
      "    mustRun: true → false",
    ]);
  });

  it("stand on consecutive lines where there is nothing more to say of them", () => {
    const one = {
      ...differences[0],
      kind: "pending",
      presence: "new",
      properties: [],
      notes: [],
    } as Difference;
    const [second] = differences.slice(1);
    const found = [{ ...one, name: "a" }, { ...one, name: "b" }, ...(second ? [second] : [])];
    expect(renderDrift(report(found), plain).slice(0, 6)).toEqual([
      "engine-trial: drift in 1 of 6 resources, 2 changes not applied yet (no drift)",
      "",
      "docker:Container a  not applied: new in the program",
      "docker:Container b  not applied: new in the program",
      "",
      "docker:Container second  drift, and a change not applied",
    ]);
  });

  it("have a kind for each property", () => {
    expect(
      differences.map(({ name, kind, plan, properties }) => [
        name,
        kind,
        plan,
        properties.map((p) => [p.path, p.kind]),
      ]),
    ).toEqual([
      [
        "first",
        "both",
        "update",
        [
          ["memory", "both"],
          ["memorySwap", "both"],
          ["networksAdvanced", "drift"],
        ],
      ],
      [
        "second",
        "both",
        "update",
        [
          ["memory", "pending"],
          ["memorySwap", "pending"],
          ["mustRun", "drift"],
        ],
      ],
    ]);
  });

  it("are replaced where their provider would not mend them", () => {
    expect(toReplace(differences)).toEqual([
      "urn:pulumi:engine-trial::mainstay::mainstay:test:Host$docker:index/container:Container::first",
    ]);
    expect(renderPlan("engine-trial", planFrom(record), plain)).toEqual([
      "engine-trial: 1 to update, 1 to replace, 4 unchanged",
      "",
      "host  ~ docker:Container, ± docker:Container",
      "",
      "~ docker:Container second",
      "    memory: 192 → 256",
      "    memorySwap: 192 → 256",
      "    mustRun: false → true",
      "± docker:Container first",
      "    memory: 100 → 256",
      "    memorySwap: 100 → 256",
      '    networksAdvanced: [] → ["mainstay-engine-trial-network"]',
      "",
      "outputs",
      "  password  [secret]",
      "  prefix    mainstay-engine-trial",
    ]);
  });

  it("make a report people can read in an issue", () => {
    expect(markdownDrift(report(differences))).toMatchInlineSnapshot(`
      "# engine-trial: drift in 2 of 6 resources

      \`npm run up -- engine-trial\` makes it what the program declares. What was changed on purpose belongs into the program first.

      ## docker:Container first: drift, and a change not applied
      \`urn:pulumi:engine-trial::mainstay::mainstay:test:Host$docker:index/container:Container::first\`
      - it is cut off from mainstay-engine-trial-network

      | property | deployed | runs | program |
      |---|---|---|---|
      | \`memory\` | \`192\` | \`100\` | \`256\` |
      | \`memorySwap\` | \`192\` | \`100\` | \`256\` |
      | \`networksAdvanced\` | \`["mainstay-engine-trial-network"]\` | \`[]\` | \`["mainstay-engine-trial-network"]\` |

      ## docker:Container second: drift, and a change not applied
      \`urn:pulumi:engine-trial::mainstay::mainstay:test:Host$docker:index/container:Container::second\`
      - it does not run: it ended with exit code 143

      | property | deployed | runs | program |
      |---|---|---|---|
      | \`memory\` | \`192\` | \`192\` | \`256\` |
      | \`memorySwap\` | \`192\` | \`192\` | \`256\` |
      | \`mustRun\` | \`true\` | \`false\` | \`true\` |
      "
    `);
  });
});

describe("resources deleted by hand", () => {
  it("are each named", () => {
    const differences = classify(recorded("gone").steps);
    expect(differences.map(({ name, kind, presence, plan }) => ({ name, kind, presence, plan }))).toEqual(
      ["first", "second", "network", "volume"].map((name) => ({
        name,
        kind: "drift",
        presence: "missing",
        plan: "create",
      })),
    );
    expect(headline(report(differences))).toBe("engine-trial: drift in 4 of 6 resources");
  });
});

describe("classify", () => {
  const urn = (name: string, type = "docker:index/container:Container") =>
    `urn:pulumi:s::p::${type}::${name}`;
  const state = (inputs: object) =>
    ({ inputs: { ...inputs }, outputs: { ...inputs }, protect: false }) as NonNullable<Step["old"]>;
  const step = (op: string, rest: Partial<Step>): Step => ({
    op,
    urn: urn("x"),
    type: "docker:index/container:Container",
    custom: true,
    ...rest,
  });
  const kinds = (steps: Step[]) =>
    classify(steps).map(({ kind, presence, plan }) => `${kind} ${presence} ${plan}`);
  const at = (memory: number) => state({ memory });
  const job = (exitCode: number) => {
    const { inputs, protect } = state({ mustRun: false, attach: true });
    return { inputs, outputs: { ...inputs, exitCode }, protect };
  };
  const differing = ["memory"];

  it.each<[string, Step[], string[]]>([
    [
      "nothing",
      [step("refresh", { differing: [], old: at(1), new: at(1) }), step("same", { old: at(1), new: at(1) })],
      [],
    ],
    [
      "a change by hand",
      [
        step("refresh", { differing, old: at(1), new: at(2) }),
        step("update", { differing, old: at(2), new: at(1) }),
      ],
      ["drift changed update"],
    ],
    [
      "a change by hand that the program does not look at",
      [step("refresh", { differing, old: at(1), new: at(2) }), step("same", { old: at(2), new: at(2) })],
      ["drift changed nothing"],
    ],
    [
      "a job that came to a bad end, and is as it was declared",
      [
        step("refresh", { differing: [], old: job(1), new: job(1) }),
        step("same", { old: job(1), new: job(1) }),
      ],
      ["drift changed nothing"],
    ],
    [
      "a job that came to a good end",
      [
        step("refresh", { differing: [], old: job(0), new: job(0) }),
        step("same", { old: job(0), new: job(0) }),
      ],
      [],
    ],
    [
      "a change of the program",
      [
        step("refresh", { differing: [], old: at(1), new: at(1) }),
        step("update", { differing, old: at(1), new: at(2) }),
      ],
      ["pending changed update"],
    ],
    [
      "a change of the program that replaces",
      [
        step("refresh", { differing: [], old: at(1), new: at(1) }),
        step("delete-replaced", { old: at(1) }),
        step("replace", { differing, old: at(1), new: at(2) }),
        step("create-replacement", { differing, old: at(1), new: at(2) }),
      ],
      ["pending changed replace"],
    ],
    [
      "a protection that is not deployed yet",
      [
        step("refresh", { differing: [], old: at(1), new: at(1) }),
        step("same", { old: at(1), new: { ...at(1), protect: true } }),
      ],
      ["pending changed nothing"],
    ],
    ["a new resource", [step("create", { new: at(1) })], ["pending new create"]],
    [
      "a resource the program has no more",
      [step("refresh", { differing: [], old: at(1), new: at(1) }), step("delete", { old: at(1) })],
      ["pending removed delete"],
    ],
    [
      "one that is gone",
      [step("refresh", { old: at(1) }), step("create", { new: at(1) })],
      ["drift missing create"],
    ],
    ["one that is gone, and no longer declared", [step("refresh", { old: at(1) })], ["both missing nothing"]],
    [
      "defaults the provider lists",
      [
        step("refresh", { differing: ["dns"], old: state({}), new: state({ dns: [] }) }),
        step("update", { differing: ["dns"], old: state({ dns: [] }), new: state({}) }),
      ],
      [],
    ],
    [
      "providers the engine makes by itself",
      [
        step("create", {
          urn: urn("default_5_2_0", "pulumi:providers:docker"),
          type: "pulumi:providers:docker",
        }),
      ],
      [],
    ],
  ])("%s", (_name, steps, expected) => {
    expect(kinds(steps)).toEqual(expected);
  });

  it("lets be what the program leaves to others", () => {
    const rule = (weight: number, priority: number) => ({
      inputs: { actions: [{ weight }], priority },
      outputs: { actions: [{ weight }], priority },
      protect: false,
    });
    const moved = (weight: number, priority: number) => [
      step("refresh", { differing: undefined, old: rule(100, 1), new: rule(weight, priority) }),
      step("same", { old: rule(weight, priority), new: rule(weight, priority) }),
    ];
    const paths = (steps: Step[]) =>
      classify(steps, new Map([[urn("x"), ["actions"]]])).map(({ properties }) =>
        properties.map(({ path }) => path),
      );
    expect(paths(moved(90, 1))).toEqual([]);
    expect(paths(moved(90, 2))).toEqual([["priority"]]);
    expect(classify(moved(90, 1)).map(({ kind }) => kind)).toEqual(["drift"]);
  });

  it("has a job that came to a bad end run again", () => {
    const steps = [
      step("refresh", { differing: [], old: job(1), new: job(1) }),
      step("same", { old: job(1), new: job(1) }),
    ];
    const [found] = classify(steps);
    expect([found?.notes, found?.properties]).toEqual([["it ended with exit code 1"], []]);
    const { replace, changes } = planFrom({ steps, diagnostics: [], violations: [], outputs: {} });
    expect(replace).toEqual([urn("x")]);
    expect(changes.map(({ operation, properties }) => [operation, properties])).toEqual([["replace", []]]);
  });

  it("keeps a network's loss apart from an address that changed", () => {
    const container = (networks: string[], address = "10.0.0.2") => ({
      inputs: { networksAdvanced: [{ name: "front" }, { name: "data" }] },
      outputs: { networkDatas: networks.map((networkName) => ({ networkName, ipAddress: address })) },
      protect: false,
    });
    const look = (networks: string[], address?: string) =>
      classify([
        step("refresh", {
          differing: [],
          old: container(["front", "data"]),
          new: container(networks, address),
        }),
        step("same", {}),
      ]);
    expect(look(["front", "data"], "10.0.0.9")).toEqual([]);
    expect(look(["data"])[0]?.properties).toEqual([
      {
        path: "networksAdvanced",
        kind: "drift",
        state: ["data", "front"],
        reality: ["data"],
        program: ["data", "front"],
      },
    ]);
  });

  it("takes a container for cut off whose network is gone, whatever Docker still says of it", () => {
    const container = {
      inputs: { networksAdvanced: [{ name: "front" }] },
      outputs: { networkDatas: [{ networkName: "front" }] },
      protect: false,
    };
    const network = "docker:index/network:Network";
    const found = classify([
      step("refresh", { urn: urn("net", network), type: network, old: state({ name: "front" }) }),
      step("refresh", { differing: [], old: container, new: container }),
      step("create", { urn: urn("net", network), type: network, new: state({ name: "front" }) }),
      step("same", {}),
    ]);
    expect(found.map(({ name, presence, replace }) => [name, presence, replace])).toEqual([
      ["x", "changed", true],
      ["net", "missing", false],
    ]);
  });
});

describe("headline", () => {
  const pending = { kind: "pending" } as Difference;
  const drift = { kind: "drift" } as Difference;
  it.each([
    [[], "engine-trial: no drift in 6 resources"],
    [[pending], "engine-trial: no drift in 6 resources, 1 change not applied yet (no drift)"],
    [
      [drift, pending, pending],
      "engine-trial: drift in 1 of 6 resources, 2 changes not applied yet (no drift)",
    ],
  ])("%#", (differences, text) => {
    expect(headline(report(differences))).toBe(text);
  });

  it("says of a stack that was never deployed how to deploy it", () => {
    expect(headline({ ...report([pending]), resources: 0 })).toBe(
      "engine-trial: nothing is deployed; npm run up -- engine-trial deploys what is declared",
    );
  });
});

it("drift is told although its report cannot be written", async () => {
  const trial = new TrialProject("trial");
  const engine = { preview: () => Promise.resolve(recorded("changed")) } as unknown as EngineStack;
  vi.spyOn(open, "openEngine").mockResolvedValueOnce(engine);
  const file = join(trial.stackFile, "report.md");
  const { code, stdout, stderr } = await trial.invoke("drift", "--report", file);
  trial.remove();
  expect([code, stdout.split("\n")[0]]).toEqual([1, "trial: drift in 2 of 6 resources"]);
  expect(stderr.split("\n").slice(-2)).toEqual([
    `${file} cannot be written (EEXIST: file already exists)`,
    "",
  ]);
});
