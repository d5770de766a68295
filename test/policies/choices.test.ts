/** What a stack's file may choose without a word in `policies/differences.ts`, and what is found all the same. */
import { beforeAll, describe, expect, it } from "vitest";
import { AWS_IMAGES, BASE_IMAGES, IMAGES, type ImageName } from "../../environment/images";
import type { Graph, Resource } from "../../graph";
import { DIFFERENCES } from "../../policies/differences";
import { compare, type DeclaredDifference, type DeclaredDifferences } from "../../policies/parity/compare";
import { RULES } from "../../policies/rules";
import { AUTHORITY } from "../environment/support/authority";
import { TODAY } from "./support/graphs";
import { sketchReal, type ScaleChange, type Sketched } from "./support/stacks";

/** On each platform, the stack that follows and production as they are in their files. */
const PAIRS = {
  aws: {
    follower: (change?: ScaleChange, others?: Sketched) => sketchReal("staging", change, others),
    production: (change?: ScaleChange, others?: Sketched) => sketchReal("prod", change, others),
  },
  docker: {
    follower: (change: ScaleChange = {}, others: Sketched = {}) =>
      sketchReal("docker-host", { production: false, ...change }, { name: "rehearsal", ...others }),
    production: (change?: ScaleChange, others?: Sketched) => sketchReal("docker-host", change, others),
  },
} as const;
type Platform = keyof typeof PAIRS;

/** The entries, each with its place for a reason: so a difference tells which of them allows it. */
const NUMBERED = Object.fromEntries(
  Object.entries(DIFFERENCES).map(([kind, entries]) => [
    kind,
    entries.map((entry: DeclaredDifference, index) => ({ ...entry, reason: String(index) })),
  ]),
) as unknown as DeclaredDifferences;

/** Paths that are not declared, and what each stack has there. What allows the others is noted. */
function undeclared(kind: "docker" | "aws", follower: Graph, leading: Graph, used = new Set<string>()) {
  const differences = compare(follower, leading, kind, { declared: NUMBERED, rules: RULES, today: TODAY });
  for (const { reason } of differences) used.add(reason ?? "");
  return differences
    .filter(({ allowed }) => !allowed)
    .map(({ path, left, right }) => [path, left, right] as const);
}

const OLD = `sha256:${"0123456789abcdef".repeat(4)}`;
const NEW = `sha256:${"f".repeat(64)}`;
const webhook = (url: string) => [{ kind: "webhook", url: `https://${url}` }];
const SECRETS = ["PAGER", "CHAT", "LETTERS"];
const RECEIVERS = [
  { kind: "pagerduty", secret: "PAGER" },
  { kind: "slack", channel: "#alerts", secret: "CHAT" },
  {
    kind: "email",
    ...{ to: "ops@example.com", from: "alerts@example.com", smarthost: "smtp.example.com:587" },
    ...{ username: "alerts", secret: "LETTERS" },
  },
];

interface Choice {
  /** What the two are called. */
  readonly names?: readonly [follower: string, production: string];
  readonly follower?: ScaleChange;
  readonly production?: ScaleChange;
  readonly secrets?: readonly string[];
  readonly rewrite?: (text: string) => string;
}

const image = (stack: string, name: string, digest: string, region = "eu-west-1") => ({
  [`images.${name}`]: `123456789012.dkr.ecr.${region}.amazonaws.com/mainstay-${stack}/${name}@${digest}`,
});
const released = (stack: string, name: string) => image(stack, name, NEW);

/** What hangs on a stack's name and region: its registry. */
const imagesIn = (stack: string, region?: string): ScaleChange =>
  Object.assign(
    {},
    ...Object.keys(BASE_IMAGES).map((name) => image(stack, name, OLD, region)),
  ) as ScaleChange;

const elsewhere = (stack: string, region: string, letters: string): ScaleChange => ({
  "aws.region": region,
  "aws.zones": [...letters].map((letter) => `${region}${letter}`),
  ...imagesIn(stack, region),
});
const renamed = (text: string) => text.replaceAll('"web"', '"site"');

const AWS: Readonly<Record<string, Choice>> = {
  nothing: {},
  "a release of the app in staging": { follower: released("staging", "app") },
  "a release of the backup runner in staging": { follower: released("staging", "backup") },
  "a release of the boards in staging": { follower: released("staging", "dashboards") },
  "a rollback of production": { production: released("prod", "app") },
  "production's sizes": {
    follower: {
      ...{ "database.memoryMiB": 16384, "database.cpus": 4, "database.storageGiB": 200 },
      ...{ "cache.memoryMiB": 3072, "cache.cpus": 2, "cache.replicas": 2 },
      ...{ "services.worker.replicas": 2, "backups.drillGiB": 100, "aws.monthlyBudgetUsd": 3000 },
    },
  },
  "a disk of the database that RDS stripes": { follower: { "database.storageGiB": 400 } },
  "fewer replicas of the database": {
    follower: { "database.readReplicas": 1 },
    production: { "database.readReplicas": 2 },
  },
  "stand-bys and ways out as in production": {
    follower: { "aws.multiZone": true, "aws.network.natGateways": "per-zone" },
  },
  "no copies of backups": { production: { "aws.copyRegion": undefined } },
  "copies of backups in yet another region": { follower: { "aws.copyRegion": "eu-north-1" } },
  "everything an account has once": {
    follower: { "aws.owns": ["github-provider", "cost-anomalies", "cost-allocation-tags"] },
  },
  "nothing an account has once": { follower: { "aws.owns": [] } },
  "a zone of Route 53 and a bucket for the state": {
    follower: { "aws.hostedZoneId": "Z9876543210", "aws.state": { bucket: "acme-state" } },
  },
  "a network of its own": { follower: { "aws.network.cidr": "172.20.0.0/16" } },
  "services that grow": {
    follower: {
      "services.api.maxReplicas": 4,
      "services.web.maxReplicas": 3,
      "services.worker.maxReplicas": 3,
    },
  },
  "no service that grows": {
    production: {
      "services.api.maxReplicas": undefined,
      "services.web.maxReplicas": undefined,
      "services.worker.maxReplicas": undefined,
    },
  },
  "a service of another name": { rewrite: renamed },
  "nobody who is informed": { production: { "receivers.info": undefined } },
  "nobody at all": { follower: { receivers: undefined } },
  "other receivers": {
    follower: { "receivers.critical": webhook("hooks.example.org/1") },
    production: { "receivers.critical": RECEIVERS, "receivers.watchdog": webhook("example.org") },
    secrets: SECRETS,
  },
  "fewer secrets of receivers": {
    follower: { "receivers.critical": RECEIVERS.slice(0, 1) },
    production: { "receivers.critical": RECEIVERS },
    secrets: SECRETS,
  },
  "receivers of an owner": {
    production: { "receivers.owners": { data: { critical: webhook("example.org/data") } } },
  },
  "secrets that were replaced": { follower: { secretGeneration: 2 } },
  "a key that was given": {
    production: { "variables.OPENAI_API_KEY": undefined },
    secrets: ["OPENAI_API_KEY"],
  },
  "another region": { follower: elsewhere("staging", "us-east-1", "bdf") },
  "the region of production's copies, copied to production's": {
    follower: { ...elsewhere("staging", "eu-central-1", "abc"), "aws.copyRegion": "eu-west-1" },
  },
  ...Object.fromEntries(
    (
      [
        ["dev", "prod"],
        ["local", "production"],
        ["prod-dr", "production-eu-west-1"],
        ["eu", "prod"],
      ] as const
    ).map(([follower, production]) => [
      `names such as ${follower} and ${production}`,
      { names: [follower, production], follower: imagesIn(follower), production: imagesIn(production) },
    ]),
  ),
  "no origins": { follower: { "edge.corsOrigins": [] } },
};

const DOCKER: Readonly<Record<string, Choice>> = {
  "nothing but its name": {},
  ...Object.fromEntries(
    (
      [
        ["dev", "prod"],
        ["local", "production"],
        ["prod-dr", "production"],
      ] as const
    ).map((names) => [`names such as ${names.join(" and ")}`, { names }]),
  ),
  "a release by its tag": { follower: { "images.app": "mainstay.invalid/app:0.2.0" } },
  "a release by its digest": { follower: { "images.app": `mainstay.invalid/app@${NEW}` } },
  "a release that is tried beside the one before": {
    production: { "services.api.candidate": { image: "mainstay.invalid/app:0.2.0", weightPercent: 10 } },
  },
  "another release that is tried": {
    follower: { "services.api.candidate": { image: "mainstay.invalid/app:0.3.0", weightPercent: 5 } },
    production: { "services.api.candidate": { image: "mainstay.invalid/app:0.2.0", weightPercent: 10 } },
  },
  sizes: {
    follower: {
      ...{ "services.api.replicas": 1, "services.worker.memoryMiB": 256, "services.web.cpus": 0.25 },
      ...{ "database.memoryMiB": 1024, "database.storageGiB": 100, "cache.memoryMiB": 256 },
      ...{ "monitoring.prometheus.retentionDays": 40, "monitoring.loki.retentionDays": 10 },
      ...{ "monitoring.jaeger.memoryMiB": 256, "monitoring.grafana.memoryMiB": 448, "backups.drillGiB": 20 },
    },
  },
  "a host and an address": {
    follower: {
      ...{ "host.address": "ssh://mainstay@staging.example.com", domain: "staging.example.com" },
      ...{ "edge.corsOrigins": ["https://staging.example.com"], "edge.address": "10.0.0.1" },
      ...{ "edge.httpPort": 8080, "edge.httpsPort": 8443 },
    },
  },
  "ports for its operators": {
    follower: {
      "operatorPorts.database": 25432,
      "operatorPorts.alertmanager": 29093,
      "operatorPorts.grafana": 23000,
      "operatorPorts.jaeger": 26686,
      "operatorPorts.logs": 25514,
    },
  },
  "a certificate that was given": {
    production: { "edge.certificate": { kind: "provided", chainSecret: "CHAIN", keySecret: "KEY" } },
    secrets: ["CHAIN", "KEY"],
  },
  "a certificate of another authority": {
    production: {
      "edge.certificate": { kind: "provided", chainSecret: "CHAIN", keySecret: "KEY", authority: AUTHORITY },
    },
    secrets: ["CHAIN", "KEY"],
  },
  "backups on its host": { follower: { "backups.bucket": { kind: "volume" } } },
  "backups in another region": { follower: { "backups.bucket.region": "eu-north-1" } },
  "nobody who hears of alerts": { follower: { receivers: undefined } },
  "other receivers": {
    follower: { "receivers.warning": webhook("hooks.example.org/1") },
    production: {
      "receivers.critical": RECEIVERS,
      "receivers.owners": { data: { critical: webhook("example.org/data") } },
    },
    secrets: SECRETS,
  },
  "secrets that were replaced": { follower: { secretGeneration: 2 } },
  "a key that was given": {
    production: { "variables.OPENAI_API_KEY": undefined },
    secrets: ["OPENAI_API_KEY"],
  },
};

/** The two as they are in their files. */
let plain: Record<Platform, readonly [follower: Graph, production: Graph]>;
beforeAll(async () => {
  // One after the other: a process declares one program at a time.
  const aws = [await PAIRS.aws.follower(), await PAIRS.aws.production()] as const;
  plain = { aws, docker: [await PAIRS.docker.follower(), await PAIRS.docker.production()] };
});

async function chosen(platform: Platform, choice: Choice): Promise<readonly [Graph, Graph]> {
  const { names: [one, other] = [], follower, production, secrets = [], rewrite } = choice;
  // A secret that nobody names is refused.
  const own = secrets.filter((name) => JSON.stringify(follower ?? {}).includes(`"${name}"`));
  const { follower: following, production: leading } = PAIRS[platform];
  return [
    follower || one || rewrite
      ? await following(follower, { ...(one ? { name: one } : {}), secrets: own, rewrite })
      : plain[platform][0],
    production || other || rewrite
      ? await leading(production, { ...(other ? { name: other } : {}), secrets, rewrite })
      : plain[platform][1],
  ];
}

describe.each([
  ["aws", AWS],
  ["docker", DOCKER],
] as const)("on %s", (platform, choices) => {
  const used = new Set<string>();
  const asked = new Set<string>();

  it.each(Object.entries(choices))("a stack may choose %s", async (what, choice) => {
    asked.add(what);
    expect(undeclared(platform, ...(await chosen(platform, choice)), used)).toEqual([]);
  });

  it("and no entry is there for what none of these choices brings", () => {
    // Alone, this has nothing to go by.
    expect([...asked]).toEqual(Object.keys(choices));
    const unused = DIFFERENCES[platform].filter((_, index) => !used.has(String(index)));
    expect(unused.map(({ path }) => String(path))).toEqual([]);
  });
});

/** Without the one resource whose URN ends so. */
function without(graph: Graph, end: string): Graph {
  const kept = graph.resources.filter(({ urn }) => !urn.endsWith(end));
  expect(kept).toHaveLength(graph.resources.length - 1);
  return { ...graph, resources: kept };
}

/** With other inputs of the one resource whose URN ends so. */
function altered(graph: Graph, end: string, inputs: Resource["inputs"]): Graph {
  const changed = graph.resources.map((one) =>
    one.urn.endsWith(end) ? { ...one, inputs: { ...one.inputs, ...inputs } } : one,
  );
  expect(changed.filter((one) => !graph.resources.includes(one))).toHaveLength(1);
  return { ...graph, resources: changed };
}

describe("what is no choice is found", () => {
  const found = (platform: Platform, change: (follower: Graph) => Graph) =>
    undeclared(platform, change(plain[platform][0]), plain[platform][1]);

  it("staging without TLS", () => {
    const plainText = { protocol: "HTTP", sslPolicy: null };
    const listener = "environment/edge/edge-https:Listener";
    expect(found("aws", (staging) => altered(staging, "Listener::edge-https", plainText))).toEqual([
      [`${listener}/protocol`, "HTTP", "HTTPS"],
      [`${listener}/sslPolicy`, null, expect.stringMatching(/^ELBSecurityPolicy-TLS13/)],
      [`security/listener-https/${listener}`, "broken", "kept"],
      [`security/listener-redirect/${listener}`, "broken", "kept"],
      // Its rules hand requests on in plain text, too.
      ["security/listener-rule-redirect/environment/edge/edge-api:ListenerRule", "broken", "kept"],
      ["security/listener-rule-redirect/environment/edge/edge-web:ListenerRule", "broken", "kept"],
    ]);
  });

  it("another version of the database's engine", () => {
    const instance = "environment/database/database:Instance/engineVersion";
    expect(
      found("aws", (staging) => altered(staging, "Instance::database", { engineVersion: "16" })),
    ).toEqual([[instance, "16", "17"]]);
  });

  it.each([
    "database-DatabaseCpuHigh",
    "cache-1-CacheMemoryLow",
    "way-out-1-WayOutFull",
    "api-TasksMissing",
    "topic-critical-MessagesUndelivered",
  ])("the missing alarm %s", (name) => {
    const missing = found("aws", (staging) => without(staging, `:MetricAlarm::${name}`));
    // Of some there is a rule as well.
    expect(missing.filter(([path]) => !path.startsWith("security/alarm-coverage/"))).toEqual([
      [`environment/monitoring/${name}:MetricAlarm`, undefined, "aws:cloudwatch/metricAlarm:MetricAlarm"],
    ]);
  });

  it("a limit of the database: only its memory is shared out by size", () => {
    const [group] = plain.aws[0].resources.filter(
      ({ type }) => /:ParameterGroup$/.test(type) && type.includes("rds"),
    );
    const parameters = (group?.inputs.parameters ?? []) as { name: string; value: string }[];
    const unlimited = parameters.map((one) =>
      one.name === "statement_timeout" ? { ...one, value: "0" } : one,
    );
    const name = group?.name ?? "";
    expect(
      found("aws", (staging) => altered(staging, `ParameterGroup::${name}`, { parameters: unlimited })),
    ).toEqual([
      [`environment/database/${name}:ParameterGroup/parameters/statement_timeout/value`, "0", "30000"],
    ]);
  });

  it("a flag of Prometheus that is not about its history", () => {
    const flags = plain.docker[0].resources.find(({ urn }) => urn.endsWith(":Container::prometheus"));
    const command = [...((flags?.inputs.command ?? []) as string[]), "--web.enable-admin-api"];
    expect(
      found("docker", (staging) => altered(staging, ":Container::prometheus", { command })).map(
        ([, here]) => here,
      ),
    ).toEqual(["--web.enable-admin-api"]);
  });

  it("a service that is missing", () => {
    const dropped = (staging: Graph) => ({
      ...staging,
      resources: staging.resources.filter(
        ({ urn }) => !/::worker(-task|-execution|-ReleaseMemoryHigh)?$/.test(urn),
      ),
    });
    expect(found("aws", dropped)).toEqual([
      ["environment/app/worker", undefined, "mainstay:aws:FargateService"],
    ]);
  });

  it("data that is not protected: staging is never weaker", async () => {
    const staging = await PAIRS.aws.follower({ protectData: false });
    const weaker = undeclared("aws", staging, plain.aws[1]).map(([path]) => path);
    expect(weaker).toContain("security/rds-deletion-protection/environment/database/database:Instance");
    expect(weaker).toContain("environment/database/database:Instance/deletionProtection");
  });

  const THIRD_PARTY = (Object.keys(IMAGES) as ImageName[]).filter((name) => !(name in BASE_IMAGES));

  it("another version of each image that others make", async () => {
    const changed = Object.fromEntries(
      THIRD_PARTY.map((name) => [`images.${name}`, `${IMAGES[name].split("@")[0]}@${NEW}`]),
    );
    const onDocker = undeclared("docker", await PAIRS.docker.follower(changed), plain.docker[1]);
    expect(onDocker.map(([path]) => /\/image-([^:]+):/.exec(path)?.[1]).sort()).toEqual(
      THIRD_PARTY.filter((name) => name !== "collector").sort(),
    );
    const onAws = undeclared("aws", await PAIRS.aws.follower(changed), plain.aws[1]);
    expect([...new Set(onAws.map(([path]) => path.split(".").at(-1)))].sort()).toEqual(
      AWS_IMAGES.filter((name) => !(name in BASE_IMAGES)),
    );
  });

  it("an image of another repository", async () => {
    const forked = await PAIRS.docker.follower({ "images.app": "ghcr.io/acme/app:0.1.0" });
    expect(undeclared("docker", forked, plain.docker[1])).toEqual([
      ["environment/image-app:RemoteImage/image/ghcr.io.acme.app", "0.1.0", undefined],
      ["environment/image-app:RemoteImage/image/mainstay.invalid.app", undefined, "0.1.0"],
      ["security/dk-image-pinned/environment/image-app:RemoteImage", "broken", "kept"],
    ]);
  });
});
