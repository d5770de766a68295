/**
 * The proof that the rules watch what they say. The real stacks are weakened in one input at a time: those of a
 * list, and exactly the rules that should notice do; and every input of every resource, whatever it is, in all
 * the ways an input can be weakened. What is neutral stands in a list, with the reason.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { UNKNOWN, type Graph, type Json, type Resource } from "../../graph/resource";
import { RULES } from "../../policies/rules";
import { awsGraph } from "../components/support/aws-stack";
import { CASES } from "./cases";
import { typeToken } from "./support/graphs";
import { at, leaves, noticing, plain, standingIn, weaker } from "./support/mutate";
import { declareReal, inventOutputs, DOCKER_STACKS } from "./support/stacks";

const CONTAINER = "docker:index/container:Container";
const NETWORK = "docker:index/network:Network";
const s3 = (name: string) => `aws:s3/${name[0]?.toLowerCase() ?? ""}${name.slice(1)}:${name}`;

interface Mutation {
  readonly type: string;
  readonly name: string;
  readonly path: string;
  /** Undefined: taken away. */
  readonly to?: Json;
  readonly noticed: readonly string[];
  /** What the input is computed from instead. */
  readonly link?: readonly [type: string, name: string];
}

const of =
  (type: string, name: string) =>
  (path: string, to: Json | undefined, ...noticed: string[]): Mutation => ({ type, name, path, to, noticed });

const api = of(CONTAINER, "api-1");
const edge = of(CONTAINER, "edge");
const database = of(CONTAINER, "database");
const cache = of(CONTAINER, "cache");
const carrier = of(CONTAINER, "database-secrets-carrier");
const migration = of(CONTAINER, "migration");
const data = of(NETWORK, "network-database");
const operator = of(NETWORK, "network-operator");
const egress = of(NETWORK, "network-egress");
const password = of("random:index/randomPassword:RandomPassword", "app-secret-key");
const key = of("tls:index/privateKey:PrivateKey", "edge-server-key");
const certificate = of("tls:index/locallySignedCert:LocallySignedCert", "edge-server-certificate");
const authority = of("tls:index/selfSignedCert:SelfSignedCert", "authority-certificate");
const bucket = of(s3("Bucket"), "backups-bucket");
const closed = of(s3("BucketPublicAccessBlock"), "backups-bucket-public-access");
const encryption = of(s3("BucketServerSideEncryptionConfiguration"), "backups-bucket-encryption");
const lock = of(s3("BucketObjectLockConfiguration"), "backups-bucket-lock");
const lifecycle = of(s3("BucketLifecycleConfiguration"), "backups-bucket-lifecycle");
const policy = of(s3("BucketPolicy"), "backups-bucket-policy");
const kms = of("aws:kms/key:Key", "backups-bucket-key");
const userPolicy = of("aws:iam/userPolicy:UserPolicy", "backups-bucket-writer");
const shipper = of(CONTAINER, "log-shipper");
const acl = of("aws:wafv2/webAcl:WebAcl", "edge");

/** The same, computed from another resource. */
const from = (type: string, name: string, mutation: Mutation): Mutation => ({
  ...mutation,
  to: UNKNOWN,
  link: [type, name],
});
const PUBLIC = ["aws:ec2/subnet:Subnet", "network-public-a"] as const;

const statement = (one: Json) => JSON.stringify({ Version: "2012-10-17", Statement: [one] });
const EVERYBODY = statement({ Effect: "Allow", Principal: "*", Action: "sqs:*" });
const EVERYTHING = statement({ Effect: "Allow", Action: "*", Resource: "*" });

const MUTATIONS: readonly Mutation[] = [
  api("user", "0:0", "dk-nonroot"),
  api("user", undefined, "dk-nonroot"),
  api("privileged", true, "dk-not-privileged"),
  api("readOnly", false, "dk-readonly"),
  api("capabilities.drops", [], "dk-cap-drop"),
  api("capabilities.adds", ["SYS_ADMIN"], "dk-cap-drop"),
  api("capabilities", undefined, "dk-cap-drop"),
  api("securityOpts", undefined, "dk-no-new-privs"),
  api("securityOpts", ["no-new-privileges:true", "seccomp=unconfined"], "dk-seccomp"),
  api("ipcMode", "host", "dk-own-ipc"),
  api("networkMode", "host", "dk-own-network"),
  api("networksAdvanced", undefined, "dk-user-network"),
  api("memory", undefined, "dk-memory"),
  api("memorySwap", -1, "dk-swap"),
  api("cpus", undefined, "dk-cpu"),
  api("ulimits", undefined, "dk-open-files", "dk-pids"),
  api("ulimits[0].hard", 1_000_000, "dk-pids"),
  api("ulimits[1].hard", -1, "dk-open-files"),
  api("logDriver", "none", "dk-log-rotation"),
  shipper("logOpts.max-size", undefined, "dk-log-rotation"),
  shipper("logOpts.max-file", undefined, "dk-log-rotation"),
  api('logOpts["syslog-address"]', "udp://logs.example.com:514", "dk-log-encrypted"),
  api('tmpfs["/tmp"]', "rw", "dk-tmpfs"),
  cache('tmpfs["/data"]', "rw", "dk-tmpfs"),
  api("healthcheck", undefined, "dk-health"),
  api("healthcheck.tests", ["NONE"], "dk-health"),
  api("wait", false, "dk-health-waited-for"),
  api("waitTimeout", 0, "dk-health-waited-for"),
  api("restart", "no", "dk-restart"),
  api("mustRun", false, "dk-restart"),
  api("start", false, "dk-restart"),
  api("stopTimeout", 1, "dk-stop-time"),
  api("mounts[0].readOnly", false, "dk-data-protected", "dk-files-readonly"),
  api("mounts[0].source", "", "dk-volume-named"),
  api("mounts[0]", { type: "bind", source: "/etc", target: "/x", readOnly: true }, "dk-no-sensitive-mount"),
  api("envs[0]", "DATABASE_PASSWORD=in-plain-sight", "dk-no-secret-env"),
  api("command[0]", "[secret]", "dk-no-secret-inspect"),
  migration("restart", "always", "dk-restart"),
  edge("ports[0].ip", undefined, "dk-bind-ip"),
  edge("labels", [], "dk-bind-ip", "dk-ports"),
  database("ports[0].ip", "0.0.0.0", "dk-bind-ip"),
  database("ports[0].external", 80, "dk-ports"),
  database("networksAdvanced[0].name", "mainstay-docker-host-egress", "dk-data-no-egress"),
  database(
    "mounts[0]",
    { type: "bind", source: "/var/lib/postgresql", target: "/x" },
    "dk-no-sensitive-mount",
  ),
  database('tmpfs["/run/postgresql"]', "rw,exec", "dk-tmpfs"),
  carrier("uploads[0].content", "-----BEGIN PRIVATE KEY-----", "dk-no-plain-upload"),
  carrier("uploads[0].permissions", "0777", "dk-upload-not-executable"),
  carrier("user", undefined, "dk-nonroot"),
  carrier("privileged", true, "dk-not-privileged"),
  carrier("capabilities.drops", undefined, "dk-cap-drop"),
  carrier("securityOpts", undefined, "dk-no-new-privs"),
  carrier("memory", undefined, "dk-memory"),
  data("internal", false, "dk-data-no-egress", "dk-internal-net"),
  data("attachable", true, "dk-net-not-attachable"),
  data("ingress", true, "dk-net-not-attachable"),
  data("driver", "host", "dk-net-driver"),
  operator("options", undefined, "dk-data-no-egress", "dk-internal-net"),
  operator('options["com.docker.network.bridge.enable_ip_masquerade"]', "true", "dk-data-no-egress"),
  egress('options["com.docker.network.bridge.enable_icc"]', "true", "dk-internal-net"),
  of("docker:index/remoteImage:RemoteImage", "image-postgres")(
    "name",
    "postgres:latest",
    "dk-image-pinned",
    "dk-image-tag",
  ),
  of("pulumi:providers:docker", "docker")("host", "tcp://10.0.0.1:2375", "dk-host-encrypted"),
  of("pulumi:providers:aws", "aws")("defaultTags", undefined, "aws-default-tags"),
  password("length", 8, "password-length"),
  password("keepers", undefined, "password-rotates"),
  password("keepers.rotationDays", "3650", "password-rotates"),
  key("algorithm", "RSA", "tls-key-strength"),
  key("ecdsaCurve", "P224", "tls-key-strength"),
  certificate("validityPeriodHours", 87_600, "tls-certificate-life"),
  certificate("earlyRenewalHours", undefined, "tls-certificate-life"),
  certificate("allowedUses[0]", "cert_signing", "tls-server-only"),
  authority("earlyRenewalHours", undefined, "tls-authority-renewed"),
  bucket("forceDestroy", true, "s3-no-force-destroy"),
  bucket("objectLockEnabled", false, "s3-object-lock"),
  closed("blockPublicAcls", false, "s3-pab"),
  closed("blockPublicPolicy", undefined, "s3-pab"),
  closed("ignorePublicAcls", false, "s3-pab"),
  closed("restrictPublicBuckets", false, "s3-pab"),
  encryption("rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", "AES256", "s3-sse"),
  encryption("rules", [], "s3-sse"),
  of(s3("BucketVersioning"), "backups-bucket-versioning")(
    "versioningConfiguration.status",
    "Suspended",
    "s3-versioning",
  ),
  lock("rule.defaultRetention.days", 1, "s3-object-lock"),
  lock("rule.defaultRetention.mode", undefined, "s3-object-lock"),
  lifecycle("rules[0].status", "Disabled", "s3-lifecycle"),
  lifecycle("rules[0].abortIncompleteMultipartUpload", undefined, "s3-lifecycle"),
  lifecycle("rules[0].abortIncompleteMultipartUpload.daysAfterInitiation", 0, "s3-lifecycle"),
  of(s3("BucketOwnershipControls"), "backups-bucket-ownership")(
    "rule.objectOwnership",
    "ObjectWriter",
    "s3-owner-enforced",
  ),
  policy(
    "policy",
    statement({ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" }),
    "s3-tls-only",
  ),
  policy(
    "policy",
    statement({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" }),
    "s3-no-any-principal",
    "s3-tls-only",
  ),
  kms("enableKeyRotation", false, "kms-rotation"),
  kms("deletionWindowInDays", 7, "kms-deletion-window"),
  kms("policy", statement({ Effect: "Allow", Principal: "*", Action: "kms:*" }), "kms-policy"),
  of("aws:rds/parameterGroup:ParameterGroup", "database-postgres17")(
    "parameters",
    [],
    "rds-force-ssl",
    "rds-query-log",
  ),
  of("aws:rds/instance:Instance", "database")("parameterGroupName", undefined, "rds-parameters"),
  from(
    ...PUBLIC,
    of("aws:rds/subnetGroup:SubnetGroup", "database")("subnetIds", undefined, "rds-private-subnets"),
  ),
  from(
    ...PUBLIC,
    of("aws:elasticache/subnetGroup:SubnetGroup", "cache")("subnetIds", undefined, "public-subnet-needed"),
  ),
  from(
    "aws:ec2/internetGateway:InternetGateway",
    "network",
    of("aws:ec2/route:Route", "network-private-a")("gatewayId", undefined, "private-no-igw"),
  ),
  from(
    "aws:iam/role:Role",
    "api-execution",
    of("aws:ecs/taskDefinition:TaskDefinition", "api")("taskRoleArn", undefined, "ecs-split-roles"),
  ),
  of("aws:iam/role:Role", "network-flow")("permissionsBoundary", undefined, "iam-boundary"),
  of("aws:ecs/cluster:Cluster", "cluster")(
    "configuration.executeCommandConfiguration.kmsKeyId",
    undefined,
    "ecs-exec",
  ),
  of("aws:sqs/queue:Queue", "monitoring-lost-messages")("policy", EVERYBODY, "sqs-policy"),
  of("aws:secretsmanager/secretVersion:SecretVersion", "app-jwt-signing-key")(
    "",
    undefined,
    "secret-rotation",
  ),
  acl("rules[4].statement", {}, "waf-bad-inputs"),
  acl("rules[3].statement.managedRuleGroupStatement.vendorName", "Somebody", "waf-common"),
  acl("rules[0].statement", {}, "waf-metrics-closed"),
  acl("rules[1].statement.rateBasedStatement.aggregateKeyType", "CONSTANT", "waf-rate"),
  acl("rules[2].statement", {}, "waf-overrides"),
  acl("rules[5].statement", {}, "waf-overrides"),
  acl("rules[5].action", { allow: {} }, "waf-rules"),
  of("aws:lambda/function:Function", "monitoring-messenger")(
    "environment.variables.API_TOKEN",
    "in-plain-sight-of-all",
    "lambda-no-secret-env",
  ),
  userPolicy("policy", EVERYTHING, "iam-escalation", "iam-no-admin", "iam-no-wildcard", "iam-passrole"),
];

/**
 * Inputs that no rule watches, and why none has to. What a link leads to is judged where it ends, and that it leads
 * there by test/components/aws; what serves users is measured there, too.
 */
const NEUTRAL: readonly (readonly [RegExp, string])[] = [
  [
    /^docker:\S+ (name|hostname|labels\.(label|value)|networksAdvanced\.(aliases|name)|logOpts\.tag)$/,
    "what things are called",
  ],
  [
    /^docker:\S+ (command|entrypoints|envs|init|attach|logs|driver|mounts)$/,
    "what runs, judged where it is declared; what of it could be secret is judged by its own cases",
  ],
  [
    /^docker:\S+ (ipv6|shmSize|destroyGraceSeconds|keepLocally|dnsOpts|logOpts\.syslog-format|healthcheck\.start\w+)$/,
    "takes nothing from anybody else, and is bounded by the input beside it",
  ],
  [
    /^docker:\S+ (mounts\.(target|type)|ports\.(internal|protocol)|uploads\.file|ulimits\.soft)$/,
    "a place inside the container, or bounded by the input beside it",
  ],
  [
    /^docker:\S+ options(\.com\.docker\.network\.bridge\.host_binding_ipv4)?$/,
    "none, or a default: each port names its own address, which dk-bind-ip watches",
  ],
  [
    /^random:\S+ (special|keepers\.generation|byteLength)$/,
    "the alphabet is made up for by length; ids are parts of names, which no-random-string-secret watches",
  ],
  [
    /^tls:\S+ (\w+Pem|subject\.\w+|dnsNames|isCaCertificate)$/,
    "whose it is: a certificate that is not one is refused by those who check it",
  ],
  [
    /^aws:\S+ (name|namePrefix|displayName|\w*[dD]escription|alias|family|groupName|policyName|bucketPrefix|identifier|replicationGroupId|userName|path|key|handler|accessLogs\.prefix|targetPrefix|tags\.\S+|\w*[aA]larmName|rules\.(id|name|ruleName|priority|visibilityConfig\.metricName)|visibilityConfig\.metricName|costFilters\.\w+|volumes(\.name)?|loadBalancers\.container\w+)$/,
    "what things are called",
  ],
  [
    /^aws:\S+ (?!kms|\w*[kK]msKey)([\w.]*(Arns?|ArnLists|Id|Ids|Fqdns)|role|rule|function|functionName|topic|endpoint|cluster|clusterName|taskDefinition|repository|resources|user|arn|bucket|logGroupName|logDestination(Configs)?|logDeliveryConfigurations\.destination|loggingConfig\.logGroup|rules\.(targetVaultName|destination\.bucket)|s3Bucket|s3Key|artifactS3Location|subnets|\w+\.(subnets|securityGroups|productionListenerRule)|loadBalancers\.advancedConfiguration\.\w+|[\w.]*onFailure\.destination|restoreTestingPlanName|restoreMetadataOverrides\.\w+|parameterGroupName|subscribers\.(address|type)|alarms\.alarmNames|alarmActions|okActions|capacityProviders|rules\.filter|[\w.]*ipSetReferenceStatement\.arn)$/,
    "a link: what is behind it is judged there",
  ],
  [/^aws:s3\/bucketObjectv2:\S+ kmsKeyId$/, "the bucket's own key otherwise, which s3-sse watches"],
  [
    /^aws:(amp|appautoscaling|budgets|costexplorer|route53|xray|synthetics|cloudwatch\/(eventTarget|logMetricFilter|metricAlarm))\/?\S* (policyType|scalableDimension|serviceNamespace|targetTracking\S+|budgetType|limitUnit|notifications\.(notificationType|thresholdType)|timeUnit|monitor\w+|frequency|thresholdExpression\.\S+|filterExpression|insightsConfiguration\.\w+|aliases\.\w+|allowOverwrite|records|ttl|type|inputTransformer\.\S+|metricTransformation\.(defaultValue|name|namespace)|dimensions(\.\w+)?|evaluateLowSampleCountPercentiles|extendedStatistic|statistic|metricName|namespace|metricQueries\.\S+|warmUpConfiguration\.\w+|deleteLambda|runConfig\.\S+|runtimeVersion)$/,
    "which figure is measured and how it is told, which test/components/aws holds against AWS's own lists",
  ],
  [
    /^aws:backup\/\S+ (rules\.(completionWindow|startWindow|enableContinuousBackup)|recoveryPointSelection\.recoveryPointTypes|startWindowHours|validationWindowHours|protectedResourceType|maxRetentionDays)$/,
    "when a backup is taken and for how long at most, not whether",
  ],
  [
    /^aws:(ec2|vpc)\/\S+ (domain|connectivityType|cidrBlock|cidrIpv4|destinationCidrBlock|enableDns\w+|vpcEndpointType|logDestinationType|maxAggregationInterval)$/,
    "how a network is laid out; where it is open is judged by groups and routes",
  ],
  [
    /^aws:ecs\/\S+ (availabilityZoneRebalancing|deploymentConfiguration\.\S+|desiredCount|enableEcsManagedTags|enableExecuteCommand|healthCheckGracePeriodSeconds|launchType|propagateTags|waitForSteadyState|cpu|memory|requiresCompatibilities|runtimePlatform\.\w+|skipDestroy)$/,
    "how large it is and how releases go in; sessions are recorded, which ecs-exec watches",
  ],
  [
    /^aws:(elasticache|rds)\/\S+ (applyImmediately|\w*Window|engine|engineLifecycleSupport|instanceClass|nodeType|storageType|performanceInsightsRetentionPeriod|parameters\.\w+|logDeliveryConfigurations\.(destinationType|logFormat)|authenticationMode\.passwords)$/,
    "how large and when; of parameters those of encryption and logs are judged by name, in their own cases",
  ],
  [
    /^aws:lambda\/\S+ (architectures|code\.\S+|environment\.variables\.\w+|loggingConfig\.logFormat|memorySize|timeout|maximumRetryAttempts|input|action)$/,
    "what a function does, which its own tests show; that no variable is secret, by lambda-no-secret-env's cases",
  ],
  [
    /^aws:lb\/\S+ (defaultActions\.(fixedResponse\.\w+|redirect\.port)|routingHttpResponseServerEnabled|actions\.\S+|conditions\.\S+|priority|enableHttp2|idleTimeout|ipAddressType|loadBalancerType|preserveHostHeader|deregistrationDelay|healthCheck\.(port|protocol)|loadBalancingAlgorithmType|port|protocol|targetType)$/,
    "where requests go, which the edge's own tests show",
  ],
  [
    /^aws:s3\/\S+ (rules\.(expiration\.expiredObjectDeleteMarker|deleteMarkerReplication\.status|bucketKeyEnabled|priority)|source\.\S+)$/,
    "what is left of what was deleted, cost, and a program whose own tests show what it does",
  ],
  [
    /^aws:wafv2\/\S+ (defaultAction\.allow|rules\.action\.block\.\S+|[\w.]*visibilityConfig\.sampledRequestsEnabled|scope|ipAddressVersion|loggingFilter\.(defaultBehavior|filters\.requirement)|rules\.statement\.(\S+\.textTransformations\.priority|regexMatchStatement\.\S+|rateBasedStatement\.evaluationWindowSec|managedRuleGroupStatement\.ruleActionOverrides\.actionToUse\.\w+|\S+\.labelMatchStatement\.scope|andStatement\.statements\.notStatement\.statement\.byteMatchStatement\.\S+|andStatement\.statements\.byteMatchStatement\.(fieldToMatch\.\S+|positionalConstraint|textTransformations\.type)))$/,
    "details of rules that are judged as a whole, and, of the edge's own, by its tests; how much is sampled",
  ],
  [/^aws:(acm|ec2)\/\S+ (domainName|tags\.Name)$/, "what things are called"],
  [/^pulumi:providers:aws (region|skip\w+)$/, "what the SDK fills in, and where"],
];

/** Links, names and sizes that are watched all the same: without them something would be open, unencrypted or silent. */
const WATCHED = new RegExp(
  [
    String.raw`^aws:s3/bucket(?!Objectv2)[A-Z]\S* bucket$`,
    String.raw`^aws:(?!s3/bucketObjectv2)\S+ [\w.]*[kK]ms\w*Key\w*$`,
    String.raw`^aws:(iam|elasticache|rds|lb|wafv2|lambda|secretsmanager)/(?!\S+Validation)\S+ (policyArn|userGroupIds|\w*[sS]ecurityGroupIds|loadBalancerArn|certificateArn|resourceArn|sourceArn|secretId)$`,
    String.raw`^aws:(rds/instance:\S+ parameterGroupName|ec2/(defaultSecurityGroup|flowLog|vpcEndpoint):\S+ vpcId)$`,
    String.raw`^aws:(cloudwatch/metricAlarm:\S+ alarmActions|appautoscaling/\S+ \S+\.targetValue|lb/listener:\S+ (port|protocol))$`,
    String.raw`^aws:((ec2|vpc)/securityGroup\S+ description|wafv2/\S+ \S+regexMatchStatement\.fieldToMatch\.\S+)$`,
    String.raw`^docker:\S+(RemoteImage name|Network driver)$`,
  ].join("|"),
);

const isNeutral = (input: string) => !WATCHED.test(input) && NEUTRAL.some(([pattern]) => pattern.test(input));

/** Production first: what the list weakens is looked for there, and then in the other stacks. One on AWS is last. */
let graphs: readonly Graph[];

beforeAll(async () => {
  graphs = [];
  for (const stack of [...DOCKER_STACKS].reverse())
    graphs = [...graphs, await declareReal(stack, inventOutputs)];
  graphs = [...graphs, await awsGraph({ production: true })];
});

function find(type: string, name: string): [Graph, Resource] {
  for (const graph of graphs) {
    const found = graph.resources.find((resource) => resource.type === type && resource.name === name);
    if (found) return [graph, found];
  }
  throw new Error(`no stack has the ${type} ${name}`);
}

describe("a weakened stack", () => {
  it.each(
    MUTATIONS.map((one) => [one.name, one.path, String(JSON.stringify(one.to)).slice(0, 60), one] as const),
  )("%s: %s to %s", (_name, _path, _to, { type, name, path, to, link, noticed }) => {
    const [graph, resource] = find(type, name);
    const weakening = path === "" ? "gone" : { path, to, link };
    expect(noticing(graph, resource, weakening)).toEqual([...noticed].sort());
  });

  it("has no resource that could be taken away unnoticed beside a bucket", () => {
    const companion = /^aws:s3\/bucket(?!Objectv2:)[A-Z]/;
    const unnoticed = graphs.flatMap((graph) =>
      graph.resources
        .filter(({ type }) => companion.test(type))
        .filter((one) => noticing(graph, one, "gone").length === 0)
        .map(({ name }) => `${graph.stack} ${name}`),
    );
    expect(unnoticed).toEqual([]);
  });

  it("is noticed by each rule that has something to judge in it", () => {
    const types = new Set(graphs.flatMap(({ resources }) => resources.map(({ type }) => type)));
    const concerned = RULES.filter((rule) => rule.types.some((type) => types.has(type)));
    const seen = new Set(MUTATIONS.flatMap(({ noticed }) => noticed));
    // What is wrong already cannot be made wrong.
    const known = graphs.flatMap((graph) => [...standingIn(graph)].map((one) => one.split(" ")[0] ?? ""));
    const blind = concerned.filter(
      ({ name }) => !seen.has(name) && !known.includes(name) && !isNoticedByCase(name),
    );
    console.log(`${concerned.length} of ${RULES.length} rules judge something in them`);
    expect(blind.map(({ name }) => name)).toEqual([]);
  });

  it("has no security-relevant input whose change goes unnoticed", { timeout: 240_000 }, () => {
    const inputs = inputsOf(graphs);
    const relevant = [...inputs].filter(([input]) => !isNeutral(input));
    const listed = new Set(MUTATIONS.map(({ type, path }) => `${type} ${plain(path)}`));
    const unnoticed = relevant.filter(([input, places]) => !listed.has(input) && !isNoticed(places));
    const share = ((100 * unnoticed.length) / relevant.length).toFixed(1);
    console.log(
      `${inputs.size} inputs of the real stacks and of one on AWS, ${relevant.length} of them security-relevant: ` +
        `a change of ${unnoticed.length} goes unnoticed (${share} %)`,
    );
    expect(unnoticed.map(([input]) => input)).toEqual([]);
  });

  it("has no reason for an input that no stack has", () => {
    const inputs = [...inputsOf(graphs).keys()];
    const idle = NEUTRAL.filter(([pattern]) => !inputs.some((input) => pattern.test(input)));
    expect(idle.map(([, reason]) => reason)).toEqual([]);
  });
});

type Place = readonly [graph: Graph, resource: Resource, path: string];

/** How many resources are tried for an input: some are not judged, such as containers that never start. */
const MOST_PLACES = 6;

/** Every input of every resource, by type and path, with some of the places it stands in. */
function inputsOf(all: readonly Graph[]): ReadonlyMap<string, Place[]> {
  const inputs = new Map<string, Place[]>();
  for (const graph of all)
    for (const resource of graph.resources.filter(({ custom }) => custom))
      for (const path of leaves(resource.inputs)) {
        const input = `${resource.type} ${plain(path)}`;
        const places = inputs.get(input) ?? [];
        if (places.length < MOST_PLACES) inputs.set(input, [...places, [graph, resource, path]]);
      }
  return inputs;
}

const isNoticed = (places: readonly Place[]) =>
  places.some(([graph, resource, path]) =>
    weaker(at(resource.inputs, path)).some((to) => noticing(graph, resource, { path, to }).length > 0),
  );

/** Whether a rule notices one of its own cases on a resource of a real stack. */
function isNoticedByCase(rule: string): boolean {
  const cases = CASES.flatMap(({ safe, cases: of }) =>
    of
      .filter((one) => one.rule === rule)
      .map((one) => ({ ...one, type: typeToken(safe[one.at]?.type ?? "") })),
  );
  return cases.some(({ type, path, bad, option }) => {
    const change = path !== undefined ? { path, to: bad } : option === "from" ? "unlinked" : "gone";
    return graphs.some((graph) =>
      graph.resources
        .filter((resource) => resource.type === type)
        .some((resource) => noticing(graph, resource, change).includes(rule)),
    );
  });
}
