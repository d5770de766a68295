/** Staging against production as they are committed: what is declared to differ does, and every other edit is told. */
import { beforeAll, describe, expect, it } from "vitest";
import { IMAGES } from "../../environment/images";
import { readStackFiles } from "../../environment/stack-files";
import { fromState, type Graph, type Json, type Resource } from "../../graph";
import { asShown } from "../../policies/parity/as-shown";
import { DIFFERENCES } from "../../policies/differences";
import { compare } from "../../policies/parity/compare";
import { RULES } from "../../policies/rules";
import { TODAY } from "./support/graphs";
import { declareReal, inventOutputs, ROOT, sketchReal, type ScaleChange } from "./support/stacks";

let staging: Graph;
let prod: Graph;
let made: Graph;
beforeAll(async () => {
  staging = await sketchReal("staging");
  prod = await sketchReal("prod");
  made = await declareReal("staging", inventOutputs);
});

const undeclared = (left: Graph, right: Graph = prod) =>
  compare(left, right, "aws", { declared: DIFFERENCES, rules: RULES, today: TODAY })
    .filter(({ allowed }) => !allowed)
    .map(({ path, left: one, right: other }) => [path, one, other]);

/** Changes the one resource whose URN ends so. */
function edit(graph: Graph, end: string, change: (resource: Resource) => Partial<Resource>): Graph {
  const found = graph.resources.filter(({ urn }) => urn.endsWith(end));
  expect(found.map(({ urn }) => urn)).toHaveLength(1);
  return {
    ...graph,
    resources: graph.resources.map((one) => (found.includes(one) ? { ...one, ...change(one) } : one)),
  };
}

/** Changes a text among the inputs, of which only a sketch is known or everything. */
const editText =
  (from: string, to: string) =>
  ({ inputs, sketches = {} }: Resource): Partial<Resource> => {
    const texts = [inputs, sketches].map((one) => JSON.stringify(one));
    const [quoted, put] = [from, to].map((text) => JSON.stringify(text).slice(1, -1)) as [string, string];
    expect(texts.some((text) => text.includes(quoted))).toBe(true);
    const [changed, drawn] = texts.map(
      (text) => JSON.parse(text.replace(quoted, put)) as Record<string, never>,
    );
    return { inputs: changed, sketches: drawn };
  };

/** The ARN a resource has in the cloud. */
function answer(end: string): string {
  const [found] = made.resources.filter(({ urn }) => urn.endsWith(end));
  return String(found && inventOutputs(found)?.arn);
}

const API_TASK = "environment/app/api/api/api:TaskDefinition/containerDefinitions";
const API = `${API_TASK}/api`;
const REGISTRY = "<account>.dkr.ecr.<region of aws>.amazonaws.com.mainstay-<stack>";
const DIGEST = "0123456789abcdef".repeat(4);
const COLLECTOR_DIGEST = IMAGES.collector.split("@")[1] ?? "";

/** An edit in one stack only, and the one difference it makes. */
const EDITS: readonly (readonly [
  what: string,
  end: string,
  change: (resource: Resource) => Partial<Resource>,
  ...differences: (readonly [path: string, staging: Json | undefined, prod: Json | undefined])[],
])[] = [
  [
    "a variable",
    "ecs/taskDefinition:TaskDefinition::api",
    editText('{"name":"LOG_LEVEL","value":"info"}', '{"name":"LOG_LEVEL","value":"debug"}'),
    [`${API}/environment/LOG_LEVEL`, "debug", "info"],
  ],
  [
    "a variable more",
    "ecs/taskDefinition:TaskDefinition::api",
    editText('{"name":"LOG_LEVEL"', '{"name":"EXTRA","value":"x"},{"name":"LOG_LEVEL"'),
    [`${API}/environment/EXTRA`, "x", undefined],
  ],
  [
    "the digest of an image that others make",
    "ecs/taskDefinition:TaskDefinition::api",
    editText(`/collector@${COLLECTOR_DIGEST}`, `/collector@sha256:${"f".repeat(64)}`),
    [`${API_TASK}/collector/image/${REGISTRY}.collector`, `sha256:${"f".repeat(64)}`, COLLECTOR_DIGEST],
  ],
  [
    "which of the released images runs",
    "ecs/taskDefinition:TaskDefinition::api",
    editText(`/app@sha256:${DIGEST}`, `/backup@sha256:${DIGEST}`),
    [`${API}/image/${REGISTRY}.app`, undefined, `sha256:${DIGEST}`],
    [`${API}/image/${REGISTRY}.backup`, `sha256:${DIGEST}`, undefined],
  ],
  [
    "what a role may do",
    "iam/rolePolicy:RolePolicy::backups-task",
    editText('"s3:DeleteObject"', '"s3:DeleteObject","s3:PutObjectAcl"'),
    [
      "environment/backups/backups/backups/backups-task:RolePolicy/policy/Statement/1/Action/3",
      "s3:PutObjectAcl",
      undefined,
    ],
  ],
  [
    "what a bucket denies",
    "s3/bucketPolicy:BucketPolicy::backups-bucket-policy",
    editText('/*"]', '/restic/*"]'),
    [
      "environment/backups/backups-bucket/backups-bucket-policy:BucketPolicy/policy/Statement/TlsOnly/Resource/1",
      "<environment/backups/backups-bucket/backups-bucket:Bucket.arn>/restic/*",
      "<environment/backups/backups-bucket/backups-bucket:Bucket.arn>/*",
    ],
    [
      "security/s3-tls-only/environment/backups/backups-bucket/backups-bucket-policy:BucketPolicy",
      "broken",
      "kept",
    ],
  ],
  [
    "where its requests come from",
    "ecs/service:Service::api",
    (resource) =>
      resource.sketches
        ? editText("api-a", "web-a")(resource)
        : editText(answer("TargetGroup::api-a"), answer("TargetGroup::web-a"))(resource),
    [
      "environment/app/api/api:Service/loadBalancers/api/targetGroupArn",
      "<environment/edge/web-a:TargetGroup.arn>",
      "<environment/edge/api-a:TargetGroup.arn>",
    ],
  ],
  [
    "what a secret is made of",
    "secretsmanager/secretVersion:SecretVersion::database-url-api",
    ({ propertyDependencies }) => ({
      propertyDependencies: {
        ...propertyDependencies,
        secretString: (propertyDependencies.secretString ?? []).filter((urn) => !urn.includes(":Instance::")),
      },
      dependencies: [],
    }),
    [
      "environment/database/database-url-api:SecretVersion/secretString/<environment/database/database:Instance>",
      undefined,
      "linked",
    ],
  ],
  [
    "what is there before it",
    "ecs/service:Service::web",
    ({ dependencies }) => ({
      dependencies: dependencies.filter((urn) => !urn.endsWith(":Listener::edge-https")),
    }),
    ["environment/app/web/web:Service/dependsOn/<environment/edge/edge-https:Listener>", undefined, "linked"],
  ],
];

const EACH_EDIT = EDITS.map(
  ([what, end, change, ...differences]) => [what, end, change, differences] as const,
);

describe("staging and production", () => {
  it("differ in what is declared, and in nothing else; what neither knows is counted", () => {
    expect(undeclared(staging)).toEqual([]);
    const open = compare(staging, prod, "aws", { declared: DIFFERENCES, rules: RULES, today: TODAY }).filter(
      (one) => one.open,
    );
    const proof = "environment/edge/edge-proof:Record";
    expect(open.map(({ path }) => path)).toEqual([`${proof}/name`, `${proof}/records/0`, `${proof}/type`]);
  });

  it.each(["staging", "prod", "local"])(
    "know of %s what is known without stand-ins, and no more",
    async (stack) => {
      const { resources, outputs } = await sketchReal(stack);
      const plain = await declareReal(stack);
      expect(resources.map(({ sketches: _, ...resource }) => resource)).toEqual(plain.resources);
      expect(outputs).toEqual(plain.outputs);
    },
  );

  it.each(EACH_EDIT)("differ in %s, told where it is", (_what, end, change, differences) => {
    expect(undeclared(edit(staging, end, change))).toEqual(differences);
  });

  it("may have an account each", async () => {
    const text = readStackFiles(ROOT, "staging").config["mainstay:scale"] ?? "";
    const scale = JSON.parse(text.replaceAll("123456789012", "210987654321")) as ScaleChange;
    expect(text).not.toBe(JSON.stringify(scale));
    expect(undeclared(await sketchReal("staging", scale))).toEqual([]);
  });

  it("differ in where a listener sends requests", () => {
    const end = "lb/listenerRule:ListenerRule::edge-api";
    expect(undeclared(edit(staging, end, editText("api-a", "web-a")))).toEqual([
      [
        "environment/edge/edge-api:ListenerRule/actions/0/forward/targetGroups/0/arn",
        "<environment/edge/web-a:TargetGroup.arn>",
        "<environment/edge/api-a:TargetGroup.arn>",
      ],
    ]);
  });

  it("may have other origins, and none of them a star", async () => {
    const opened = await sketchReal("staging", { edge: { corsOrigins: ["*"] } });
    expect(undeclared(opened)).toEqual([
      [`${API}/environment/CORS_ORIGINS`, "*", "https://api.example.com,https://app.example.com"],
    ]);
  });

  it("differ in settings of one stack's file, in every container that is told them", async () => {
    const variables = { OPENAI_API_KEY: { generate: 40 }, DATABASE_POOL_MAX: 6, LOG_LEVEL: "debug" };
    const container = (name: string) =>
      `environment/app/${name}/${name}/${name}:TaskDefinition/containerDefinitions/${name}`;
    const level = (name: string) => [`${container(name)}/environment/LOG_LEVEL`, "debug", "info"];
    const pool = (name: string) => [`${container(name)}/environment/DATABASE_POOL_MAX`, "6", "5"];
    expect(undeclared(await sketchReal("staging", { variables }))).toEqual([
      pool("api"),
      level("api"),
      level("migration"),
      level("web"),
      pool("worker"),
      level("worker"),
    ]);
  });
});

/** What the engine would keep of it: everything known, and what the cloud has answered. */
function stateOf(graph: Graph): Graph {
  const resources = graph.resources.map(({ urn, type, custom, parent, inputs, dependencies, ...rest }) => {
    const one = { urn, type, custom, inputs, dependencies, ...(parent === null ? {} : { parent }) };
    const outputs = custom
      ? { ...inputs, ...inventOutputs({ ...rest, ...one, parent, name: rest.name }) }
      : {};
    return { ...one, outputs, id: custom ? String(outputs.id) : undefined, ...rest };
  });
  return fromState({ deployment: { resources: JSON.parse(JSON.stringify(resources)) as never } });
}

describe("what was deployed as staging", () => {
  it("is what the file declares, in words of the stack and not of the cloud", () => {
    expect(undeclared(asShown(staging, stateOf(made)))).toEqual([]);
  });

  it.each(EACH_EDIT)("differs in %s, told where it is", (_what, end, change, differences) => {
    expect(undeclared(asShown(staging, stateOf(edit(made, end, change))))).toEqual(differences);
  });
});
