import { UNKNOWN, type Json } from "../../../../graph/resource";
import type { Given, GivenStack } from "../graphs";
import { aws, alarm } from "./parts";

const waf = (name: string, statement: Json): Json => ({
  name,
  priority: 1,
  overrideAction: { none: {} },
  statement,
  visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: name, sampledRequestsEnabled: true },
});

const wafJson = (Name: string, Statement: Json): Json => ({
  Name,
  Priority: 1,
  OverrideAction: { None: {} },
  Statement,
  VisibilityConfig: { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: Name },
});

/** Rules of a firewall in the words of AWS's API, which obey every rule. */
export const FIREWALL_JSON: readonly Json[] = [
  wafJson("metrics", {
    ByteMatchStatement: {
      SearchString: "/metrics",
      FieldToMatch: { UriPath: {} },
      TextTransformations: [{ Priority: 0, Type: "URL_DECODE" }],
      PositionalConstraint: "STARTS_WITH",
    },
  }),
  wafJson("inputs", {
    ManagedRuleGroupStatement: { VendorName: "AWS", Name: "AWSManagedRulesKnownBadInputsRuleSet" },
  }),
  wafJson("common", {
    ManagedRuleGroupStatement: {
      VendorName: "AWS",
      Name: "AWSManagedRulesCommonRuleSet",
      RuleActionOverrides: [{ Name: "SizeRestrictions_BODY", ActionToUse: { Count: {} } }],
    },
  }),
  wafJson("labels", {
    LabelMatchStatement: {
      Scope: "LABEL",
      Key: "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body",
    },
  }),
  wafJson("rate", { RateBasedStatement: { Limit: 600, AggregateKeyType: "IP" } }),
];

const firewallLog = (of: string): Given =>
  aws(
    "wafv2/webAclLoggingConfiguration",
    {
      redactedFields: [{ singleHeader: { name: "authorization" } }, { singleHeader: { name: "cookie" } }],
      loggingFilter: {
        defaultBehavior: "DROP",
        filters: [
          {
            behavior: "KEEP",
            requirement: "MEETS_ANY",
            conditions: [{ actionCondition: { action: "BLOCK" } }],
          },
        ],
      },
    },
    [["resourceArn", of]],
  );

/** Load balancers, machines and firewalls. */
export const edge: GivenStack = {
  certificate: aws("acm/certificate", {
    domainName: "api.example.com",
    keyAlgorithm: "EC_prime256v1",
    validationMethod: "DNS",
  }),
  balancer: aws(
    "lb/loadBalancer",
    {
      loadBalancerType: "application",
      internal: false,
      enableDeletionProtection: true,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      subnets: [UNKNOWN, UNKNOWN],
      accessLogs: { enabled: true, bucket: "logs" },
    },
    [["securityGroups", "balancerGroup"]],
  ),
  classic: aws(
    "elb/loadBalancer",
    {
      internal: false,
      desyncMitigationMode: "defensive",
      subnets: [UNKNOWN, UNKNOWN],
      accessLogs: { bucket: "logs" },
      listeners: [
        {
          lbPort: 443,
          lbProtocol: "https",
          instancePort: 8443,
          instanceProtocol: "https",
          sslCertificateId: "arn:certificate",
        },
      ],
    },
    [["securityGroups", "balancerGroup"]],
  ),
  machine: aws(
    "ec2/instance",
    {
      associatePublicIpAddress: false,
      metadataOptions: { httpTokens: "required" },
      rootBlockDevice: { encrypted: true },
      ebsBlockDevices: [{ deviceName: "/dev/sdf", encrypted: true }],
      userData: "#!/bin/sh\nexport LOG_LEVEL=info\n",
    },
    [["subnetId", "privateSubnet"]],
  ),
  template: aws("ec2/launchTemplate", { metadataOptions: { httpTokens: "required" } }),
  made: aws("ec2/instance", {}, [["launchTemplate", "template"]]),
  volume: aws("ebs/volume", { encrypted: true }),
  balancerErrors: alarm("HTTPCode_Target_5XX_Count", "balancer"),
  balancerTime: alarm("TargetResponseTime", "balancer"),
  https: aws(
    "lb/listener",
    {
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      routingHttpResponseStrictTransportSecurityHeaderValue: "max-age=31536000; includeSubDomains",
      routingHttpResponseXContentTypeOptionsHeaderValue: "nosniff",
      routingHttpResponseXFrameOptionsHeaderValue: "DENY",
      defaultActions: [{ type: "forward" }],
    },
    [
      ["loadBalancerArn", "balancer"],
      ["certificateArn", "certificate"],
    ],
  ),
  http: aws(
    "lb/listener",
    {
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
      ],
    },
    [["loadBalancerArn", "balancer"]],
  ),
  forwards: aws(
    "lb/listenerRule",
    {
      conditions: [{ pathPattern: { values: ["/api/*"] } }],
      actions: [{ type: "forward", targetGroupArn: "arn:targets" }],
      transforms: [
        { type: "url-rewrite", urlRewriteConfig: { rewrite: { regex: "^/api/(.*)$", replace: "/v1/$1" } } },
      ],
    },
    [["listenerArn", "https"]],
  ),
  moves: aws(
    "lb/listenerRule",
    {
      conditions: [{ hostHeader: { values: ["old.example.com"] } }],
      actions: [
        {
          type: "redirect",
          redirect: { protocol: "HTTPS", port: "443", host: "api.example.com", statusCode: "HTTP_301" },
        },
      ],
    },
    [["listenerArn", "http"]],
  ),
  targets: aws("lb/targetGroup", {
    protocol: "HTTP",
    healthCheck: { enabled: true, path: "/health/ready", interval: 10, unhealthyThreshold: 3 },
  }),
  firewall: aws("wafv2/webAcl", {
    scope: "REGIONAL",
    rules: [
      waf("inputs", {
        managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesKnownBadInputsRuleSet" },
      }),
      waf("rate", { rateBasedStatement: { limit: 600, aggregateKeyType: "IP" } }),
      waf("metrics", {
        byteMatchStatement: {
          fieldToMatch: { uriPath: {} },
          positionalConstraint: "STARTS_WITH",
          searchString: "/metrics",
          textTransformations: [{ priority: 0, type: "URL_DECODE" }],
        },
      }),
      waf("common", {
        managedRuleGroupStatement: {
          vendorName: "AWS",
          name: "AWSManagedRulesCommonRuleSet",
          ruleActionOverrides: [{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }],
        },
      }),
      waf("labels", {
        labelMatchStatement: {
          key: "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body",
          scope: "LABEL",
        },
      }),
    ],
    visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "acl", sampledRequestsEnabled: true },
  }),
  firewallAsJson: aws("wafv2/webAcl", {
    scope: "REGIONAL",
    ruleJson: JSON.stringify(FIREWALL_JSON),
    visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "json", sampledRequestsEnabled: true },
  }),
  firewallOfParts: aws("wafv2/webAcl", {
    scope: "REGIONAL",
    visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "parts", sampledRequestsEnabled: true },
  }),
  firewallOfPartsLog: firewallLog("firewallOfParts"),
  partInputs: aws(
    "wafv2/webAclRuleGroupAssociation",
    {
      ruleName: "inputs",
      managedRuleGroup: { vendorName: "AWS", name: "AWSManagedRulesKnownBadInputsRuleSet" },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "inputs" },
    },
    [["webAclArn", "firewallOfParts"]],
  ),
  partCommon: aws(
    "wafv2/webAclRule",
    {
      name: "common",
      overrideAction: { none: {} },
      statement: { managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesCommonRuleSet" } },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "common" },
    },
    [["webAclArn", "firewallOfParts"]],
  ),
  partRate: aws(
    "wafv2/webAclRule",
    {
      name: "rate",
      action: { block: {} },
      statement: { rateBasedStatement: { limit: 600, aggregateKeyType: "IP" } },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "rate" },
    },
    [["webAclArn", "firewallOfParts"]],
  ),
  partMetrics: aws(
    "wafv2/webAclRule",
    {
      name: "metrics",
      action: { block: {} },
      statement: {
        byteMatchStatement: {
          fieldToMatch: { uriPath: {} },
          positionalConstraint: "STARTS_WITH",
          searchString: "/metrics",
          textTransformations: [{ priority: 0, type: "URL_DECODE" }],
        },
      },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "metrics" },
    },
    [["webAclArn", "firewallOfParts"]],
  ),
  group: aws("wafv2/ruleGroup", {
    scope: "REGIONAL",
    rules: [
      {
        name: "elsewhere",
        action: { block: {} },
        statement: { geoMatchStatement: { countryCodes: ["AQ"] } },
        visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "elsewhere" },
      },
    ],
    visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "group", sampledRequestsEnabled: true },
  }),
  firewallOf: aws("wafv2/webAclAssociation", {}, [
    ["resourceArn", "balancer"],
    ["webAclArn", "firewall"],
  ]),
  trusted: aws("wafv2/ipSet", { addresses: ["10.0.0.0/8"] }),
  firewallLog: firewallLog("firewall"),
  firewallAsJsonLog: firewallLog("firewallAsJson"),
};
