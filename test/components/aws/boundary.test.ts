/** What every role of an environment can do at most, and who takes them: of the whole stacks. */
import { beforeAll, describe, expect, test } from "vitest";
import { inventAws } from "../support/aws-outputs";
import type { Graph, Resource } from "../../../graph";
import { names, ofType, only, statements } from "../support/aws-read";
import { awsGraph } from "../support/aws-stack";

let graphs: readonly Graph[];
let prod: Graph;
beforeAll(async () => {
  prod = await awsGraph({ production: true });
  graphs = [prod, await awsGraph({ production: false })];
});

/** Those the program makes for services: all but the two that people's workflows take. */
const serviceRoles = (graph: Graph): Resource[] =>
  ofType(graph, "aws:iam/role:Role").filter(({ name }) => !name.startsWith("identity-"));

const boundary = (graph: Graph) => only(graph, "aws:iam/policy:Policy", "boundary");

describe("the boundary", () => {
  test("stands where the deploy role changes nothing, under a name that is known before", () => {
    expect(boundary(prod).inputs).toMatchObject({
      name: "mainstay-prod-boundary",
      path: "/mainstay-access/",
    });
  });

  test("is every service's role's, and waited for", () => {
    for (const graph of graphs) {
      const policy = boundary(graph);
      const roles = serviceRoles(graph);
      expect(roles.length).toBeGreaterThan(15);
      for (const { name, inputs, propertyDependencies } of roles)
        expect([name, inputs.permissionsBoundary, propertyDependencies.permissionsBoundary]).toEqual([
          name,
          inventAws(policy).arn,
          [policy.urn],
        ]);
    }
  });

  test("allows exactly what the roles' own policies do, in the environment's regions", () => {
    const granted = graphs.flatMap((graph) => {
      const own = serviceRoles(graph).map((role) => role.urn);
      return ofType(graph, "aws:iam/rolePolicy:RolePolicy")
        .filter(({ propertyDependencies }) => own.includes(propertyDependencies.role?.[0] ?? ""))
        .flatMap(({ inputs }) => statements(inputs.policy).flatMap(({ actions }) => actions));
    });
    const [own, , handOn] = statements(boundary(prod).inputs.policy);
    const families = granted.filter((action) => action.endsWith("*")).map((action) => action.slice(0, -1));
    const wanted = granted.filter((action) => !families.includes(action));
    expect([...(own?.actions ?? []), ...(handOn?.actions ?? [])].sort()).toEqual([...new Set(wanted)].sort());
    expect(own?.condition).toEqual({
      StringEquals: { "aws:RequestedRegion": ["eu-west-1", "eu-central-1", "us-east-1"] },
    });
  });

  test("allows the services AWS's own policies are for, which some roles carry", () => {
    const attached = graphs.flatMap((graph) =>
      ofType(graph, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        .filter(({ name }) => !name.startsWith("identity-"))
        .map(({ inputs }) => String(inputs.policyArn).replace("arn:aws:iam::aws:policy/", "")),
    );
    expect([...new Set(attached)].sort()).toEqual([
      "AmazonECSInfrastructureRolePolicyForLoadBalancers",
      "service-role/AWSBackupServiceRolePolicyForBackup",
      "service-role/AWSBackupServiceRolePolicyForRestores",
      "service-role/AmazonRDSEnhancedMonitoringRole",
    ]);
    const [, ofAws, more] = statements(boundary(prod).inputs.policy);
    expect(ofAws?.actions).toEqual([
      ...["backup:*", "rds:*", "elasticloadbalancing:*", "ec2:Describe*", "tag:GetResources"],
      ...["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
    ]);
    expect(ofAws?.condition).toEqual({
      StringEquals: { "aws:RequestedRegion": ["eu-west-1", "eu-central-1", "us-east-1"] },
    });
    expect(more?.sid).toBe("HandOnToTasks");
  });

  test("lets roles be handed on to tasks only, and no rights be given", () => {
    const all = statements(boundary(prod).inputs.policy);
    expect(
      all.filter(({ actions }) => actions.some((action) => /^(iam|sts|organizations):/.test(action))),
    ).toEqual([
      expect.objectContaining({
        actions: ["iam:PassRole"],
        resources: ["arn:aws:iam::123456789012:role/mainstay/prod/*"],
        condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      }),
    ]);
  });

  test("fits: 6,144 characters for a managed policy", () => {
    for (const graph of graphs) expect(String(boundary(graph).inputs.policy).length).toBeLessThan(6_144);
  });
});

describe("a role", () => {
  /** The account's own resources a service acts for; nothing where its guide says that it tells none. */
  const SOURCES: Readonly<Record<string, string | undefined>> = {
    "backup.amazonaws.com": undefined,
    "ecs-tasks.amazonaws.com": "arn:aws:ecs:eu-west-1:123456789012:*",
    "ecs.amazonaws.com": undefined,
    "lambda.amazonaws.com": undefined,
    "monitoring.rds.amazonaws.com": "arn:aws:rds:eu-west-1:123456789012:db:*",
    "s3.amazonaws.com": undefined,
    "vpc-flow-logs.amazonaws.com": "arn:aws:ec2:eu-west-1:123456789012:vpc-flow-log/*",
  };

  test("is taken by one service, on behalf of this account where the service says for whom", () => {
    const takers = new Set<string>();
    for (const role of graphs.flatMap(serviceRoles)) {
      const [trust, more] = statements(role.inputs.assumeRolePolicy);
      const [service = ""] = trust?.services ?? [];
      takers.add(service);
      const source = SOURCES[service];
      expect([role.name, trust, more]).toEqual([
        role.name,
        {
          sid: "",
          effect: "Allow",
          actions: ["sts:AssumeRole"],
          resources: [],
          services: [service],
          principal: { Service: [service] },
          condition:
            source === undefined
              ? {}
              : {
                  StringEquals: { "aws:SourceAccount": "123456789012" },
                  ArnLike: { "aws:SourceArn": source },
                },
        },
        undefined,
      ]);
    }
    expect([...takers].sort()).toEqual(Object.keys(SOURCES));
  });

  test("that workflows take is not a service's, and has a policy instead of the boundary", () => {
    const own = ofType(prod, "aws:iam/role:Role").filter(({ inputs }) => !inputs.permissionsBoundary);
    expect(names(own)).toEqual(["identity-deploy", "identity-drift", "identity-preview"]);
  });
});
