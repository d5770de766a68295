import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { awsContext, type AwsContext } from "../../../components/aws/context";
import { awsProvider } from "../../../components/aws/provider";
import { AwsNetwork } from "../../../components/network/aws";
import { loadEnvironment } from "../../../environment/load";
import { readStackFiles, type StackConfiguration } from "../../../environment/stack-files";
import { declare, type Graph } from "../../../graph";
import program from "../../../index";
import { inventAws } from "./aws-outputs";

const ROOT = resolve(__dirname, "../../..");

interface Options {
  readonly production: boolean;
  /** Settings of the scale that are different. */
  readonly change?: object;
  /** What is given as mainstay:secrets. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** The stack `prod` or `staging`, changed in a few of its settings. */
export function awsStack({ production, change = {}, secrets = {} }: Options): StackConfiguration {
  const name = production ? "prod" : "staging";
  const files = readStackFiles(ROOT, name);
  const scale = { ...(JSON.parse(files.config["mainstay:scale"] ?? "{}") as object), ...change };
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
