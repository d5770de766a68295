/**
 * The proof that the rules watch what they say: the real stacks are weakened in one place, and exactly the rules that
 * should notice do. Every other place is for sweep.test.ts.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { RULES } from "../../policies/rules";
import { awsGraph } from "../components/support/aws-stack";
import { CASES } from "./cases";
import { changed, typeToken } from "./support/graphs";
import { Incremental } from "./support/incremental";
import { weakened } from "./support/places";
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

type Change = Pick<Mutation, "path" | "to" | "link">;

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
const forwards = of("aws:lb/listenerRule:ListenerRule", "edge-api");
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
  of("aws:secretsmanager/secretVersion:SecretVersion", "app-jwt-signing-key")(
    "secretString",
    "in-plain-sight",
    "secret-no-literal",
    "secret-rotation",
  ),
  of("aws:lb/loadBalancer:LoadBalancer", "edge")(
    "securityGroups",
    undefined,
    "alb-security-groups",
    "sg-world-ingress",
  ),
  from("aws:lb/listener:Listener", "edge-http", forwards("listenerArn", undefined, "listener-rule-redirect")),
  forwards(
    "transforms",
    [{ type: "url-rewrite", urlRewriteConfig: { rewrite: { regex: "^/api/(.*)$", replace: "/$1" } } }],
    "listener-rule-rewrite",
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
  of("aws:iam/user:User", "backups-bucket-writer")("path", undefined, "iam-no-access-key"),
  userPolicy("policy", EVERYTHING, "iam-escalation", "iam-no-admin", "iam-no-wildcard", "iam-passrole"),
];

/** Production first: what the list weakens is looked for there, and then in the other stacks. Those on AWS are last. */
let stacks: readonly Incremental[];

beforeAll(async () => {
  stacks = [];
  for (const stack of [...DOCKER_STACKS].reverse())
    stacks = [...stacks, new Incremental(await declareReal(stack, inventOutputs), true)];
  stacks = [...stacks, new Incremental(await awsGraph({ production: true }), true)];
}, 60_000);

function find(type: string, name: string): [Incremental, Resource] {
  for (const judged of stacks) {
    const found = judged.graph.resources.find((resource) => resource.type === type && resource.name === name);
    if (found) return [judged, found];
  }
  throw new Error(`no stack has the ${type} ${name}`);
}

/** The resource as a mutation leaves it; undefined where it is gone. */
function mutated(judged: Incremental, resource: Resource, { path, to, link }: Change): Resource | undefined {
  if (path === "") return undefined;
  const after = weakened(resource, path, to);
  const linked = judged.graph.resources.find(({ type, name }) => type === link?.[0] && name === link[1]);
  const secret = to === "[secret]" ? { ...after, secrets: [...after.secrets, path] } : after;
  return linked ? changed(secret, ["propertyDependencies", path], [linked.urn]) : secret;
}

describe("a weakened stack", () => {
  it.each(
    MUTATIONS.map((one) => [one.name, one.path, String(JSON.stringify(one.to)).slice(0, 60), one] as const),
  )("%s: %s to %s", (_name, _path, _to, one) => {
    const [judged, resource] = find(one.type, one.name);
    expect(judged.noticing(resource, mutated(judged, resource, one))).toEqual([...one.noticed].sort());
  });

  it("is noticed by each rule that has something to judge in it", () => {
    const types = new Set(stacks.flatMap(({ graph }) => graph.resources.map(({ type }) => type)));
    const concerned = RULES.filter((rule) => rule.types.some((type) => types.has(type)));
    const seen = new Set(MUTATIONS.flatMap(({ noticed }) => noticed));
    // What is wrong already cannot be made wrong.
    const known = stacks.flatMap(({ standing }) => [...standing].map((one) => one.split(" ")[0] ?? ""));
    const blind = concerned.filter(
      ({ name }) => !seen.has(name) && !known.includes(name) && !isNoticedByCase(name),
    );
    console.log(`${concerned.length} of ${RULES.length} rules judge something in them`);
    expect(blind.map(({ name }) => name)).toEqual([]);
  });
});

/** Whether one of a rule's own cases, made on a resource of a real stack, is noticed by just the rules it names. */
function isNoticedByCase(rule: string): boolean {
  const cases = CASES.flatMap(({ safe, cases: of }) =>
    of
      .filter((one) => one.rule === rule && one.option !== "protect")
      .map((one) => ({ ...one, type: typeToken(safe[one.at]?.type ?? "") })),
  );
  return cases.some(({ type, path, bad, option, also = [] }) => {
    const expected = [...new Set([rule, ...also])].sort().join();
    return stacks.some((judged) =>
      judged.graph.resources
        .filter((resource) => resource.type === type)
        .some((resource) => {
          const to =
            path === undefined && option === "from"
              ? { ...resource, propertyDependencies: {} }
              : mutated(judged, resource, { path: path ?? "", to: bad });
          return judged.noticing(resource, to).join() === expected;
        }),
    );
  });
}
