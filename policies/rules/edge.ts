/** The way in: load balancers, their certificates, and the firewall in front. */
import { UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import {
  between,
  is,
  isSet,
  judge,
  longerThan,
  matches,
  matchesNot,
  oneOf,
  orAbsent,
  property,
  properties,
  softened,
  some,
  unless,
} from "../expect";
import { graphRule, resourceRule, type Finding } from "../rule";
import { ANY_BALANCER, aws, CLASSIC_BALANCER, lb, LOAD_BALANCER } from "../tokens";
import { companion } from "./companion";

export const LISTENER = lb("listener");
const TARGETS = lb("targetGroup");
const ASSOCIATION = aws("wafv2", "webAclAssociation");
export const ALB_GUIDE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application";

/** Policies of AWS that offer TLS 1.2 or 1.3 and nothing older. */
const MODERN_TLS = /^ELBSecurityPolicy-(TLS13-1-[23]-|FS-1-2-|TLS-1-2-)/;

/** What is said of HTTP says nothing of load balancers for TCP. */
const isApplication = ({ inputs }: Resource) =>
  inputs.loadBalancerType === undefined || inputs.loadBalancerType === "application";

/** Until the kind is known it is not known either what it demands. */
const ofApplication =
  (check: (resource: Resource) => Finding[]) =>
  (resource: Resource): Finding[] => {
    if (resource.inputs.loadBalancerType === UNKNOWN) return softened(check(resource));
    return isApplication(resource) ? check(resource) : [];
  };

const isClassic = ({ type }: Resource) => CLASSIC_BALANCER.includes(type);

export const speaksHttp = ({ inputs }: Resource) =>
  inputs.protocol === "HTTP" || inputs.protocol === undefined;

/** Until the protocol is known it is not known either what it demands. */
const ofProtocol = (listener: Resource, check: (resource: Resource) => Finding[]) =>
  listener.inputs.protocol === UNKNOWN ? softened(check(listener)) : check(listener);

const header = (name: string) => `routingHttpResponse${name}HeaderValue`;

const judgeHeaders = properties({
  [header("StrictTransportSecurity")]: matches(
    /^max-age=(3153[6-9]\d{3}|[4-9]\d{7}|\d{9,})\b/,
    "max-age of a year or more",
  ),
  [header("XContentTypeOptions")]: is("nosniff"),
  [header("XFrameOptions")]: oneOf("DENY", "SAMEORIGIN"),
  [header("AccessControlAllowOrigin")]: orAbsent(matches(/^https:\/\/[^*\s]+$/, "one origin over HTTPS")),
});

/** That actions do nothing with a request but send the client elsewhere. */
export const isRedirected = (actions: string) =>
  properties({ [actions]: longerThan(1), [`${actions}[*].type`]: oneOf("redirect") });

/** That they send it to HTTPS, for good. */
export const isSentToHttps = (actions: string) =>
  properties({
    [`${actions}[*].redirect.protocol`]: is("HTTPS"),
    [`${actions}[*].redirect.statusCode`]: is("HTTP_301"),
  });

/** A redirect, kept but for where it leads: to HTTPS, for good. What does not redirect is no business of it. */
const toHttps = (action: Json): Json => {
  const { type, redirect } = object(action);
  return type === "redirect"
    ? { ...object(action), redirect: { ...object(redirect), protocol: "HTTPS", statusCode: "HTTP_301" } }
    : action;
};

export const edge = [
  resourceRule({
    name: "alb-logs",
    description: "A load balancer writes down every request.",
    severity: "medium",
    references: { fsbp: "ELB.5", nag: "ELB2", checkov: "CKV_AWS_91 CKV_AWS_92" },
    remediation: "Set accessLogs: { enabled: true, bucket }",
    types: ANY_BALANCER,
    check: (balancer) =>
      properties({
        "accessLogs.enabled": isClassic(balancer) ? orAbsent(is(true)) : is(true),
        "accessLogs.bucket": isSet,
      })(balancer),
  }),
  resourceRule({
    name: "alb-deletion-protection",
    description: "A load balancer cannot be deleted by mistake: with it goes the name clients know.",
    severity: "medium",
    references: { fsbp: "ELB.6", nag: "ELBDeletionProtectionEnabled", checkov: "CKV_AWS_150" },
    remediation: "Set enableDeletionProtection: true",
    types: LOAD_BALANCER,
    check: property("enableDeletionProtection", is(true)),
    remedy: () => ({ enableDeletionProtection: true }),
  }),
  resourceRule({
    name: "alb-drop-headers",
    description: "Requests with malformed headers go no further.",
    severity: "medium",
    references: {
      fsbp: "ELB.4",
      nag: "ALBHttpDropInvalidHeaderEnabled",
      checkov: "CKV_AWS_131",
      trivy: "AWS-0052",
    },
    remediation: "Set dropInvalidHeaderFields: true",
    types: LOAD_BALANCER,
    check: ofApplication(property("dropInvalidHeaderFields", is(true))),
  }),
  resourceRule({
    name: "alb-desync",
    description: "Requests that two servers could read differently are not passed on.",
    severity: "medium",
    references: { fsbp: "ELB.12 ELB.14", checkov: "CKV_AWS_328" },
    remediation: 'Set desyncMitigationMode: "defensive" or "strictest"',
    types: ANY_BALANCER,
    check: ofApplication(property("desyncMitigationMode", orAbsent(oneOf("defensive", "strictest")))),
  }),
  resourceRule({
    name: "alb-multi-az",
    description: "A load balancer stands in two zones or more.",
    severity: "medium",
    references: { fsbp: "ELB.13 ELB.10" },
    remediation: "Give subnets of two zones or more",
    types: ANY_BALANCER,
    check: (resource) =>
      judge(
        resource,
        resource.inputs.subnetMappings === undefined ? "subnets" : "subnetMappings",
        longerThan(2),
      ),
  }),
  resourceRule({
    name: "alb-public-declared",
    description:
      "Whether a load balancer faces the internet is said, not left to the default, which is that it does.",
    severity: "high",
    references: { trivy: "AWS-0053" },
    remediation: "Set internal to true, or to false where users are meant to reach it",
    link: `${ALB_GUIDE}/application-load-balancers.html`,
    types: ANY_BALANCER,
    check: property("internal", { ...oneOf(true, false), allowed: "true or false, but set" }),
  }),
  resourceRule({
    name: "alb-waf-fail-closed",
    description: "When the firewall does not answer, requests are not passed on unchecked.",
    severity: "medium",
    remediation: "Remove enableWafFailOpen",
    link: `${ALB_GUIDE}/edit-load-balancer-attributes.html`,
    types: LOAD_BALANCER,
    check: property("enableWafFailOpen", orAbsent(is(false))),
  }),
  resourceRule({
    name: "alb-security-groups",
    description: "A load balancer has security groups chosen for it, not the network's default one.",
    severity: "high",
    remediation: "Set securityGroups",
    link: `${ALB_GUIDE}/load-balancer-update-security-groups.html`,
    types: ANY_BALANCER,
    check: ofApplication(property("securityGroups", isSet)),
  }),
  resourceRule({
    name: "alb-client-address",
    description: "What a client says of its own address is not taken for the truth.",
    severity: "medium",
    remediation: 'Remove xffHeaderProcessingMode, or set "append" or "remove"',
    link: `${ALB_GUIDE}/x-forwarded-headers.html`,
    types: LOAD_BALANCER,
    check: ofApplication(property("xffHeaderProcessingMode", orAbsent(oneOf("append", "remove")))),
  }),
  graphRule({
    name: "alb-waf",
    description: "A load balancer has a firewall in front of it.",
    severity: "high",
    references: { fsbp: "ELB.16", nag: "ALBWAFEnabled", checkov: "CKV2_AWS_28" },
    remediation: "Declare a wafv2.WebAclAssociation with the load balancer's arn",
    types: LOAD_BALANCER,
    check: (balancer, view) =>
      ofApplication(() =>
        companion(balancer, view, ASSOCIATION, "resourceArn", "no WebAclAssociation refers to it"),
      )(balancer),
  }),
  graphRule({
    name: "alb-redirects",
    description: "A load balancer that serves HTTPS also answers HTTP, to send its clients there.",
    severity: "low",
    remediation: "Declare a listener on port 80 whose default action redirects",
    link: `${ALB_GUIDE}/load-balancer-listeners.html`,
    types: LOAD_BALANCER,
    check: (balancer, view) => {
      if (balancer.inputs.internal === true) return [];
      const { sure, possible } = view.referring(LISTENER, "loadBalancerArn", balancer);
      const answers = sure.map(({ inputs }) => (inputs.port === UNKNOWN ? undefined : inputs.port === 80));
      const answer = some([...answers, ...possible.map(() => undefined)]);
      return ofApplication(() => unless(answer, balancer, "it has no listener on port 80"))(balancer);
    },
  }),
  resourceRule({
    name: "listener-https",
    description:
      "What clients send is encrypted: a listener speaks HTTPS, or only sends them to one that does.",
    severity: "critical",
    references: {
      fsbp: "ELB.18",
      nag: "ELBv2ACMCertificateRequired",
      checkov: "CKV_AWS_2",
      trivy: "AWS-0054",
    },
    remediation: 'Set protocol: "HTTPS" and certificateArn, or a default action that redirects',
    types: LISTENER,
    check: (listener) =>
      speaksHttp(listener)
        ? isRedirected("defaultActions")(listener)
        : ofProtocol(listener, properties({ protocol: oneOf("HTTPS", "TLS"), certificateArn: isSet })),
  }),
  resourceRule({
    name: "listener-redirect",
    description: "A plain listener sends clients to HTTPS for good.",
    severity: "high",
    references: { fsbp: "ELB.1", nag: "ALBHttpToHttpsRedirection", checkov: "CKV2_AWS_20" },
    remediation: 'Set redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" }',
    types: LISTENER,
    check: (listener) => (speaksHttp(listener) ? isSentToHttps("defaultActions")(listener) : []),
    remedy: ({ inputs }) => ({ defaultActions: list(inputs.defaultActions).map(toHttps) }),
  }),
  resourceRule({
    name: "listener-tls",
    description: "A listener offers TLS 1.2 and 1.3 and nothing older.",
    severity: "high",
    references: { fsbp: "ELB.17", checkov: "CKV_AWS_103 CKV2_AWS_74", trivy: "AWS-0047" },
    remediation: 'Set sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06"',
    types: LISTENER,
    check: (listener) =>
      speaksHttp(listener)
        ? []
        : ofProtocol(listener, property("sslPolicy", matches(MODERN_TLS, "a policy of TLS 1.2 and later"))),
  }),
  resourceRule({
    name: "listener-headers",
    description:
      "A browser is told to come encrypted for a year, to guess no types, to frame no page, and to let no site read all.",
    severity: "medium",
    remediation:
      "Set routingHttpResponseStrictTransportSecurityHeaderValue, …XContentTypeOptions… and …XFrameOptions…",
    link: `${ALB_GUIDE}/header-modification.html`,
    types: LISTENER,
    check: (listener) =>
      [UNKNOWN, "HTTPS"].includes(String(listener.inputs.protocol)) ? ofProtocol(listener, judgeHeaders) : [],
  }),
  resourceRule({
    name: "tg-health",
    description:
      "A load balancer asks its targets at a path of their own whether they are healthy, and soon knows.",
    severity: "low",
    references: { checkov: "CKV_AWS_261", fsbp: "ELB.21" },
    remediation: "Set healthCheck.path, an interval of 5 to 30 seconds and thresholds of 2 to 5",
    types: TARGETS,
    check: properties({
      "healthCheck.path": isSet,
      "healthCheck.enabled": orAbsent(is(true)),
      // Of a failing target it is known within a minute or two.
      "healthCheck.interval": orAbsent(between(5, 30)),
      "healthCheck.timeout": orAbsent(between(2, 30)),
      "healthCheck.unhealthyThreshold": orAbsent(between(2, 5)),
      "healthCheck.healthyThreshold": orAbsent(between(2, 5)),
      "healthCheck.matcher": orAbsent(matches(/^[23]\d\d([-,][23]\d\d)*$/, "codes of success")),
    }),
  }),
  resourceRule({
    name: "acm-renewed",
    description: "A certificate is renewed by itself, which one that was imported is not.",
    severity: "medium",
    references: { fsbp: "ACM.1" },
    remediation: 'Set validationMethod: "DNS" and remove certificateBody and privateKey',
    types: aws("acm", "certificate"),
    check: (certificate) => {
      const { certificateAuthorityArn: authority } = certificate.inputs;
      const findings = judge(certificate, "validationMethod", is("DNS"));
      if (authority === UNKNOWN) return softened(findings);
      return authority === undefined ? findings : [];
    },
  }),
  resourceRule({
    name: "acm-key",
    description: "A certificate's key is long enough for its algorithm.",
    severity: "high",
    references: { fsbp: "ACM.2" },
    remediation: 'Set keyAlgorithm: "EC_prime256v1", or remove it',
    types: aws("acm", "certificate"),
    check: property(
      "keyAlgorithm",
      orAbsent(oneOf("RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1")),
    ),
  }),
  resourceRule({
    name: "tg-protocol",
    description:
      "Requests are handed to targets in a protocol of HTTP's family, which the firewall has read.",
    severity: "low",
    remediation: 'Set protocol to "HTTP" inside the network, or to "HTTPS"',
    link: `${ALB_GUIDE}/load-balancer-target-groups.html`,
    types: TARGETS,
    check: property("protocol", orAbsent(matchesNot(/^(TCP|UDP|TCP_UDP)$/, "HTTP or HTTPS"))),
  }),
];
