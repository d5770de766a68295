import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { metricsPaths } from "../../environment/routes";
import type { AwsContext } from "../aws/context";
import { logGroup } from "../aws/logs";
import { numberAbove } from "./number-above";

type Rule = aws.types.input.wafv2.WebAclRule;
type Statement = aws.types.input.wafv2.WebAclRuleStatement;

const MIB = 1024 * 1024;

/**
 * Rules that look for attacks in a body. AWS gives a firewall the first 8 KB of it alone, and an uploaded file is data
 * in which anything may stand: so these count, and `body-findings` stops what is not an upload. The first one stops
 * every body larger than that, which is what `body-size` is for. Names and labels: "Baseline rule groups", AWS WAF
 * developer guide.
 */
const BODY_RULES = {
  core: {
    group: "AWSManagedRulesCommonRuleSet",
    labels: "awswaf:managed:aws:core-rule-set:",
    sizeRule: "SizeRestrictions_BODY",
    rules: ["CrossSiteScripting_BODY", "EC2MetaDataSSRF_BODY", "GenericLFI_BODY", "GenericRFI_BODY"],
  },
  "bad-inputs": {
    group: "AWSManagedRulesKnownBadInputsRuleSet",
    labels: "awswaf:managed:aws:known-bad-inputs:",
    sizeRule: undefined,
    rules: ["JavaDeserializationRCE_BODY", "Log4JRCE_BODY", "ReactJSRCE_BODY"],
  },
} as const;

/** In the order they are asked. Each bears the number of its place. */
function rules(context: AwsContext, metricsReaders: aws.wafv2.IpSet): Rule[] {
  const { edge, services } = context.environment;
  const { requestsPerMinute, uploadMaxMiB } = edge;
  const all: Omit<Rule, "priority" | "visibilityConfig">[] = [
    {
      name: "metrics",
      action: { block: {} },
      statement: both(
        anyOf(metricsPaths(services).map(pathStarts)),
        not({ ipSetReferenceStatement: { arn: metricsReaders.arn } }),
      ),
    },
    {
      name: "rate",
      action: { block: { customResponse: { responseCode: 429 } } },
      statement: {
        rateBasedStatement: { limit: requestsPerMinute, evaluationWindowSec: 60, aggregateKeyType: "IP" },
      },
    },
    {
      name: "body-size",
      action: { block: { customResponse: { responseCode: 413 } } },
      statement: {
        regexMatchStatement: {
          fieldToMatch: { singleHeader: { name: "content-length" } },
          regexString: `^${numberAbove(uploadMaxMiB * MIB)}$`,
          textTransformations: AS_IT_IS,
        },
      },
    },
    managed("core"),
    managed("bad-inputs"),
    {
      name: "body-findings",
      action: { block: {} },
      statement: both(
        anyOf(bodyLabels().map(labelled)),
        not({
          byteMatchStatement: {
            fieldToMatch: { singleHeader: { name: "content-type" } },
            positionalConstraint: "STARTS_WITH",
            searchString: "multipart/form-data",
            textTransformations: [{ priority: 0, type: "LOWERCASE" }],
          },
        }),
      ),
    },
  ];
  return all.map((rule, index) => ({
    ...rule,
    priority: index + 1,
    visibilityConfig: visible(`${context.prefix}-${rule.name as string}`),
  }));
}

/**
 * The firewall in front of the load balancer: who may read metrics, how often a client may ask, how large a body may
 * be, and AWS's own rules against common attacks.
 *
 * @returns the name CloudWatch counts it under
 */
export function firewall(
  context: AwsContext,
  name: string,
  loadBalancer: aws.lb.LoadBalancer,
  parent: pulumi.ComponentResource,
): string {
  const { prefix, environment } = context;
  const metricName = `${prefix}-${name}`;
  const metricsReaders = new aws.wafv2.IpSet(
    `${name}-metrics-readers`,
    { scope: "REGIONAL", ipAddressVersion: "IPV4", addresses: [...environment.edge.metricsFrom] },
    { parent },
  );
  const acl = new aws.wafv2.WebAcl(
    name,
    {
      scope: "REGIONAL",
      description: "In front of the load balancer",
      defaultAction: { allow: {} },
      rules: rules(context, metricsReaders),
      visibilityConfig: visible(metricName),
    },
    { parent },
  );
  new aws.wafv2.WebAclAssociation(
    name,
    { resourceArn: loadBalancer.arn, webAclArn: acl.arn },
    { parent, deleteBeforeReplace: true },
  );
  // WAF writes into no group of another name.
  const logs = logGroup(context, `${name}-firewall`, { parent }, `aws-waf-logs-${prefix}`);
  new aws.wafv2.WebAclLoggingConfiguration(
    name,
    {
      resourceArn: acl.arn,
      logDestinationConfigs: [logs.arn],
      redactedFields: ["authorization", "cookie"].map((header) => ({ singleHeader: { name: header } })),
      // What is let through stands in the load balancer's log.
      loggingFilter: {
        defaultBehavior: "DROP",
        filters: [
          {
            behavior: "KEEP",
            requirement: "MEETS_ANY",
            conditions: ["BLOCK", "COUNT"].map((action) => ({ actionCondition: { action } })),
          },
        ],
      },
    },
    { parent },
  );
  return metricName;
}

const AS_IT_IS = [{ priority: 0, type: "NONE" }];

/** However it is spelt. */
const pathStarts = (prefix: string): Statement => ({
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: "STARTS_WITH",
    searchString: prefix.toLowerCase(),
    textTransformations: ["URL_DECODE", "NORMALIZE_PATH", "LOWERCASE"].map((type, priority) => ({
      priority,
      type,
    })),
  },
});

const both = (...statements: Statement[]): Statement => ({ andStatement: { statements } });
/** AWS takes no list of one. */
const anyOf = (statements: Statement[]): Statement =>
  statements.length === 1 ? (statements[0] as Statement) : { orStatement: { statements } };
const not = (statement: Statement): Statement => ({ notStatement: { statement } });
const labelled = (key: string): Statement => ({ labelMatchStatement: { scope: "LABEL", key } });

function managed(name: keyof typeof BODY_RULES): Omit<Rule, "priority" | "visibilityConfig"> {
  const { group, rules, sizeRule } = BODY_RULES[name];
  const counted = sizeRule === undefined ? rules : [sizeRule, ...rules];
  return {
    name,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name: group,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
  };
}

/** A rule's label is spelt like its name, but for the last word. */
const bodyLabels = () =>
  Object.values(BODY_RULES).flatMap(({ labels, rules }) =>
    rules.map((rule) => `${labels}${rule.replace(/_BODY$/, "_Body")}`),
  );

const visible = (metricName: string) => ({
  metricName,
  cloudwatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
});
