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
const data = of(NETWORK, "network-data");
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
  userPolicy("policy", EVERYTHING, "iam-no-admin", "iam-no-wildcard", "iam-passrole"),
];

/** Inputs that no rule watches, and why none has to. */
const NEUTRAL: readonly (readonly [RegExp, string])[] = [
  [/^docker:.*(name|hostname|label|value|aliases|labels)$/, "what things are called"],
  [/^docker:.*(command|entrypoints|envs|init|attach|logs)$/, "what runs, judged where it is declared"],
  [
    /^docker:.*(ipv6|shmSize|destroyGraceSeconds|keepLocally|volume:Volume driver)$/,
    "takes nothing from anybody else",
  ],
  [
    /^docker:.*healthcheck\.(interval|timeout|retries|startPeriod|startInterval)$/,
    "how often it is asked, not whether",
  ],
  [
    /^docker:.*(soft|target|internal|protocol|file|mounts\.type)$/,
    "bounded by the input beside it, or a place inside the container",
  ],
  [/^docker:.*host_binding_ipv4$/, "each port names its own address, which dk-bind-ip watches"],
  [/^docker:.*logOpts\.(cache-max-size|syslog-format|tag)$/, "how lines get to where they are kept"],
  [/^docker:.*dnsOpts$/, "how long a name is looked up"],
  [/^random:.*(special|generation|byteLength)$/, "the alphabet without signs is made up for by length"],
  [
    /^tls:.*(Pem|subject\..*|dnsNames|isCaCertificate|allowedUses|validityPeriodHours)$/,
    "whose it is; an authority signs and lives long by nature",
  ],
  [/^aws:.*(bucket|bucketPrefix|description|path|user|id|filter|region)$/, "what things are called"],
  [
    /^aws:s3.*(kmsMasterKeyId|bucketKeyEnabled|noncurrentDays|expiredObjectDeleteMarker)$/,
    "a key of its own is told by the link; the rest is cost",
  ],
  [
    /^aws:iam\/openIdConnectProvider\S+ (url|clientIdLists)$/,
    "who gives tokens; whose tokens are taken is judged in each role's trust",
  ],
  [/^pulumi:providers:aws (region|allowedAccountIds|skip\w+)$/, "what the SDK fills in, and where"],
  [
    /^aws:.* ([\w.]*([nN]ame|Prefix|[dD]escription|[lL]abel|[iI]d|[iI]dentifier|family|alias|prefix|key|handler|priority)|tags\..*)$/,
    "what things are called, and the order they stand in",
  ],
  [
    /^aws:.* ([\w.]*(Arns?|Ids?|ArnLists|Fqdns|FQDNs|address(es)?)|role|rule|function|topic|endpoint|cluster|taskDefinition|repository|resources|protectedResourceArns|[\w.]*(securityGroups|subnets)|includeVaults|userIds|capacityProviders|logDestination(Configs)?|targetBucket|destinationVaultArn|arn|loggingConfig\.logGroup|rules\.targetVaultName|rules\.destination\.bucket|s3Bucket|artifactS3Location|volumes|[\w.]*FailureDestination|[\w.]*onFailure\.destination|logDeliveryConfigurations\.destination)$/,
    "a link: what is behind it is judged there, and that it leads there by the rules' own cases",
  ],
  [
    /^aws:(route53|budgets|costexplorer|xray|appautoscaling|amp|ecr\/lifecyclePolicy|backup\/(restoreTesting|selection)|cloudwatch\/(compositeAlarm|eventRule|eventTarget|logMetricFilter|metricAlarm)|lambda\/(invocation|functionEventInvokeConfig)|s3\/bucketObjectv2|synthetics)/,
    "figures, money, schedules and addresses: what they measure opens nothing",
  ],
  [
    /^aws:.* ([\w.]*([wW]indow|[tT]imeout|[cC]ooldown|Period|[cC]apacity|Days|Hours|Minutes|Seconds|InMinutes|Percent|Storage|InMb|Threshold|[iI]nterval|Delay|matcher)|cpu|memory|memorySize|instanceClass|nodeType|storageType|desiredCount|applyImmediately|idleTimeout|maxAggregationInterval|rules\.(expiration|noncurrentVersionExpiration)\..*)$/,
    "how large, how long and how often, not how safe",
  ],
  [
    /^aws:(ec2\/(vpc|subnet|eip|natGateway|route|vpcEndpoint):.* (cidrBlock|availabilityZone|enableDns\w+|domain|connectivityType|destinationCidrBlock|privateDnsEnabled|vpcEndpointType)|ec2\/flowLog:.* logDestinationType)$/,
    "how a network is laid out; where it is open is judged by groups and routes",
  ],
  [
    /^aws:ecs\/.* (enableExecuteCommand|alarms\..*|availabilityZoneRebalancing|deploymentConfiguration\..*|enableEcsManagedTags|launchType|loadBalancers\..*|propagateTags|waitForSteadyState|requiresCompatibilities|runtimePlatform\..*|skipDestroy)$/,
    "how releases go in, which their own tests show",
  ],
  [
    /^aws:lb\/.* (defaultActions\.fixedResponse\..*|defaultActions\.redirect\.port|actions\..*|conditions\..*|enableHttp2|ipAddressType|loadBalancerType|preserveHostHeader|healthCheck\..*|loadBalancingAlgorithmType|port|protocol|targetType|routingHttpResponseServerEnabled)$/,
    "where requests go, which the edge's own tests show",
  ],
  [
    /^aws:(elasticache|rds)\/.* (engine\w*|parameters\..*|logDeliveryConfigurations\.log\w+|logDeliveryConfigurations\.destinationType|authenticationMode\.passwords)$/,
    "what the engine is, and settings that are not those of encryption",
  ],
  [
    /^aws:lambda\/function.* (architectures|code\..*|environment\..*|loggingConfig\..*)$|^aws:lambda\/permission.* action$/,
    "what a function does, which its own tests show",
  ],
  [
    /^aws:wafv2\/.* (defaultAction\..*|rules\.(action|statement|overrideAction|visibilityConfig)\..*|visibilityConfig\..*|scope|loggingFilter\..*|ipAddressVersion|redactedFields\..*)$/,
    "what each rule of the firewall looks at, which the edge's own tests show",
  ],
  [
    /^aws:(s3\/bucketReplicationConfig:.* (rules\.(deleteMarkerReplication|sourceSelectionCriteria)\..*|rules\.filter)|backup\/plan:.* rules\.(copyActions|enableContinuousBackup).*|ecr\/repository:.* encryptionConfigurations\.encryptionType|acm\/certificate:.* (keyAlgorithm|domainName)|elasticache\/user\w*:.* engine|vpc\/securityGroup\w+Rule:.* (fromPort|toPort|ipProtocol|cidrIpv4))$/,
    "details of what is judged as a whole beside it",
  ],
];

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
    const relevant = [...inputs].filter(([input]) => !NEUTRAL.some(([pattern]) => pattern.test(input)));
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
