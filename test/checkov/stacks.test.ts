import { beforeAll, describe, expect, test } from "vitest";
import type { Graph, Resource } from "../../graph";
import { awsGraph } from "../components/support/aws-stack";
import accepted from "./accepted.json";
import { CHECKOV_FOUND, outlived, read, undeclared, type Reading } from "./checkov";
import { terraformPlan } from "./terraform";

const STACKS = ["staging", "prod"] as const;
type Stack = (typeof STACKS)[number];

describe.runIf(CHECKOV_FOUND)("checkov", () => {
  const graphs = new Map<Stack, Graph>();
  const readings = new Map<Stack, Reading>();

  beforeAll(async () => {
    for (const stack of STACKS) {
      const graph = await awsGraph({ production: stack === "prod" });
      graphs.set(stack, graph);
      readings.set(stack, read(terraformPlan(graph)));
    }
  });

  const graphOf = (stack: Stack) => graphs.get(stack) as Graph;
  const findingsOf = (stack: Stack) => readings.get(stack)?.findings ?? [];

  test.each(STACKS)("reads every resource of %s", (stack) => {
    const declared = graphOf(stack).resources.filter(({ type }) => type.startsWith("aws:")).length;
    expect(readings.get(stack)).toMatchObject({ resources: declared, unread: 0 });
    expect(declared).toBeGreaterThan(350);
    expect(readings.get(stack)?.passed).toBeGreaterThan(2 * declared);
  });

  test.each(STACKS)("finds nothing in %s that is not accepted, with a reason", (stack) => {
    expect(undeclared(findingsOf(stack), accepted)).toEqual([]);
  });

  test("still finds all that is accepted", () => {
    expect(outlived([...findingsOf("staging"), ...findingsOf("prod")], accepted)).toEqual([]);
    expect(accepted.filter(({ reason }) => reason.length < 20)).toEqual([]);
  });

  /** Values, blocks, lists, JSON within text, and what one resource is to another: each of them has to arrive. */
  test("finds what is broken, in the resource it is broken in", () => {
    const broken = breakEach(graphOf("prod"), {
      "aws:rds/instance:Instance database": (inputs) => ({ ...inputs, storageEncrypted: false }),
      "aws:cloudwatch/logGroup:LogGroup network-flow": ({ kmsKeyId: _, ...inputs }) => inputs,
      "aws:ecr/repository:Repository registry-app": (inputs) => ({
        ...inputs,
        imageScanningConfiguration: { scanOnPush: false },
      }),
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule network-public-443": (inputs) => ({
        ...inputs,
        fromPort: 22,
        toPort: 22,
      }),
      "aws:ecs/taskDefinition:TaskDefinition api": (inputs) => ({
        ...inputs,
        containerDefinitions: String(inputs.containerDefinitions).replace(
          '"readonlyRootFilesystem":true',
          '"readonlyRootFilesystem":false',
        ),
      }),
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock backups-bucket-public-access": () => undefined,
      "aws:wafv2/webAclAssociation:WebAclAssociation edge": () => undefined,
    });
    expect(undeclared(read(terraformPlan(broken)).findings, accepted)).toEqual([
      "CKV2_AWS_28 aws_lb.edge",
      "CKV2_AWS_6 aws_s3_bucket.backups-bucket",
      "CKV_AWS_158 aws_cloudwatch_log_group.network-flow",
      "CKV_AWS_16 aws_db_instance.database",
      "CKV_AWS_163 aws_ecr_repository.registry-app",
      "CKV_AWS_24 aws_vpc_security_group_ingress_rule.network-public-443",
      "CKV_AWS_336 aws_ecs_task_definition.api",
    ]);
  });
});

/** Undefined where the resource is to be missing. */
type Break = (inputs: Resource["inputs"]) => Resource["inputs"] | undefined;

/** @throws if a resource to be broken is not there */
function breakEach(graph: Graph, breaks: Readonly<Record<string, Break>>): Graph {
  const called = ({ type, name }: Resource) => `${type} ${name}`;
  const declared = new Set(graph.resources.map(called));
  const missing = Object.keys(breaks).filter((name) => !declared.has(name));
  if (missing.length > 0) throw new Error(`nothing to break: ${missing.join(", ")}`);
  const resources = graph.resources.flatMap((resource) => {
    const change = breaks[called(resource)];
    const inputs = change ? change(resource.inputs) : resource.inputs;
    return inputs ? [{ ...resource, inputs }] : [];
  });
  return { ...graph, resources };
}
