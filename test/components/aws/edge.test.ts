import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { rulePriorities } from "../../../environment/rule-priorities";
import { serviceBehind } from "../../../environment/routes";
import type { Graph, Json } from "../../../graph";
import { appGraph, containerOf } from "../support/aws-app";
import { behind, names, ofType, only, waitsFor } from "../support/aws-read";

const RULE = "aws:lb/listenerRule:ListenerRule";
const GROUP = "aws:lb/targetGroup:TargetGroup";
const LISTENER = "aws:lb/listener:Listener";

let graph: Graph;
beforeAll(async () => {
  graph = await appGraph({ production: true });
}, 60_000);

const inputs = (type: string, name: string) => only(graph, type, name).inputs;

describe("the load balancer", () => {
  test("faces the internet in three zones, waits as long as the longest request, and writes down every one", () => {
    const balancer = only(graph, "aws:lb/loadBalancer:LoadBalancer");
    expect(balancer.inputs).toMatchObject({
      loadBalancerType: "application",
      internal: false,
      idleTimeout: 305,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      preserveHostHeader: true,
      xffHeaderProcessingMode: "append",
      enableWafFailOpen: false,
      enableDeletionProtection: true,
      accessLogs: { enabled: true, prefix: "load-balancer" },
    });
    expect(behind(graph, balancer, "subnets")).toEqual([
      "network-public-a",
      "network-public-b",
      "network-public-c",
    ]);
    expect(behind(graph, balancer, "securityGroups")).toEqual(["network-public"]);
    expect(behind(graph, balancer, "accessLogs")).toEqual(["access-logs"]);
    expect(waitsFor(balancer)).toContain("BucketPolicy access-logs");
    // 32 characters, of which Pulumi takes eight.
    const balanced = [...ofType(graph, GROUP), balancer].map(({ name }) => name);
    expect(
      balanced.filter((name) => name.length > 24 || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)),
    ).toEqual([]);
  });

  test("serves TLS 1.3 and 1.2 with a certificate that is proven before it is used", () => {
    const listener = only(graph, LISTENER, "edge-https");
    expect(listener.inputs).toMatchObject({
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
      defaultActions: [
        {
          type: "fixed-response",
          fixedResponse: { statusCode: "404", contentType: "text/plain", messageBody: "Not found" },
        },
      ],
      routingHttpResponseServerEnabled: false,
      routingHttpResponseStrictTransportSecurityHeaderValue: "max-age=31536000; includeSubDomains",
      routingHttpResponseXContentTypeOptionsHeaderValue: "nosniff",
      routingHttpResponseXFrameOptionsHeaderValue: "DENY",
    });
    const CERTIFICATE = "aws:acm/certificate:Certificate";
    const VALIDATION = "aws:acm/certificateValidation:CertificateValidation";
    expect(listener.propertyDependencies.certificateArn).toContain(only(graph, VALIDATION).urn);
    expect(only(graph, CERTIFICATE).inputs).toMatchObject({
      domainName: "api.example.com",
      validationMethod: "DNS",
    });
    expect(waitsFor(only(graph, VALIDATION))).toContain("Record edge-proof");
  });

  test("sends plain HTTP to HTTPS, and does nothing else with it", () => {
    expect(inputs(LISTENER, "edge-http")).toMatchObject({
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
      ],
    });
    expect(ofType(graph, LISTENER)).toHaveLength(2);
    const listeners = ofType(graph, RULE).flatMap((rule) => behind(graph, rule, "listenerArn"));
    expect([...new Set(listeners)]).toEqual(["edge-https"]);
  });

  test("is what the environment's name leads to, and the proof of that name is a record of the same zone", () => {
    const RECORD = "aws:route53/record:Record";
    expect(inputs(RECORD, "edge")).toEqual({
      zoneId: "Z0123456789ABC",
      name: "api.example.com",
      type: "A",
      aliases: [
        {
          name: expect.stringMatching(/^edge-\w+\.dnsName$/) as Json,
          zoneId: expect.stringMatching(/^edge-\w+\.zoneId$/) as Json,
          evaluateTargetHealth: true,
        },
      ],
    });
    expect(inputs(RECORD, "edge-proof")).toEqual({
      zoneId: "Z0123456789ABC",
      name: "_proof.api.example.com.",
      type: "CNAME",
      records: ["_proof.api.example.com.acm-validations.aws."],
      ttl: 60,
      allowOverwrite: true,
    });
  });
});

describe("the way to a service", () => {
  test("is a rule with the service's routes, each asked in its turn", () => {
    const rules = ofType(graph, RULE).map(({ name, inputs: { priority, conditions } }) => [
      name,
      priority,
      conditions,
    ]);
    expect(rules).toEqual([
      ["edge-api", 42_546, [{ pathPattern: { values: ["/v1*", "/health*", "/docs*", "/metrics*"] } }]],
      ["edge-web", 47_898, [{ pathPattern: { values: ["/*"] } }]],
    ]);
  });

  test("gets out of the way of more exact ones before these move, where all of them do", () => {
    const rulesBefore = (name: string) => waitsFor(only(graph, RULE, name)).filter((one) => /Rule/.test(one));
    expect([rulesBefore("edge-web"), rulesBefore("edge-api")]).toEqual([[], ["ListenerRule edge-web"]]);
  });

  test("starts with one of two groups, and is ECS's to turn from then on", () => {
    for (const rule of ofType(graph, RULE)) {
      expect(rule.ignoreChanges).toEqual(["actions"]);
      expect(rule.deleteBeforeReplace).toBe(true);
      const [action, ...more] = rule.inputs.actions as { type: string; forward: Record<string, Json> }[];
      expect(more).toEqual([]);
      expect(action?.type).toBe("forward");
      const groups = action?.forward.targetGroups as { arn: string; weight: number }[];
      expect(groups.map(({ weight }) => weight)).toEqual([100, 0]);
      const service = rule.name.replace("edge-", "");
      expect(groups.map(({ arn }) => /targetgroup\/(.*)-\w{7}$/.exec(arn)?.[1])).toEqual([
        `${service}-a`,
        `${service}-b`,
      ]);
      expect(action?.forward.stickiness).toEqual({ enabled: false, duration: 3600 });
    }
    expect(names(ofType(graph, GROUP))).toEqual(["api-a", "api-b", "web-a", "web-b"]);
  });

  test("leads to the port the container listens on, and asks for health where the service answers", () => {
    for (const name of ["api", "web"]) {
      const container = containerOf(only(graph, "aws:ecs/taskDefinition:TaskDefinition", name), name);
      const [port] = container.portMappings;
      const service = only(graph, "aws:ecs/service:Service", name);
      const [balanced] = service.inputs.loadBalancers as Record<string, Json>[];
      expect(balanced).toMatchObject({ containerName: name, containerPort: port?.containerPort });
      for (const turn of ["a", "b"]) {
        expect(inputs(GROUP, `${name}-${turn}`)).toMatchObject({
          targetType: "ip",
          protocol: "HTTP",
          deregistrationDelay: 300,
          healthCheck: {
            enabled: true,
            protocol: "HTTP",
            port: "traffic-port",
            path: "/health/ready",
            matcher: "200",
            interval: 10,
            timeout: 5,
            healthyThreshold: 2,
            unhealthyThreshold: 3,
          },
        });
        expect(behind(graph, only(graph, GROUP, `${name}-${turn}`), "vpcId")).toEqual(["network"]);
      }
    }
  });

  test("has groups that no change of the service's port replaces, nor the end of having it as theirs", () => {
    for (const group of ofType(graph, GROUP))
      expect([group.inputs.port, group.ignoreChanges]).toEqual([80, ["port"]]);
  });

  test("is open from the load balancer to the services' ports, in both groups' rules, and to nothing else", () => {
    const shown = (type: string, other: string) =>
      ofType(graph, type)
        .filter(({ name }) => name.startsWith("edge-"))
        .map((rule) => [
          ...behind(graph, rule, "securityGroupId"),
          ...behind(graph, rule, "referencedSecurityGroupId"),
          rule.inputs.fromPort,
          rule.inputs.toPort,
          rule.inputs.ipProtocol,
          other,
        ]);
    expect(shown("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "out")).toEqual([
      ["network-public", "network-front", 8000, 8000, "tcp", "out"],
      ["network-public", "network-front", 8080, 8080, "tcp", "out"],
    ]);
    expect(shown("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "in")).toEqual([
      ["network-front", "network-public", 8000, 8000, "tcp", "in"],
      ["network-front", "network-public", 8080, 8080, "tcp", "in"],
    ]);
  });

  test("stands before the service does", () => {
    for (const name of ["api", "web"]) {
      expect(waitsFor(only(graph, "aws:ecs/service:Service", name))).toEqual(
        expect.arrayContaining([
          "Listener edge-https",
          `ListenerRule edge-${name}`,
          "SecurityGroupEgressRule edge-front-8000",
          "SecurityGroupIngressRule edge-front-8000",
        ]),
      );
    }
  });
});

describe("the priority of a service's rule", () => {
  const route = fc.stringMatching(/^\/([ab]{1,2}\/?)?([ab]{1,2})?$/);
  const shape = fc.dictionary(fc.constantFrom("p", "q", "r"), fc.uniqueArray(route, { maxLength: 3 }));
  const services = (routes: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(routes).map(([name, own]) => ({ name, routes: [...own] }));

  test("makes the first rule that fits the one the longest route decides for", () => {
    fc.assert(
      fc.property(shape, (routes) => {
        const all = services(routes);
        const every = all.flatMap((service) => service.routes);
        fc.pre(new Set(every).size === every.length);
        const priorities = rulePriorities(all);
        fc.pre(priorities !== undefined);
        const inTurn = [...priorities].sort(([, a], [, b]) => a - b).map(([name]) => name);
        const byName = Object.fromEntries(all.map((service) => [service.name, service]));
        for (const path of every.flatMap((one) => [one, `${one}a`, `${one}/b`])) {
          const first = inTurn.find((name) => byName[name]?.routes.some((one) => path.startsWith(one)));
          expect([path, first]).toEqual([path, serviceBehind(byName, path)]);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("is one that no rule had when they were counted from 100, and that another service does not change", () => {
    const [api, web] = [["/v1", "/health", "/docs", "/metrics"], ["/"]];
    const [reports, admin] = [["/v1/admin/reports"], ["/v1/admin", "/a"]];
    const lists: Readonly<Record<string, readonly string[]>>[] = [
      { api, web },
      { api },
      { web },
      { another: ["/other"], api, web },
      { api, web, reports },
      { api, web, reports, between: ["/v1/admin"] },
      { api, web, admin },
      { api, web, "control-room": admin },
      { api, admin },
    ];
    const found = lists.map((routes) => Object.fromEntries(rulePriorities(services(routes)) ?? []));
    const of = (name: string) => [...new Set(found.flatMap((priorities) => priorities[name] ?? []))];
    // Its shortest route is as exact as the API's, but it has one below that.
    expect([of("web"), of("api"), of("admin"), of("reports")]).toEqual([
      [47_898],
      [42_546],
      [40_043],
      [37_025],
    ]);
    const every = found.flatMap((priorities) => Object.values(priorities));
    expect([Math.min(...every) > 2000, Math.max(...every) <= 50_000]).toEqual([true, true]);
  });

  test("is none where two services have routes below each other's", () => {
    expect(rulePriorities(services({ a: ["/", "/x/y"], b: ["/x"] }))).toBeUndefined();
    const ordered = rulePriorities(services({ a: ["/"], b: ["/x", "/x/y"] }));
    expect([...(ordered ?? [])].map(([name]) => name)).toEqual(["a", "b"]);
  });
});
