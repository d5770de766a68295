import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { awsLinks } from "../../observability/render";
import type { AwsContext } from "../aws/context";
import { ENVIRONMENT_ATTRIBUTE, TRACES_ENDPOINT } from "../aws/collector";
import type { AwsKind, AwsTarget } from "../aws/kind";
import type { Tracing } from "./contract";

/**
 * X-Ray. Nothing of it runs in the network: each task's own collector takes its traces and hands them to AWS. How many
 * requests are traced is the app's to decide, by the same variable as on a Docker host, so there is no sampling rule.
 */
export class AwsTracing extends pulumi.ComponentResource implements Tracing<AwsKind> {
  readonly endpoint = TRACES_ENDPOINT;
  readonly queryUrl: string;
  readonly operatorUrl: string;
  readonly targets: readonly AwsTarget[] = [];

  constructor(context: AwsContext, name: string, opts: pulumi.ComponentResourceOptions) {
    super("mainstay:aws:Tracing", name, {}, opts);
    const { environment } = context;
    // Traces of all environments of an account stand side by side; here are this one's.
    new aws.xray.Group(
      name,
      {
        groupName: `mainstay-${environment.name}`,
        filterExpression: `annotation.${ENVIRONMENT_ATTRIBUTE} = "${environment.name}"`,
        insightsConfiguration: { insightsEnabled: true, notificationsEnabled: false },
      },
      { parent: this },
    );
    this.queryUrl = `https://xray.${environment.aws.region}.amazonaws.com`;
    this.operatorUrl = awsLinks(environment).traces;
    this.registerOutputs({});
  }
}
