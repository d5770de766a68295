import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { transformSync } from "esbuild";
import type { AwsContext } from "./context";
import { logGroup } from "./logs";
import { serviceRole, type Statement } from "./policy";

export interface FunctionArgs {
  /** The component it belongs to, for its tag. */
  readonly component: string;
  readonly description: string;
  /** Name of its file in `functions/`, without the ending. It exports `handler`. */
  readonly code: string;
  readonly timeoutSeconds: number;
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** What it may do, beside writing its log. */
  readonly permissions: readonly Statement[];
}

/** The runtime brings AWS's SDK, so that a function is one small file. */
const RUNTIME = aws.lambda.Runtime.NodeJS22dX;

/** A Lambda function of one file, with a role and a log group of its own. */
export class AwsFunction extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;
  /** What has to exist before it can be invoked. */
  readonly ready: readonly pulumi.Resource[];

  constructor(context: AwsContext, name: string, args: FunctionArgs, opts: pulumi.ComponentResourceOptions) {
    super("mainstay:aws:Function", name, {}, opts);
    const logs = logGroup(context, name, { parent: this });
    const { role, policy } = serviceRole(
      context,
      name,
      "lambda",
      [
        {
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [pulumi.interpolate`${logs.arn}:*`],
        },
        ...args.permissions,
      ],
      { parent: this },
    );
    this.function = new aws.lambda.Function(
      name,
      {
        description: args.description,
        runtime: RUNTIME,
        architectures: ["arm64"],
        handler: "index.handler",
        code: new pulumi.asset.AssetArchive({
          "index.mjs": new pulumi.asset.StringAsset(compiled(args.code)),
        }),
        timeout: args.timeoutSeconds,
        memorySize: 256,
        role: role.arn,
        environment: args.environment ? { variables: args.environment } : undefined,
        loggingConfig: { logFormat: "JSON", logGroup: logs.name },
        tags: { "mainstay:component": args.component },
      },
      { parent: this, dependsOn: [logs, policy] },
    );
    this.ready = [this.function, policy];
    this.registerOutputs({});
  }
}

const codes = new Map<string, string>();

/** A function's code as Node runs it. Stacks that are declared one after the other share it. */
export function compiled(name: string, format: "esm" | "cjs" = "esm"): string {
  const file = join(__dirname, "functions", `${name}.ts`);
  const known = codes.get(`${file} ${format}`);
  if (known !== undefined) return known;
  const { code } = transformSync(readFileSync(file, "utf8"), { loader: "ts", format, target: "node22" });
  codes.set(`${file} ${format}`, code);
  return code;
}
