import * as pulumi from "@pulumi/pulumi";
import { loadEnvironment } from "../environment/load";
import { awsPlatform } from "./aws/platform";
import { awsProvider } from "./aws/provider";
import { dockerPlatform, dockerProvider } from "./docker/platform";
import { declareEnvironment, type EnvironmentOutputs } from "./environment";

/** The one component at the top: everything of an environment is below it. */
class EnvironmentRoot extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("mainstay:index:Environment", name, {}, opts);
    this.registerOutputs({});
  }
}

/** Reads the stack's configuration and declares its environment on the platform it names. */
export function declareStack(): EnvironmentOutputs {
  const { environment, givenSecret } = loadEnvironment();
  if (environment.platform === "aws") {
    const loaded = { environment, givenSecret };
    const root = new EnvironmentRoot("environment", { providers: [awsProvider(loaded)] });
    return declareEnvironment(awsPlatform(loaded, root), root);
  }
  const loaded = { environment, givenSecret };
  const root = new EnvironmentRoot("environment", { providers: [dockerProvider(loaded)] });
  return declareEnvironment(dockerPlatform(loaded, root), root);
}
