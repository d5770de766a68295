/** What the pack does beside passing resources on to the rules. */
import { describe, expect, it } from "vitest";
import { ProgramFailed } from "../../graph/program-failed";
import { UNKNOWN, type Json } from "../../graph/resource";
import { InvalidConfiguration } from "../../environment/problems";
import { evaluate } from "../../policies/evaluate";
import { packPolicies, type PackOptions } from "../../policies/pack";
import { RULES } from "../../policies/rules";
import type { Settings } from "../../policies/settings";
import { dockerStack } from "./support/docker-stack";
import { askOfResource, inProcess, PLAIN, runInEngine } from "./support/engine";
import { graph, TODAY } from "./support/graphs";

interface Given extends Partial<Settings> {
  readonly production?: boolean;
  /** @default false */
  readonly settled?: boolean;
  readonly parity?: PackOptions["parity"];
}

function pack({ production = true, settled = false, parity, ...settings }: Given = {}) {
  return packPolicies({
    rules: RULES,
    settings: { levels: {}, eased: [], remediateProduction: false, waivers: [], problems: [], ...settings },
    stacks: ["test", "local"],
    situation: () => ({ production, today: TODAY }),
    settled,
    parity: parity ?? (() => Promise.resolve(undefined)),
  });
}

type Validate = (args: unknown, report: (told: { message: string }) => void) => void;

/** The policy that judges one resource after the other. */
function validation(given?: Given): Validate {
  const policy = pack(given).find(({ name }) => name === "mainstay-resources");
  if (!policy || !("validateResource" in policy)) throw new Error("there is no such policy");
  return policy.validateResource as unknown as Validate;
}

/** What is said of one volume, with a configuration handed over by the engine. */
function saidOf(config: Record<string, unknown>, given?: Given): string[] {
  const messages: string[] = [];
  const [volume] = graph({ volume: { type: "docker:volume", inputs: { name: "x" } } }).resources;
  validation(given)(
    { ...volume, props: {}, opts: { protect: false, ignoreChanges: [] }, getConfig: () => config },
    ({ message }) => messages.push(message),
  );
  return messages;
}

const LOGS = graph({ logs: { type: "cloudwatch/logGroup", inputs: { retentionInDays: 7, kmsKeyId: "x" } } });
const [GROUP] = LOGS.resources;

describe("the pack", () => {
  it("shows no found value where it was not told what is secret", () => {
    const { resources } = graph(dockerStack);
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

  it("stops for a rule of its configuration that does not exist, and says which", () => {
    expect(saidOf({ levels: { "rds-encryptd": "advisory", "rds-backup": "mandatory" } })).toEqual([
      "The configuration of mainstay-resources is not valid: there is no rule rds-encryptd.",
    ]);
  });

  it("stops for files it cannot rely on, and says where", () => {
    const problem = { file: "policies/waivers.json", key: "line 3", found: "something", allowed: "JSON" };
    expect(saidOf({}, { problems: [problem] })).toEqual([
      "invalid configuration, 1 problem:\n  policies/waivers.json: line 3: found something; allowed: JSON",
    ]);
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
    const said = await runInEngine(offline, inProcess(pack()));
    expect(said.map(({ policy }) => policy)).toEqual(["dk-image-pinned"]);
    expect(await runInEngine(offline, inProcess(pack({ waivers: [waiver] })))).toEqual([
      {
        policy: "waived",
        urn,
        message:
          "dk-image-pinned is waived: built on the host, and never pulled (platform team, until 2026-08-01).",
        severity: "low",
        enforcement: "advisory",
      },
    ]);
  });

  it("takes what is open for a violation when everything was made", async () => {
    const open = graph({
      logs: { type: "cloudwatch/logGroup", inputs: { retentionInDays: UNKNOWN, kmsKeyId: "x" } },
    });
    const said = async (settled: boolean) =>
      (await runInEngine(open, inProcess(pack({ settled })))).map(({ policy }) => policy);
    expect(await said(false)).toEqual(["undecidable"]);
    expect(await said(true)).toEqual(["log-retention"]);
  });

  it("mends outside of production, and there only when it is told to", async () => {
    const retention = async (given: Given): Promise<Json> => {
      const { said, inputs } = await askOfResource(GROUP as never, inProcess(pack(given)));
      return [inputs.retentionInDays as Json, ...said.map(({ policy }) => policy)];
    };
    expect(await retention({ production: false })).toEqual([30]);
    expect(await retention({ production: true })).toEqual([7, "log-retention"]);
    expect(await retention({ production: true, remediateProduction: true })).toEqual([30]);
    expect(await retention({ production: false, levels: { "log-retention": "disabled" } })).toEqual([7]);
  });

  it("reads what a provider's check has filled in", async () => {
    const inputs = { retentionInDays: 7, kmsKeyId: "x", __defaults: ["skipDestroy"] };
    const [group] = graph({ logs: { type: "cloudwatch/logGroup", inputs } }).resources;
    const { said, inputs: mended } = await askOfResource(
      group as never,
      inProcess(pack({ production: false })),
    );
    expect([said, mended]).toEqual([[], { ...inputs, retentionInDays: 30 }]);
  });

  it("keeps secrets secret in what it mends", async () => {
    const key = { type: "kms/key", inputs: { enableKeyRotation: false, policy: "[secret]" } };
    const [resource] = graph({ key }).resources;
    const { inputs } = await askOfResource(resource as never, inProcess(pack({ production: false })));
    expect(inputs).toMatchObject({ enableKeyRotation: true, policy: { value: PLAIN } });
    expect(Object.keys(inputs.policy as object)).toHaveLength(2);
  });

  it.each([
    [
      "a file is not valid",
      new InvalidConfiguration([
        { file: "Pulumi.prod.yaml", key: "mainstay:scale.domain", found: "1", allowed: "a name" },
      ]),
      "invalid configuration, 1 problem:\n  Pulumi.prod.yaml: mainstay:scale.domain: found 1; allowed: a name",
    ],
    [
      "the program fails",
      new ProgramFailed("index.ts", 7, new Error("no")),
      "index.ts:7: the program failed: no",
    ],
  ])("says that stacks cannot be compared where %s", async (_, error, text) => {
    const parity = () => Promise.reject(error);
    const said = await runInEngine(graph(dockerStack), inProcess(pack({ parity })));
    expect(said).toEqual([
      {
        policy: "parity",
        urn: "",
        message: `The stacks cannot be compared: ${text}`,
        severity: "high",
        enforcement: "mandatory",
      },
    ]);
  });

  it("judges a level of its configuration like evaluate does", () => {
    const levels = { "log-retention": "disabled" } as const;
    expect(evaluate(LOGS, RULES, { production: true, today: TODAY, levels }).violations).toEqual([]);
  });
});
