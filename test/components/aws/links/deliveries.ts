/** What one service of AWS puts into something of ours: logs into buckets, events into logs, messages into a function. */
import type { Json, Resource } from "../../../../graph";
import { called, gone, inputFault, outputsOf, type Concern, type Links } from "../../support/aws-links";
import { statements, type Statement } from "../../support/aws-read";
import { permits } from "../../support/iam";
import { policyFaults } from "./policy-faults";

const ACCOUNT = "123456789012";
const STRANGER = "999999999999";
/** As a service of AWS comes: for this account, over TLS. */
const COMES = { "aws:SourceAccount": ACCOUNT, "aws:SecureTransport": "true" };

/** Something is put somewhere, and what has to let it in. */
interface Delivery {
  readonly by: Resource;
  /** What is asked; none where it is missing. */
  readonly policy: Resource | undefined;
  readonly requests: readonly {
    readonly principal: string;
    readonly action: string;
    readonly resource: string;
    readonly source: string;
  }[];
}

const arnOf = (resource: Resource | undefined) => String(resource && outputsOf(resource).arn);

const policyOfBucket = (links: Links, bucket: Json | undefined): Resource | undefined =>
  links.with("BucketPolicy", "bucket", bucket);

/** Everything that is delivered, by kind of who delivers. */
export function deliveries(links: Links): Delivery[] {
  return [
    ...links.all("LoadBalancer").map((by) => {
      const { bucket, prefix } = by.inputs.accessLogs as { bucket: string; prefix: string };
      return toBucket(links, by, bucket, `${prefix}/AWSLogs/${ACCOUNT}/x`, {
        principal: "logdelivery.elasticloadbalancing.amazonaws.com",
        source: arnOf(by),
      });
    }),
    ...links.all("BucketLogging").map((by) => {
      const { targetBucket, targetPrefix, bucket } = by.inputs;
      const source = arnOf(links.with("Bucket", "bucket", bucket));
      const from = { principal: "logging.s3.amazonaws.com", source };
      return toBucket(links, by, targetBucket, `${String(targetPrefix)}x`, from);
    }),
    ...links.all("EventTarget").flatMap((by) => {
      const group = links.at(by.inputs.arn);
      return group?.type.endsWith(":LogGroup") ? [toLog(links, by, group)] : [];
    }),
  ];
}

function toBucket(
  links: Links,
  by: Resource,
  bucket: Json | undefined,
  object: string,
  from: { readonly principal: string; readonly source: string },
): Delivery {
  const resource = `${arnOf(links.with("Bucket", "bucket", bucket))}/${object}`;
  return {
    by,
    policy: policyOfBucket(links, bucket),
    requests: [{ ...from, action: "s3:PutObject", resource }],
  };
}

/** EventBridge writes in its own name, and hands the rest to the log service. */
const toLog = (links: Links, by: Resource, group: Resource): Delivery => ({
  by,
  policy: links.all("LogResourcePolicy")[0],
  requests: ["events.amazonaws.com", "delivery.logs.amazonaws.com"].flatMap((principal) =>
    ["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({
      principal,
      action,
      resource: `${arnOf(group)}:log-stream:x`,
      source: `arn:aws:events:eu-west-1:${ACCOUNT}:rule/${String(by.inputs.rule)}`,
    })),
  ),
});

const documentOf = ({ inputs }: Resource): Statement[] => statements(inputs.policy ?? inputs.policyDocument);

export const delivered: Concern = {
  broken: (links) => [
    ...deliveries(links).flatMap(({ by, policy, requests }) =>
      requests
        .filter(
          ({ source, ...request }) =>
            !policy ||
            !permits(documentOf(policy), { ...request, context: { ...COMES, "aws:SourceArn": source } }),
        )
        .map(({ principal, action }) => `${called(by)} is refused: ${principal} ${action}`),
    ),
    ...links.all("BucketPolicy", "LogResourcePolicy").flatMap((policy) => tooOpen(links, policy)),
    ...links.all("TopicSubscription").flatMap((one) => unanswered(links, one)),
    ...links.all("Permission").flatMap((one) => unused(links, one)),
  ],
  *faults(links) {
    const { graph } = links;
    for (const policy of links.all("BucketPolicy")) yield* policyFaults(graph, policy);
    for (const policy of links.all("LogResourcePolicy")) {
      yield gone(graph, policy);
      yield* policyFaults(graph, policy, "policyDocument");
    }
    for (const policy of new Set(deliveries(links).flatMap((one) => one.policy ?? [])))
      yield gone(graph, policy);
    for (const permission of links.all("Permission")) {
      yield gone(graph, permission);
      yield inputFault(graph, permission, "another topic", {
        sourceArn: "arn:aws:sns:eu-west-1:123456789012:other",
      });
      yield inputFault(graph, permission, "another service", { principal: "events.amazonaws.com" });
      yield inputFault(graph, permission, "another action", { action: "lambda:GetFunction" });
      yield inputFault(graph, permission, "another function", { function: "other" });
    }
    for (const one of links.all("TopicSubscription").filter(({ inputs }) => inputs.protocol === "lambda"))
      yield gone(graph, one);
  },
};

/** Services are let in for what is delivered, and for nothing else; whoever is refused for want of TLS is everybody. */
function tooOpen(links: Links, policy: Resource): string[] {
  const own = deliveries(links).filter((one) => one.policy === policy);
  const bucket = links.with("Bucket", "bucket", policy.inputs.bucket);
  return documentOf(policy)
    .flatMap((one) => {
      const { effect, actions, resources, condition, principal } = one;
      if (effect === "Deny") {
        const all = [arnOf(bucket), `${arnOf(bucket)}/*`];
        const whole = principal === "*" && String(actions) === "s3:*" && String(resources) === String(all);
        return whole && condition.Bool?.["aws:SecureTransport"] === "false"
          ? []
          : [`${called(policy)} denies something else than what comes without TLS`];
      }
      const requests = own.flatMap((delivery) => delivery.requests);
      const idle = [
        ...(principal === "*" ? ["*"] : one.services).filter(
          (service) => !requests.some((request) => request.principal === service),
        ),
        ...actions.filter((action) => !requests.some((request) => request.action === action)),
        ...resources.filter((pattern) => !bounded(pattern, policy)),
      ];
      const stranger = requests.filter((request) =>
        permits([one], {
          ...request,
          // A load balancer writes under its own account's number.
          resource: request.resource?.replace(`/AWSLogs/${ACCOUNT}/`, `/AWSLogs/${STRANGER}/`),
          context: { ...COMES, "aws:SourceAccount": STRANGER, "aws:SourceArn": request.source },
        }),
      );
      return [
        ...idle.map((what) => `${called(policy)} allows ${what} for nothing`),
        // The log service is not told for which account EventBridge comes.
        ...(policy.type.endsWith(":LogResourcePolicy") ? [] : stranger).map(
          (request) => `${called(policy)} admits ${request.principal} for other accounts`,
        ),
      ];
    })
    .concat(tlsOf(policy));
}

const bounded = (pattern: string, { type }: Resource): boolean =>
  type.endsWith(":LogResourcePolicy")
    ? pattern.includes(":log-group:/aws/events/mainstay/")
    : pattern.split("/").length > 2;

const tlsOf = (policy: Resource): string[] =>
  policy.type.endsWith(":BucketPolicy") && !documentOf(policy).some(({ effect }) => effect === "Deny")
    ? [`${called(policy)} lets in what comes without TLS`]
    : [];

/** A function is asked by the topics it listens to. */
function unanswered(links: Links, subscription: Resource): string[] {
  const { protocol, endpoint, topic } = subscription.inputs;
  if (protocol !== "lambda") return [];
  const admitted = links
    .all("Permission")
    .some(
      ({ inputs }) =>
        inputs.sourceArn === topic &&
        inputs.principal === "sns.amazonaws.com" &&
        inputs.action === "lambda:InvokeFunction" &&
        inputs.function === outputsOf(links.at(endpoint) ?? subscription).name,
    );
  return admitted ? [] : [`${called(subscription)} is refused by its function`];
}

const unused = (links: Links, permission: Resource): string[] =>
  links
    .all("TopicSubscription")
    .some(({ inputs }) => inputs.protocol === "lambda" && inputs.topic === permission.inputs.sourceArn)
    ? []
    : [`${called(permission)} lets in what does not ask`];
