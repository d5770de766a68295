import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./context";
import { imageOf } from "./images";
import type { Statement } from "./policy";
import type { DefinedContainer } from "./task-definition";

/** What the collector beside the containers reads metrics from, on the task's own loopback address. */
interface Scrape {
  /** The `job` label: what kind of thing it is. */
  readonly job: string;
  readonly port: number;
  readonly path: string;
}

/** What the collector of a task is there for. */
export interface CollectorArgs {
  /** Metrics it scrapes and writes to the environment's workspace. */
  readonly scrape?: Scrape;
  /** Whether it takes traces, on `TRACES_ENDPOINT`. @default false */
  readonly traces?: boolean;
  /** Names of metrics without labels that also go to CloudWatch: a service is scaled by them. @default none */
  readonly figures?: readonly string[];
}

/** Where the containers of a task send traces, by OTLP over HTTP: to the collector beside them. */
export const TRACES_ENDPOINT = "http://127.0.0.1:4318";

/** The attribute that tells an environment's traces apart from others of the account. */
export const ENVIRONMENT_ATTRIBUTE = "environment";

/** What traces can be searched by, the id in a log line first. */
const INDEXED = ["mainstay.correlation_id", ENVIRONMENT_ATTRIBUTE];

/** The container's name. */
const COLLECTOR = "collector";

/** The user its image is made for. */
const USER = "4317:4317";

/** The CloudWatch namespace of the collectors' metrics. */
export const figuresNamespace = ({ environment }: Pick<AwsContext, "environment">) =>
  `mainstay/${environment.name}`;

/** The CloudWatch dimension that names the service a metric is of. */
export const FIGURE_DIMENSION = "ServiceName";

/**
 * The collector beside the containers of a task, the AWS Distro for OpenTelemetry: nothing from outside the task can
 * reach it, and it needs no address of anything but AWS's own endpoints.
 *
 * @param service whose task it is
 * @param logGroup where metrics for CloudWatch are written, in its embedded metric format
 */
export function collector(
  context: AwsContext,
  service: string,
  args: CollectorArgs,
  logGroup: pulumi.Input<string>,
): DefinedContainer {
  const { memoryMiB, cpus } = context.environment.monitoring.collector;
  return {
    name: COLLECTOR,
    image: imageOf(context, "collector"),
    user: USER,
    memoryMiB,
    cpus,
    environment: { AOT_CONFIG_CONTENT: collectorConfig(context, service, args, logGroup) },
    health: ["/healthcheck"],
    restarts: true,
  };
}

/** What a task's role needs for its collector. */
export function collectorPermissions(
  context: AwsContext,
  { scrape, traces, figures = [] }: CollectorArgs,
  logGroupArn: pulumi.Input<string>,
): Statement[] {
  return [
    ...(scrape ? [{ sid: "Metrics", actions: ["aps:RemoteWrite"], resources: [context.metrics.arn] }] : []),
    // X-Ray knows no resources for them.
    ...(traces
      ? [
          {
            sid: "Traces",
            actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
            resources: ["*"],
          },
        ]
      : []),
    ...(figures.length > 0
      ? [
          {
            sid: "Figures",
            actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            resources: [logGroupArn, pulumi.interpolate`${logGroupArn}:*`],
          },
        ]
      : []),
  ];
}

/** The collector's configuration, as JSON, which YAML's readers take. */
function collectorConfig(
  context: AwsContext,
  service: string,
  { scrape, traces = false, figures = [] }: CollectorArgs,
  logGroup: pulumi.Input<string>,
): pulumi.Output<string> {
  const { region } = context.environment.aws;
  return pulumi.jsonStringify({
    extensions: {
      health_check: { endpoint: "127.0.0.1:13133" },
      ...(scrape ? { sigv4auth: { region, service: "aps" } } : {}),
    },
    receivers: {
      ...(scrape ? { prometheus: prometheusReceiver(context, scrape) } : {}),
      ...(traces ? { otlp: { protocols: { http: { endpoint: "127.0.0.1:4318" } } } } : {}),
    },
    processors: {
      memory_limiter: { check_interval: "1s", limit_percentage: 75, spike_limit_percentage: 20 },
      resourcedetection: { detectors: ["ecs"], timeout: "5s" },
      // Every copy is scraped at the same address; the task tells them apart.
      resource: {
        attributes: [{ key: "service.instance.id", from_attribute: "aws.ecs.task.id", action: "upsert" }],
      },
      batch: {},
      // In a name of one word: searches take no dots.
      ...(traces ? { "attributes/traces": environmentAttribute(context) } : {}),
      ...(figures.length > 0 ? figureProcessors(service, figures) : {}),
    },
    exporters: {
      ...(scrape ? { prometheusremotewrite: remoteWrite(context) } : {}),
      ...(traces ? { awsxray: { region, indexed_attributes: INDEXED } } : {}),
      ...(figures.length > 0 ? { awsemf: figuresExporter(context, figures, logGroup) } : {}),
    },
    service: {
      extensions: ["health_check", ...(scrape ? ["sigv4auth"] : [])],
      // Its own metrics would take one more port.
      telemetry: { metrics: { level: "none" }, logs: { level: "warn" } },
      pipelines: {
        ...(scrape
          ? { metrics: pipeline("prometheus", ["resourcedetection", "resource"], "prometheusremotewrite") }
          : {}),
        ...(traces
          ? { traces: pipeline("otlp", ["resourcedetection", "attributes/traces"], "awsxray") }
          : {}),
        ...(figures.length > 0
          ? { "metrics/figures": pipeline("prometheus", ["filter/figures", "attributes/figures"], "awsemf") }
          : {}),
      },
    },
  });
}

const pipeline = (receiver: string, processors: readonly string[], exporter: string) => ({
  receivers: [receiver],
  processors: ["memory_limiter", ...processors, "batch"],
  exporters: [exporter],
});

const environmentAttribute = ({ environment }: AwsContext) => ({
  actions: [{ key: ENVIRONMENT_ATTRIBUTE, value: environment.name, action: "upsert" }],
});

const prometheusReceiver = ({ environment }: AwsContext, { job, port, path }: Scrape) => ({
  config: {
    global: {
      scrape_interval: `${environment.monitoring.scrapeSeconds}s`,
      scrape_timeout: `${Math.min(10, environment.monitoring.scrapeSeconds)}s`,
    },
    scrape_configs: [
      { job_name: job, metrics_path: path, static_configs: [{ targets: [`127.0.0.1:${port}`] }] },
    ],
  },
});

const remoteWrite = ({ metrics }: AwsContext) => ({
  endpoint: pulumi.interpolate`${metrics.prometheusEndpoint}api/v1/remote_write`,
  auth: { authenticator: "sigv4auth" },
  target_info: { enabled: false },
  // Samples of one series stay in order only where one worker sends them.
  remote_write_queue: { enabled: true, num_consumers: 1, queue_size: 10_000 },
});

const figureProcessors = (service: string, figures: readonly string[]) => ({
  "filter/figures": {
    error_mode: "propagate",
    metrics: { metric: [figures.map((figure) => `name != "${figure}"`).join(" and ")] },
  },
  "attributes/figures": { actions: [{ key: FIGURE_DIMENSION, value: service, action: "insert" }] },
});

const figuresExporter = (
  context: AwsContext,
  figures: readonly string[],
  logGroup: pulumi.Input<string>,
) => ({
  region: context.environment.aws.region,
  namespace: figuresNamespace(context),
  log_group_name: logGroup,
  log_stream_name: "figures",
  dimension_rollup_option: "NoDimensionRollup",
  metric_declarations: [
    { dimensions: [[FIGURE_DIMENSION]], metric_name_selectors: figures.map((figure) => `^${figure}`) },
  ],
});
