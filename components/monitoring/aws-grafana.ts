import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../aws/context";
import { FargateService } from "../aws/fargate";
import { imageOf } from "../aws/images";
import type { AwsKind, AwsSecret } from "../aws/kind";
import type { Statement } from "../aws/policy";
import { secret } from "../aws/secret";
import type { TaskContainer } from "../aws/task-container";
import type { Network } from "../network/contract";
import { generatedSecret } from "../secrets";
import { DATASOURCE_VARIABLES } from "./aws-datasources";
import { GRAFANA_PORT, GRAFANA_SETTINGS } from "./grafana-settings";

/**
 * Grafana as a task of the environment's, with the same boards as on a Docker host. Nothing in it is worth keeping:
 * data sources and boards are in its image, and what is changed by hand is gone with the task. It has no address:
 * operators forward its port through Systems Manager, and so need an account of AWS's, not one of Grafana's.
 * (Amazon Managed Grafana needs IAM Identity Center or a SAML provider, and takes boards only over its API, with a
 * token that ends after 30 days.)
 */
export function grafana(
  context: AwsContext,
  name: string,
  network: Network<AwsKind>,
  parent: pulumi.Resource,
): FargateService {
  const { environment } = context;
  const password = generatedSecret(environment, "grafana-password", 32, { parent });
  const stored = secret(context, "grafana-password", password, { parent });
  return new FargateService(
    context,
    "grafana",
    {
      component: name,
      containers: [container(context, stored)],
      replicas: 1,
      tiers: [network.tiers.operations, network.tiers.telemetry, network.tiers.operator],
      permissions: permissions(context),
      scrape: { job: "grafana", port: GRAFANA_PORT, path: "/metrics" },
      exec: true,
    },
    { parent },
  );
}

function container(context: AwsContext, password: AwsSecret): TaskContainer {
  const { environment, metrics } = context;
  const { memoryMiB, cpus } = environment.monitoring.grafana;
  const endpoint = metrics.prometheusEndpoint;
  return {
    name: "grafana",
    image: imageOf(context, "dashboards"),
    user: "472:472",
    memoryMiB,
    cpus,
    environment: {
      ...GRAFANA_SETTINGS,
      GF_SERVER_ROOT_URL: `http://127.0.0.1:${environment.operatorPorts.grafana}/`,
      GF_AUTH_SIGV4_AUTH_ENABLED: "true",
      // The role of the task, and no key anybody could have typed in.
      GF_AWS_ALLOWED_AUTH_PROVIDERS: "default",
      [DATASOURCE_VARIABLES.prometheus]: endpoint,
      [DATASOURCE_VARIABLES.alertmanager]: pulumi.interpolate`${endpoint}alertmanager`,
      [DATASOURCE_VARIABLES.region]: environment.aws.region,
    },
    secrets: { GF_SECURITY_ADMIN_PASSWORD: password },
    mounts: [
      { volume: "grafana-data", path: "/var/lib/grafana" },
      { volume: "grafana-tmp", path: "/tmp" },
    ],
    health: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${GRAFANA_PORT}/api/health`],
  };
}

/** Reading metrics, alarms and logs of the environment, and silencing its alerts. */
const permissions = ({ metrics, environment, arn }: AwsContext): Statement[] => [
  {
    actions: ["aps:QueryMetrics", "aps:GetLabels", "aps:GetSeries", "aps:GetMetricMetadata"],
    resources: [metrics.arn],
  },
  {
    actions: [
      "aps:ListRules",
      "aps:ListAlerts",
      "aps:ListAlertManagerAlerts",
      "aps:ListAlertManagerAlertGroups",
      "aps:ListAlertManagerReceivers",
      "aps:ListAlertManagerSilences",
      "aps:GetAlertManagerSilence",
      "aps:GetAlertManagerStatus",
      "aps:PutAlertManagerSilences",
      "aps:DeleteAlertManagerSilence",
    ],
    resources: [metrics.arn],
  },
  {
    // CloudWatch knows no resources for reading metrics.
    actions: [
      "cloudwatch:DescribeAlarms",
      "cloudwatch:DescribeAlarmsForMetric",
      "cloudwatch:DescribeAlarmHistory",
      "cloudwatch:GetMetricData",
      "cloudwatch:ListMetrics",
      "logs:DescribeLogGroups",
      "logs:GetQueryResults",
      "logs:StopQuery",
    ],
    resources: ["*"],
    conditions: { StringEquals: { "aws:RequestedRegion": environment.aws.region } },
  },
  {
    actions: ["logs:GetLogEvents", "logs:GetLogGroupFields", "logs:StartQuery"],
    resources: [arn("logs", `log-group:/mainstay/${environment.name}/*`)],
  },
];
