/** Docker against AWS: what the contract promises is the same by name, whatever keeps it. */
import { parse, stringify } from "yaml";
import { describe, expect, it } from "vitest";
import type { Graph, Json, Resource } from "../../graph/resource";
import { OBJECTIVES } from "../../observability/slo/objectives";
import { contract } from "../../policies/parity/contract";
import { DIFFERENCES } from "../../policies/differences";
import { compare } from "../../policies/parity/compare";
import { RULES } from "../../policies/rules";
import { awsPreview } from "../components/support/aws-stack";
import { changed, graph, inStack, TODAY } from "./support/graphs";
import { declareReal, inventOutputs, sketchReal, STACKS } from "./support/stacks";

/** The rules of a Prometheus as each platform is given them. */
const RULE_FILE = stringify({
  groups: [
    { name: "alerts", rules: [{ alert: "ServiceDown", expr: "up == 0", labels: { severity: "critical" } }] },
    { name: "objectives", rules: [{ record: "slo:x", expr: "1", labels: { slo: "availability" } }] },
  ],
});

/** Components with what stands in each of them. */
function environment(
  platform: "docker" | "aws",
  components: Record<string, Parameters<typeof graph>[0]>,
): Graph {
  const flat = Object.assign({}, ...Object.values(components)) as Parameters<typeof graph>[0];
  const { resources } = graph(flat);
  const component = (name: string): Resource => ({
    ...(resources[0] as Resource),
    urn: `urn:pulumi:test::mainstay::mainstay:${platform}:X::${name}`,
    type: `mainstay:${platform}:X`,
    name,
    custom: false,
    inputs: {},
  });
  const all = Object.entries(components).flatMap(([name, given]) => [
    component(name),
    ...resources.filter((one) => one.name in given).map((one) => ({ ...one, parent: component(name).urn })),
  ]);
  return { stack: "test", resources: all, outputs: {} };
}

const onDocker = environment("docker", {
  app: {
    "api-1": {
      type: "docker:container",
      inputs: { envs: ["LOG_LEVEL=info", "PORT=8000", "SECRET_KEY_FILE=/run/secrets/SECRET_KEY"] },
    },
    migration: { type: "docker:container", inputs: { mustRun: false, envs: ["X=1"] } },
  },
  monitoring: {
    carrier: { type: "docker:container", inputs: { start: false, uploads: [{ content: RULE_FILE }] } },
  },
  authority: {},
});

const definition = (service: Record<string, Json>) =>
  JSON.stringify([{ name: "collector", environment: [{ name: "COLLECTOR", value: "x" }] }, service]);
const api = {
  name: "api",
  environment: [
    { name: "LOG_LEVEL", value: "info" },
    { name: "PORT", value: "8000" },
  ],
  secrets: [{ name: "SECRET_KEY", valueFrom: "arn" }],
  portMappings: [{ containerPort: 8000 }],
};
/** Each task kept running by a service of its name. */
const running = (one: Graph): Graph => ({
  ...one,
  resources: one.resources.flatMap((resource) =>
    resource.type.endsWith(":TaskDefinition")
      ? [
          resource,
          { ...resource, type: "aws:ecs/service:Service", urn: `${resource.urn}-service`, inputs: {} },
        ]
      : [resource],
  ),
});

const declaredOnAws = environment("aws", {
  app: { api: { type: "ecs/taskDefinition", inputs: { containerDefinitions: definition(api) } } },
  monitoring: { rules: { type: "amp/ruleGroupNamespace", inputs: { data: RULE_FILE } } },
  identity: {},
});
const onAws = running(declaredOnAws);

const NONE = { docker: [], aws: [], across: [] };
const between = (docker: Graph, aws: Graph) =>
  compare(inStack("staging", docker), inStack("prod", aws), "across", {
    declared: NONE,
    rules: RULES,
    today: TODAY,
  }).map(({ path, left, right }) => [path, left, right]);

/** The environment on AWS with one of its inputs another. */
const altered = (name: string, input: string, to: Json) =>
  changed(onAws, ["resources", onAws.resources.findIndex((one) => one.name === name), "inputs", input], to);
const service = (change: Record<string, Json>) =>
  altered("api", "containerDefinitions", definition({ ...api, ...change }));

describe("Docker against AWS", () => {
  it("is alike in all that is promised, whatever else each platform needs", () => {
    expect(between(onDocker, onAws)).toEqual([]);
  });

  it.each([
    [
      "a port",
      service({ environment: [{ name: "LOG_LEVEL", value: "x" }], portMappings: [{ containerPort: 9 }] }),
      [
        ["services/api/port", "8000", "9"],
        ["services/api/variables/PORT", "plain", undefined],
      ],
    ],
    [
      "a secret that is none",
      service({ environment: [...api.environment, { name: "SECRET_KEY", value: "x" }], secrets: [] }),
      [["services/api/variables/SECRET_KEY", "secret", "plain"]],
    ],
    [
      "a secret of another name",
      service({ secrets: [{ name: "KEY", valueFrom: "arn" }] }),
      [
        ["services/api/variables/KEY", undefined, "secret"],
        ["services/api/variables/SECRET_KEY", "secret", undefined],
      ],
    ],
    ["a service", altered("api", "containerDefinitions", "[]"), [["services/api", "service", undefined]]],
    [
      "alerts and objectives",
      altered("rules", "data", "groups: []\n"),
      [
        ["alerts/ServiceDown", "critical", undefined],
        ["objectives/availability", "declared", undefined],
      ],
    ],
    [
      "an alert's level",
      altered("rules", "data", RULE_FILE.replace("critical", "info")),
      [["alerts/ServiceDown", "critical", "info"]],
    ],
    [
      "a component",
      environment("aws", { app: {}, cache: {} }),
      [
        ["alerts/ServiceDown", "critical", undefined],
        ["components/cache", undefined, "component"],
        ["components/monitoring", "component", undefined],
        ["objectives/availability", "declared", undefined],
        ["services/api", "service", undefined],
      ],
    ],
  ] as const)("tells %s that differs", (_what, aws, differences) => {
    expect(between(onDocker, aws as Graph)).toEqual(differences);
  });
});

describe("an environment on Docker against one on AWS", () => {
  const apart = (docker: Graph, aws: Graph) =>
    compare(docker, aws, "across", { declared: DIFFERENCES, rules: RULES, today: TODAY });

  it("differs in what is declared to, and nothing else, as soon as its documents can be read", async () => {
    // One after the other: a process declares one program at a time.
    const [docker, aws] = [await sketchReal("local"), await sketchReal("prod")];
    const differences = apart(docker, aws);
    expect(differences.filter(({ allowed }) => !allowed)).toEqual([]);
    expect(differences.length).toBeGreaterThan(10);
  });

  it("is not held against what only up can tell", async () => {
    const [docker, aws] = [await declareReal("local"), await awsPreview({ production: true })];
    expect(apart(docker, aws).filter(({ allowed }) => !allowed)).toEqual([]);
  });
});

interface Rule {
  readonly alert?: string;
  readonly labels?: { readonly severity?: string; readonly slo?: string };
}

describe("the contract of the real stacks", () => {
  it.each(STACKS)("of %s has the alerts and objectives that a reader of YAML finds", async (stack) => {
    const { resources, ...rest } = await declareReal(stack);
    const texts = resources.flatMap(({ inputs }) => [
      inputs.data,
      ...((inputs.uploads ?? []) as { content: Json }[]).map(({ content }) => content),
    ]);
    const rules = texts
      .filter((text) => typeof text === "string" && text.startsWith("groups:"))
      .flatMap((text) => (parse(text as string) as { groups: { rules: Rule[] }[] }).groups)
      .flatMap((group) => group.rules);
    const wanted = rules.flatMap(({ alert, labels = {} }) => [
      ...(alert === undefined ? [] : [[`alerts/${alert}`, labels.severity ?? "declared"]]),
      ...(labels.slo === undefined ? [] : [[`objectives/${labels.slo}`, "declared"]]),
    ]);
    const found = [...contract({ ...rest, resources })].filter(([path]) =>
      /^(alerts|objectives)\//.test(path),
    );
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
    expect(found.length).toBeGreaterThan(80);
  });

  it.each(STACKS)("%s has every component, the app's services, and what they are told", async (stack) => {
    const promised = [...contract(await declareReal(stack, inventOutputs))].map(([path]) => path);
    const of = (kind: string) =>
      [
        ...new Set(promised.filter((path) => path.startsWith(`${kind}/`)).map((path) => path.split("/")[1])),
      ].sort();
    expect(of("components")).toEqual([
      "app",
      "backups",
      "cache",
      "database",
      "edge",
      "monitoring",
      "network",
      "tracing",
    ]);
    expect(of("services")).toEqual(["api", "web", "worker"]);
    expect(OBJECTIVES.map(({ name }) => name)).toEqual(expect.arrayContaining(of("objectives")));
    expect(of("objectives").length).toBeGreaterThanOrEqual(10);
    expect(of("alerts").length).toBeGreaterThan(75);
    expect(promised).toContain("services/api/variables/SECRET_KEY");
  });
});
