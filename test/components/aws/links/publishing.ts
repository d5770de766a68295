/** Topics: whoever publishes on one is admitted by its policy and by the policy of its key, and nobody else is. */
import type { Resource } from "../../../../graph";
import { called, gone, kindOf, outputsOf, type Concern, type Links } from "../../support/aws-links";
import { statements } from "../../support/aws-read";
import { permits } from "../../support/iam";
import { policyFaults } from "./policy-faults";

const ACCOUNT = { "aws:SourceAccount": "123456789012" };
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;

interface Publisher {
  readonly service: string;
  /** What it says it acts for. */
  readonly source: (by: Resource, links: Links) => string;
  readonly actions?: readonly string[];
  /** EventBridge tells KMS neither its account nor its rule. */
  readonly silentToKeys?: true;
}

const ALARM: Publisher = {
  service: "cloudwatch",
  source: ({ inputs }) => arn("cloudwatch", `alarm:${String(inputs.name ?? inputs.alarmName)}`),
};

/** By kind and input that names a topic. Null: it is named, and nothing is published. */
const NAMED_BY: Readonly<Record<string, Publisher | null>> = {
  "MetricAlarm alarmActions": ALARM,
  "MetricAlarm okActions": ALARM,
  "CompositeAlarm alarmActions": ALARM,
  "CompositeAlarm okActions": ALARM,
  "EventTarget arn": {
    service: "events",
    source: ({ inputs }) => arn("events", `rule/${String(inputs.rule)}`),
    silentToKeys: true,
  },
  "Budget notifications.subscriberSnsTopicArns": { service: "budgets", source: () => "" },
  "AnomalySubscription subscribers.address": { service: "costalerts", source: () => "" },
  "AlertManagerDefinition definition": {
    service: "aps",
    source: ({ inputs }, links) =>
      String(outputsOf(links.with("Workspace", "id", inputs.workspaceId) as Resource).arn),
    actions: ["sns:Publish", "sns:GetTopicAttributes"],
  },
  "TopicPolicy arn": null,
  "TopicPolicy policy": null,
  "TopicSubscription topic": null,
  "Permission sourceArn": null,
};

export interface Publication {
  readonly by: Resource;
  readonly topic: Resource;
  readonly publisher: Publisher;
}

/** Who publishes where; and what names a topic in a way nobody thought of. */
export function publications(links: Links): { known: Publication[]; unknown: string[] } {
  const topics = links.all("Topic").map((topic) => [topic, String(outputsOf(topic).arn)] as const);
  const named = links
    .textsWith(":sns:")
    .flatMap(({ of, path, text }) =>
      topics
        .filter(([, topicArn]) => text.includes(topicArn))
        .map(([topic]) => ({ by: of, topic, way: `${kindOf(of)} ${path}` })),
    );
  return {
    known: named.flatMap(({ by, topic, way }) => {
      const publisher = NAMED_BY[way];
      return publisher ? [{ by, topic, publisher }] : [];
    }),
    unknown: named
      .filter(({ way }) => NAMED_BY[way] === undefined)
      .map(
        ({ by, topic, way }) => `${called(by)} names ${called(topic)} by ${way}, of which nothing is known`,
      ),
  };
}

/** Services the publishers on a key's topics are, and how they show themselves to the key. */
export const publishersWith = (
  links: Links,
  key: Resource,
): { service: string; context: Record<string, string> }[] =>
  publications(links)
    .known.filter(({ topic }) => links.at(topic.inputs.kmsMasterKeyId) === key)
    .map(({ publisher: { service, silentToKeys } }) => ({ service, context: silentToKeys ? {} : ACCOUNT }));

const policyOf = (links: Links, topic: Resource) =>
  links.with("TopicPolicy", "arn", outputsOf(topic).arn as string);

export const publishing: Concern = {
  broken(links) {
    const { known, unknown } = publications(links);
    return [
      ...unknown,
      ...known.flatMap((one) => refused(links, one)),
      ...links
        .all("Topic")
        .flatMap((topic) =>
          closed(
            links,
            topic,
            new Set(known.filter((one) => one.topic === topic).map((one) => one.publisher.service)),
          ),
        ),
    ];
  },
  *faults(links) {
    for (const policy of links.all("TopicPolicy")) {
      yield gone(links.graph, policy);
      yield* policyFaults(links.graph, policy);
    }
  },
};

function refused(links: Links, { by, topic, publisher }: Publication): string[] {
  const { service, source, actions = ["sns:Publish"] } = publisher;
  const policy = policyOf(links, topic);
  const admitted = policy ? statements(policy.inputs.policy) : [];
  return actions
    .filter(
      (action) =>
        !permits(admitted, {
          principal: `${service}.amazonaws.com`,
          action,
          resource: String(outputsOf(topic).arn),
          context: { ...ACCOUNT, "aws:SourceArn": source(by, links) },
        }),
    )
    .map((action) => `${called(topic)} refuses ${called(by)} ${action}`);
}

const OWNER = "arn:aws:iam::123456789012:root";
/** What the account itself does with a topic: the provider, and whoever takes it down. */
const OWNED = ["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"]
  .concat(["Subscribe", "ListSubscriptionsByTopic", "Publish"])
  .map((action) => `sns:${action}`);

/** Nobody is admitted who publishes nothing, from another account, or more than to publish. */
function closed(links: Links, topic: Resource, services: ReadonlySet<string>): string[] {
  const policy = policyOf(links, topic);
  if (!policy) return [`${called(topic)} has no policy`];
  const all = statements(policy.inputs.policy);
  const resource = String(outputsOf(topic).arn);
  const admitted = all.flatMap((one) => (one.principal === "*" ? ["*"] : one.services));
  const idle = admitted.filter((one) => !services.has(one.replace(".amazonaws.com", "")));
  const lacking = OWNED.filter((action) => !permits(all, { principal: OWNER, action, resource }));
  const wide = all.filter(({ actions }) => actions.some((action) => !OWNED.includes(action)));
  const elsewhere = all.filter(({ resources }) => resources.some((one) => one !== resource));
  const strangers = admitted.filter((principal) =>
    permits(all, {
      principal,
      action: "sns:Publish",
      resource,
      context: { "aws:SourceAccount": "999999999999", "aws:SourceArn": "arn:aws:x:y:999999999999:z" },
    }),
  );
  return [
    ...idle.map((one) => `${called(topic)} admits ${one}, which publishes nothing there`),
    ...lacking.map((action) => `${called(topic)} refuses its owner ${action}`),
    ...wide.map(({ sid }) => `${called(topic)} allows more than a topic needs: ${sid}`),
    ...elsewhere.map(({ sid }) => `${called(topic)} speaks of another: ${sid}`),
    ...strangers.map((one) => `${called(topic)} admits ${one} for other accounts`),
  ];
}
