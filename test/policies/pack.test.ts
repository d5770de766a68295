import { describe, expect, it } from "vitest";
import { SECRET, type Graph, type Json } from "../../graph/resource";
import { evaluate } from "../../policies/evaluate";
import { packPolicies } from "../../policies/pack";
import { RULES } from "../../policies/rules";
import { awsStack } from "./support/aws-stack";
import { dockerStack } from "./support/docker-stack";
import { PLAIN, runInEngine } from "./support/engine";
import { graph, TODAY, type GivenStack } from "./support/graphs";
import { declareReal, STACKS } from "./support/stacks";

const situation = { production: true, today: TODAY };

const pack = (waivers: unknown = []) =>
  packPolicies({
    rules: RULES,
    waivers,
    situation: () => situation,
    parity: () => Promise.resolve(undefined),
  });

const map = (stack: GivenStack, change: (inputs: Record<string, Json>) => Record<string, Json>): GivenStack =>
  Object.fromEntries(
    Object.entries(stack).map(([name, given]) => [name, { ...given, inputs: change(given.inputs) }]),
  );

/** Every text, number and switch at its place, as a secret. */
function hidden(value: Json): Json {
  if (Array.isArray(value)) return value.map(hidden);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hidden(inner)]));
  }
  return SECRET;
}

const paths = (value: Json, path = ""): string[] => {
  if (value === SECRET) return [path];
  if (Array.isArray(value)) return value.flatMap((element, index) => paths(element, `${path}[${index}]`));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const plain = /^[A-Za-z_$][\w$-]*$/.test(key);
    return paths(inner, plain ? (path === "" ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`);
  });
};

/** As the program would have said it: secret paths are noted. */
const noted = (one: Graph): Graph => ({
  ...one,
  resources: one.resources.map((resource) => ({ ...resource, secrets: paths(resource.inputs).sort() })),
});

const stacks: [string, () => Promise<Graph>][] = [
  ...STACKS.map((stack): [string, () => Promise<Graph>] => [stack, () => declareReal(stack)]),
  ["a safe stack on AWS", () => Promise.resolve(noted(graph(awsStack)))],
  ["a safe stack on Docker", () => Promise.resolve(noted(graph(dockerStack)))],
  [
    "resources without a single input",
    () => Promise.resolve(graph(map({ ...awsStack, ...dockerStack }, () => ({})))),
  ],
  [
    "resources that are secret all over",
    () =>
      Promise.resolve(
        noted(graph(map({ ...awsStack, ...dockerStack }, (inputs) => hidden(inputs) as never))),
      ),
  ],
];

describe.each(stacks)("the engine and the offline graph on %s", (_, declare) => {
  it("come to the same findings, and show no secret", async () => {
    const offline = await declare();
    const { violations, undecidable } = evaluate(offline, RULES, situation);
    const said = await runInEngine(offline, pack());

    const summary = said.filter(({ policy }) => policy === "undecidable");
    const found = said.filter(({ policy }) => policy !== "undecidable");
    const sort = (all: { policy: string; urn: string; message: string }[]) =>
      all.map(({ policy, urn, message }) => `${policy} | ${urn} | ${message}`).sort();
    expect(sort(found)).toEqual(sort([...violations]));
    expect(summary.map(({ message }) => Number.parseInt(message, 10))).toEqual(
      undecidable.length > 0 ? [undecidable.length] : [],
    );
    expect(violations.filter(({ message }) => message.includes("the rule itself failed"))).toEqual([]);
    expect(JSON.stringify([said, violations, undecidable])).not.toContain(PLAIN);
  });
});

type Validate = (args: unknown, report: (told: { message: string }) => void) => void;

/** The policy that judges one resource after the other. */
function validation(): Validate {
  const policy = pack().find(({ name }) => name === "mainstay-resources");
  if (!policy || !("validateResource" in policy)) throw new Error("there is no such policy");
  return policy.validateResource as unknown as Validate;
}

describe("the pack", () => {
  it("shows no found value where it was not told what is secret", async () => {
    const { resources } = noted(graph(dockerStack));
    const messages: string[] = [];
    const validate = validation();
    for (const { urn, type, name } of resources) {
      const props = {
        user: "root",
        privileged: PLAIN,
        ipcMode: PLAIN,
        image: PLAIN,
        host: `tcp://${PLAIN}`,
        envs: [`PASSWORD=${PLAIN}`],
      };
      validate(
        { urn, type, name, props, opts: { protect: false, ignoreChanges: [] }, getConfig: () => ({}) },
        ({ message }) => messages.push(message),
      );
    }
    expect(messages.length).toBeGreaterThan(10);
    expect(messages.join("\n")).not.toContain(PLAIN);
  });

  it("says which rule of its configuration does not exist", () => {
    const levels = { "rds-encryptd": "advisory", "rds-backup": "mandatory" };
    const run = () => validation()({ getConfig: () => ({ levels }) }, () => undefined);
    expect(run).toThrow("the rules' configuration is not valid: there is no rule rds-encryptd");
  });

  it("waives before anything is made what is waived", async () => {
    const offline = graph({
      ...dockerStack,
      image: { type: "docker:remoteImage", inputs: { name: "app:1.0.0" } },
    });
    const urn = offline.resources.find(({ name }) => name === "image")?.urn;
    const waiver = {
      rule: "dk-image-pinned",
      resource: urn,
      reason: "built on the host, and never pulled",
      owner: "platform team",
      granted: "2026-05-01",
      until: "2026-08-01",
    };
    expect((await runInEngine(offline, pack())).map(({ policy }) => policy)).toEqual(["dk-image-pinned"]);
    expect(await runInEngine(offline, pack([waiver]))).toEqual([]);
  });
});
