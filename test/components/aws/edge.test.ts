import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { firewall } from "../../../components/edge/aws-firewall";
import { numberAbove } from "../../../components/edge/number-above";
import { rulePriorities } from "../../../environment/rule-priorities";
import { serviceBehind } from "../../../environment/routes";
import type { Graph, Json, Resource } from "../../../graph";
import { appGraph, containerOf } from "../support/aws-app";
import { awsPart } from "../support/aws-stack";
import { behind, names, ofType, only, statements, waitsFor } from "../support/aws-read";

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

describe("the firewall", () => {
  interface WafRule {
    readonly name: string;
    readonly priority: number;
    readonly action?: Record<string, Json>;
    readonly overrideAction?: Json;
    readonly statement: Record<string, Record<string, Json>>;
    readonly visibilityConfig: Json;
  }
  const ACL = "aws:wafv2/webAcl:WebAcl";
  const rules = () => inputs(ACL, "edge").rules as unknown as WafRule[];
  const rule = (name: string) => rules().find((one) => one.name === name);

  test("asks its rules in this order, each of which stops what it finds", () => {
    const shown = rules().map(({ name, priority, action, overrideAction, statement }) => [
      priority,
      name,
      action ?? overrideAction,
      Object.keys(statement),
    ]);
    const block = (code?: number) => ({
      block: code === undefined ? {} : { customResponse: { responseCode: code } },
    });
    expect(shown).toEqual([
      [1, "metrics", block(), ["andStatement"]],
      [2, "rate", block(429), ["rateBasedStatement"]],
      [3, "body-size", block(413), ["regexMatchStatement"]],
      [4, "core", { none: {} }, ["managedRuleGroupStatement"]],
      [5, "bad-inputs", { none: {} }, ["managedRuleGroupStatement"]],
      [6, "body-findings", block(), ["andStatement"]],
    ]);
    for (const { action, overrideAction, visibilityConfig, name } of rules()) {
      expect([action, overrideAction].filter((one) => one !== undefined)).toHaveLength(1);
      expect(visibilityConfig).toEqual({
        metricName: `mainstay-prod-${name}`,
        cloudwatchMetricsEnabled: true,
        sampledRequestsEnabled: true,
      });
    }
    expect(inputs(ACL, "edge")).toMatchObject({ scope: "REGIONAL", defaultAction: { allow: {} } });
  });

  test("keeps metrics from everybody but those they are meant for, however the path is spelt", () => {
    expect(rule("metrics")?.statement).toEqual({
      andStatement: {
        statements: [
          {
            byteMatchStatement: {
              fieldToMatch: { uriPath: {} },
              positionalConstraint: "STARTS_WITH",
              searchString: "/metrics",
              textTransformations: [
                { priority: 0, type: "URL_DECODE" },
                { priority: 1, type: "NORMALIZE_PATH" },
                { priority: 2, type: "LOWERCASE" },
              ],
            },
          },
          {
            notStatement: {
              statement: {
                ipSetReferenceStatement: { arn: expect.stringContaining("edge-metrics-readers") as Json },
              },
            },
          },
        ],
      },
    });
    expect(inputs("aws:wafv2/ipSet:IpSet", "edge-metrics-readers")).toEqual({
      scope: "REGIONAL",
      ipAddressVersion: "IPV4",
      addresses: ["10.0.0.0/8"],
    });
  });

  test("keeps metrics from everybody wherever else a public service is scraped", async () => {
    const part = await awsPart(
      ({ context, opts }) => {
        const services = context.environment.services.map((one) =>
          one.name === "api" ? { ...one, metricsPath: "/v1/Own.metrics" } : one,
        );
        const balancer = new aws.lb.LoadBalancer("edge", {}, opts);
        const changed = { ...context, environment: { ...context.environment, services } };
        firewall(changed, "edge", balancer, opts.parent as pulumi.ComponentResource);
      },
      { production: true },
    );
    const [metrics] = only(part, ACL).inputs.rules as {
      statement: { andStatement: { statements: Json[] } };
    }[];
    expect(metrics?.statement.andStatement.statements[0]).toMatchObject({
      orStatement: {
        statements: ["/metrics", "/v1/own.metrics"].map((searchString) => ({
          byteMatchStatement: { searchString, positionalConstraint: "STARTS_WITH" },
        })),
      },
    });
  });

  test("lets an address ask so often in a minute", () => {
    expect(rule("rate")?.statement).toEqual({
      rateBasedStatement: { limit: 120, evaluationWindowSec: 60, aggregateKeyType: "IP" },
    });
  });

  test("refuses a body of one byte more than the largest upload", () => {
    const { regexString, fieldToMatch } = rule("body-size")?.statement.regexMatchStatement ?? {};
    expect(fieldToMatch).toEqual({ singleHeader: { name: "content-length" } });
    const tooLong = new RegExp(String(regexString));
    const limit = 50 * 1024 * 1024;
    expect([0, 8193, limit - 1, limit].filter((length) => tooLong.test(String(length)))).toEqual([]);
    expect([limit + 1, 10 * limit, 2 ** 40].filter((length) => !tooLong.test(String(length)))).toEqual([]);
    // "Regex match rule statement", AWS WAF developer guide.
    expect(String(regexString).length).toBeLessThanOrEqual(512);
  });

  // The rules of the two groups that look at bodies, and labels as the groups spell them: "Baseline rule groups".
  test("counts what AWS's rules find in a body, and stops it unless the body is an upload", () => {
    const counted = (name: string) => {
      const { ruleActionOverrides, ...group } = rule(name)?.statement.managedRuleGroupStatement ?? {};
      const overrides = ruleActionOverrides as { name: string; actionToUse: Json }[];
      expect(overrides.filter(({ actionToUse }) => JSON.stringify(actionToUse) !== '{"count":{}}')).toEqual(
        [],
      );
      return { ...group, counted: overrides.map((override) => override.name) };
    };
    expect(counted("core")).toEqual({
      vendorName: "AWS",
      name: "AWSManagedRulesCommonRuleSet",
      counted: [
        "SizeRestrictions_BODY",
        "CrossSiteScripting_BODY",
        "EC2MetaDataSSRF_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
      ],
    });
    expect(counted("bad-inputs")).toEqual({
      vendorName: "AWS",
      name: "AWSManagedRulesKnownBadInputsRuleSet",
      counted: ["JavaDeserializationRCE_BODY", "Log4JRCE_BODY", "ReactJSRCE_BODY"],
    });
    const labels = [
      "awswaf:managed:aws:core-rule-set:CrossSiteScripting_Body",
      "awswaf:managed:aws:core-rule-set:EC2MetaDataSSRF_Body",
      "awswaf:managed:aws:core-rule-set:GenericLFI_Body",
      "awswaf:managed:aws:core-rule-set:GenericRFI_Body",
      "awswaf:managed:aws:known-bad-inputs:JavaDeserializationRCE_Body",
      "awswaf:managed:aws:known-bad-inputs:Log4JRCE_Body",
      "awswaf:managed:aws:known-bad-inputs:ReactJSRCE_Body",
    ];
    expect(rule("body-findings")?.statement).toEqual({
      andStatement: {
        statements: [
          {
            orStatement: {
              statements: labels.map((key) => ({ labelMatchStatement: { scope: "LABEL", key } })),
            },
          },
          {
            notStatement: {
              statement: {
                byteMatchStatement: {
                  fieldToMatch: { singleHeader: { name: "content-type" } },
                  positionalConstraint: "STARTS_WITH",
                  searchString: "multipart/form-data",
                  textTransformations: [{ priority: 0, type: "LOWERCASE" }],
                },
              },
            },
          },
        ],
      },
    });
  });

  test("stands in front of the load balancer, and writes down what it stopped without anybody's credentials", () => {
    const association = only(graph, "aws:wafv2/webAclAssociation:WebAclAssociation");
    expect(behind(graph, association, "resourceArn")).toEqual(["edge"]);
    expect(behind(graph, association, "webAclArn")).toEqual(["edge"]);
    const logging = only(graph, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration");
    expect(logging.inputs).toMatchObject({
      logDestinationConfigs: ["arn:aws:logs:eu-west-1:123456789012:log-group:aws-waf-logs-mainstay-prod"],
      redactedFields: [{ singleHeader: { name: "authorization" } }, { singleHeader: { name: "cookie" } }],
    });
    expect(behind(graph, logging, "logDestinationConfigs")).toEqual(["edge-firewall"]);
  });

  test("tells numbers above a bound by their digits", () => {
    const any = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(any, any, (bound, number) => {
        expect(new RegExp(`^${numberAbove(Number(bound))}$`).test(String(number))).toBe(number > bound);
      }),
    );
    for (const bound of [0, 9, 10, 99, 109, 52_428_800]) {
      const above = new RegExp(`^${numberAbove(bound)}$`);
      expect([above.test(String(bound)), above.test(String(bound + 1))]).toEqual([false, true]);
    }
  });
});

describe("the bucket of access logs", () => {
  const S3 = (kind: string) => `aws:s3/${(kind[0] ?? "").toLowerCase()}${kind.slice(1)}:${kind}`;
  const part = (kind: string): Resource => only(graph, S3(kind), "access-logs");

  test("lets in the load balancer and S3 on behalf of this account, encrypted, and nobody else", () => {
    const bucket = "arn:aws:s3:::mainstay-prod-logs-";
    const shown = statements(part("BucketPolicy").inputs.policy).map(
      ({ effect, actions, resources, services, condition }) => ({
        effect,
        actions,
        resources: resources.map((arn) => arn.replace(/^(arn:aws:s3:::mainstay-prod-logs-)\w{7}/, "$1")),
        services,
        condition,
      }),
    );
    const account = { StringEquals: { "aws:SourceAccount": "123456789012" } };
    expect(shown).toEqual([
      {
        effect: "Deny",
        actions: ["s3:*"],
        resources: [bucket, `${bucket}/*`],
        services: [],
        condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        effect: "Allow",
        actions: ["s3:PutObject"],
        resources: [`${bucket}/load-balancer/AWSLogs/123456789012/*`],
        services: ["logdelivery.elasticloadbalancing.amazonaws.com"],
        condition: {},
      },
      {
        effect: "Allow",
        actions: ["s3:PutObject"],
        resources: [`${bucket}/buckets/*`],
        services: ["logging.s3.amazonaws.com"],
        condition: { ...account, ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } },
      },
    ]);
  });

  test("is kept as long as logs are, closed, and encrypted the one way those who write can", () => {
    expect(part("Bucket").protect).toBe(true);
    expect(part("BucketServerSideEncryptionConfiguration").inputs.rules).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
    expect(part("BucketPublicAccessBlock").inputs).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(part("BucketLifecycleConfiguration").inputs.rules).toMatchObject([
      {
        status: "Enabled",
        expiration: { days: 365 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ]);
  });
});
