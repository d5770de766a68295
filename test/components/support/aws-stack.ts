import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { awsContext, type AwsContext } from "../../../components/aws/context";
import { awsProvider } from "../../../components/aws/provider";
import { AwsNetwork } from "../../../components/network/aws";
import { loadEnvironment } from "../../../environment/load";
import { readStackFiles, type StackConfiguration } from "../../../environment/stack-files";
import { declare, type Graph } from "../../../graph";
import program from "../../../index";
import { ACCOUNT, inventAws, REGION } from "./aws-outputs";

const ROOT = resolve(__dirname, "../../..");

/** Images as they are once they have been pushed into the account's registry. */
const pushed = (stack: string, ...names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [
      name,
      `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/mainstay-${stack}/${name}@sha256:${"0123456789abcdef".repeat(4)}`,
    ]),
  );

const common = {
  platform: "aws",
  receivers: { critical: [{ kind: "webhook", url: "https://alerts.example.com/critical" }] },
  variables: { OPENAI_API_KEY: { generate: 40 } },
};

const account = {
  accountId: ACCOUNT,
  region: REGION,
  zones: ["a", "b", "c"].map((zone) => `${REGION}${zone}`),
  hostedZoneId: "Z0123456789ABC",
  repository: "example/platform",
};

const staging = {
  ...common,
  production: false,
  aws: { ...account, monthlyBudgetUsd: 600 },
  domain: "staging.example.com",
  services: {
    api: { replicas: 2, memoryMiB: 384, cpus: 0.2 },
    worker: { memoryMiB: 384, cpus: 0.2 },
    web: { memoryMiB: 384, cpus: 0.2 },
  },
  database: { memoryMiB: 2048, cpus: 2, storageGiB: 20 },
  cache: { memoryMiB: 512, cpus: 1 },
  edge: { corsOrigins: ["https://staging.example.com"] },
  monitoring: {
    prometheus: { retentionDays: 150 },
    grafana: { memoryMiB: 384, cpus: 0.2 },
    collector: { memoryMiB: 128, cpus: 0.05 },
    exporter: { memoryMiB: 64, cpus: 0.1 },
  },
  backups: { memoryMiB: 384, cpus: 0.2 },
};

const prod = {
  ...common,
  variables: { ...common.variables, DATABASE_POOL_MAX: 5 },
  production: true,
  aws: {
    ...account,
    network: { natGateways: "per-zone" },
    multiZone: true,
    copyRegion: "eu-central-1",
    monthlyBudgetUsd: 3000,
  },
  domain: "api.example.com",
  services: {
    api: { replicas: 3, maxReplicas: 5, memoryMiB: 1536, cpus: 0.75 },
    worker: { replicas: 2, maxReplicas: 3, memoryMiB: 1536, cpus: 0.75 },
    web: { replicas: 2, maxReplicas: 4, memoryMiB: 768, cpus: 0.35 },
  },
  database: { memoryMiB: 16384, cpus: 4, storageGiB: 200 },
  cache: { memoryMiB: 3072, cpus: 2, replicas: 2 },
  edge: { corsOrigins: ["https://api.example.com", "https://app.example.com"] },
  monitoring: {
    prometheus: { retentionDays: 365 },
    grafana: { memoryMiB: 768, cpus: 0.35 },
    collector: { memoryMiB: 256, cpus: 0.15 },
    exporter: { memoryMiB: 64, cpus: 0.1 },
  },
  backups: { memoryMiB: 768, cpus: 0.35 },
};

interface Options {
  readonly production: boolean;
  /** Settings of the scale that are different. */
  readonly change?: object;
  /** What is given as mainstay:secrets. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** What `declare` needs to bring a valid environment on AWS into being, changed in a few of its settings. */
export function awsStack({ production, change = {}, secrets = {} }: Options): StackConfiguration {
  const name = production ? "prod" : "staging";
  const files = readStackFiles(ROOT, name);
  const images = pushed(name, "app", "backup", "dashboards");
  const scale = { ...(production ? prod : staging), images, ...change };
  return {
    ...files,
    config: {
      ...files.config,
      "mainstay:scale": JSON.stringify(scale),
      "mainstay:secrets": JSON.stringify(secrets),
    },
    secretKeys: ["mainstay:secrets"],
  };
}

/** The graph as `up` would leave it: ids, ARNs and names invented, nothing unknown, secrets masked. */
export const awsGraph = (options: Options): Promise<Graph> =>
  declare(program, { ...awsStack(options), invent: inventAws });

/** The graph of a first preview: what AWS gives is unknown. */
export const awsPreview = (options: Options): Promise<Graph> => declare(program, awsStack(options));

/** What a part of an environment is declared with, while its neighbours are missing or of no interest. */
export interface Surroundings {
  readonly context: AwsContext;
  readonly network: AwsNetwork;
  readonly opts: pulumi.ComponentResourceOptions;
}

/** The graph of the context, the network, and the part alone. */
export function awsPart(part: (surroundings: Surroundings) => unknown, options: Options): Promise<Graph> {
  const declarePart = () => {
    const { environment, givenSecret } = loadEnvironment();
    if (environment.platform !== "aws") throw new Error("not an environment on AWS");
    const loaded = { environment, givenSecret };
    const root = new Root("environment", awsProvider(loaded));
    const context = awsContext(loaded, root);
    const opts = { parent: root };
    part({ context, network: new AwsNetwork(context, "network", opts), opts });
  };
  return declare(declarePart, { ...awsStack(options), invent: inventAws });
}

class Root extends pulumi.ComponentResource {
  constructor(name: string, provider: pulumi.ProviderResource) {
    super("mainstay:index:Environment", name, {}, { providers: [provider] });
    this.registerOutputs({});
  }
}
