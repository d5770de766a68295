import { beforeAll, describe, expect, test } from "vitest";
import type { Graph, Resource } from "../../../graph";
import { ACCOUNT, inventAws, REGION } from "../support/aws-outputs";
import { awsPart } from "../support/aws-stack";

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: Readonly<Record<string, readonly string[]>>;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

describe("topics", () => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await awsPart(() => undefined, { production: true });
  });
  const ofType = (type: string) => graph.resources.filter((resource) => resource.type === type);
  const topics = () => ofType("aws:sns/topic:Topic");
  const statementsOf = ({ name }: Resource): Statement[] => {
    const policy = ofType("aws:sns/topicPolicy:TopicPolicy").find((one) => one.name === name);
    return (JSON.parse(String(policy?.inputs.policy)) as { Statement: Statement[] }).Statement;
  };

  test("stand for each level, for what nobody ends, and for the sign of life", () => {
    expect(topics().map(({ name }) => name)).toEqual([
      "topics-critical",
      "topics-escalation",
      "topics-info",
      "topics-warning",
      "topics-watchdog",
    ]);
  });

  test("are encrypted with the key that their publishers may use", () => {
    const [key] = graph.resources.filter(
      ({ name, type }) => name === "keys-messages" && type.endsWith(":Key"),
    );
    const policy = JSON.parse(String(key?.inputs.policy)) as { Statement: Statement[] };
    const admitted = policy.Statement.flatMap(({ Principal }) => Principal["Service"] ?? []);
    const publishing = topics()
      .flatMap(statementsOf)
      .flatMap(({ Principal }) => Principal["Service"] ?? []);
    expect([...new Set(publishing)].filter((service) => !admitted.includes(service))).toEqual([]);
    for (const { inputs } of topics()) expect(inputs.kmsMasterKeyId).toMatch(/^arn:aws:kms:.*keys-messages/);
  });

  test("admit exactly their publishers, each on behalf of this account", () => {
    const all = ["Owner", "Alertmanager"];
    expect(
      Object.fromEntries(topics().map((one) => [one.name, statementsOf(one).map(({ Sid }) => Sid)])),
    ).toEqual({
      "topics-critical": [...all, "Alarms"],
      "topics-warning": [...all, "Alarms", "Events", "Budgets"],
      "topics-info": [...all, "Alarms", "CostAnomalies"],
      "topics-escalation": all,
      "topics-watchdog": all,
    });
    const [workspace] = ofType("aws:amp/workspace:Workspace").map((one) => inventAws(one));
    const account = { StringEquals: { "aws:SourceAccount": ACCOUNT } };
    const from = (source: string) => ({ ...account, ArnLike: { "aws:SourceArn": source } });
    const expected: Record<string, [string, string[], unknown]> = {
      Alertmanager: [
        "aps.amazonaws.com",
        ["sns:Publish", "sns:GetTopicAttributes"],
        from(String(workspace?.["arn"])),
      ],
      Alarms: [
        "cloudwatch.amazonaws.com",
        ["sns:Publish"],
        from(`arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:*`),
      ],
      Events: ["events.amazonaws.com", ["sns:Publish"], from(`arn:aws:events:${REGION}:${ACCOUNT}:rule/*`)],
      Budgets: ["budgets.amazonaws.com", ["sns:Publish"], account],
      CostAnomalies: ["costalerts.amazonaws.com", ["sns:Publish"], account],
    };
    for (const topic of topics())
      for (const { Sid, Effect, Principal, Action, Resource, Condition } of statementsOf(topic)) {
        expect([Effect, Resource]).toEqual([
          "Allow",
          [expect.stringContaining(String(topic.inputs.namePrefix))],
        ]);
        if (Sid === "Owner") {
          expect(Principal).toEqual({ AWS: [`arn:aws:iam::${ACCOUNT}:root`] });
          continue;
        }
        expect([Sid, [Principal["Service"], Action, Condition]]).toEqual([
          Sid,
          [[expected[Sid]?.[0]], expected[Sid]?.[1], expected[Sid]?.[2]],
        ]);
      }
  });
});
