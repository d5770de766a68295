import { stringify } from "yaml";
import type { Environment } from "../../environment/environment";
import type { Receiver } from "../../environment/scale";
import type { ScrapeTarget } from "../kind";

export const PROMETHEUS_PORT = 9090;
export const ALERTMANAGER_PORT = 9093;
export const GRAFANA_PORT = 3000;

/** Where Alertmanager finds the secret texts its receivers need, by secret name. */
export const RECEIVER_SECRETS = "/run/secrets";

/** Prometheus's configuration: what is scraped, how often, and where alerts go. */
export function prometheusConfig(
  { name, monitoring }: Environment,
  targets: readonly ScrapeTarget[],
): string {
  const job = ({ job, hosts, port, path }: ScrapeTarget) => ({
    job_name: job,
    metrics_path: path,
    static_configs: [{ targets: hosts.map((host) => `${host}:${port}`) }],
  });
  return stringify({
    global: {
      scrape_interval: `${monitoring.scrapeSeconds}s`,
      scrape_timeout: `${Math.min(10, monitoring.scrapeSeconds)}s`,
      evaluation_interval: `${monitoring.evaluationSeconds}s`,
      external_labels: { environment: name },
    },
    rule_files: ["/etc/prometheus/rules.yml"],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`alertmanager:${ALERTMANAGER_PORT}`] }] }] },
    scrape_configs: targets.map(job),
  });
}

/** Rules every environment starts with: that targets answer, and that alerts can get out at all. */
export function prometheusRules(): string {
  const rules = [
    {
      alert: "TargetDown",
      expr: "up == 0",
      for: "2m",
      labels: { severity: "critical" },
      annotations: { summary: "{{ $labels.job }} on {{ $labels.instance }} does not answer" },
    },
    {
      alert: "Watchdog",
      expr: "vector(1)",
      labels: { severity: "none" },
      annotations: { summary: "Always firing: its absence means that alerts do not get out" },
    },
  ];
  return stringify({ groups: [{ name: "foundation", rules }] });
}

const LEVELS = ["critical", "warning", "info"] as const;

/** Alertmanager's configuration: each level of alerts to its receivers, the graver ones silencing the lesser. */
export function alertmanagerConfig({ receivers }: Environment): string {
  return stringify({
    route: {
      receiver: "none",
      group_by: ["alertname", "job"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "4h",
      routes: LEVELS.map((level) => ({ matchers: [`severity="${level}"`], receiver: level })),
    },
    inhibit_rules: [
      {
        source_matchers: ['severity="critical"'],
        target_matchers: ['severity=~"warning|info"'],
        equal: ["alertname", "job"],
      },
      {
        source_matchers: ['severity="warning"'],
        target_matchers: ['severity="info"'],
        equal: ["alertname", "job"],
      },
    ],
    receivers: [{ name: "none" }, ...LEVELS.map((level) => receiver(level, receivers[level]))],
  });
}

function receiver(name: string, all: readonly Receiver[]): Record<string, unknown> {
  const configs: Record<string, unknown[]> = {};
  const add = (key: string, value: unknown) => (configs[key] ??= []).push(value);
  for (const one of all) {
    switch (one.kind) {
      case "webhook":
        add("webhook_configs", { url: one.url, send_resolved: true });
        break;
      case "slack":
        add("slack_configs", {
          api_url_file: `${RECEIVER_SECRETS}/${one.secret}`,
          channel: one.channel,
          send_resolved: true,
        });
        break;
      case "pagerduty":
        add("pagerduty_configs", {
          routing_key_file: `${RECEIVER_SECRETS}/${one.secret}`,
          send_resolved: true,
        });
        break;
      case "email":
        add("email_configs", {
          to: one.to,
          from: one.from,
          smarthost: one.smarthost,
          auth_username: one.username,
          auth_password_file: `${RECEIVER_SECRETS}/${one.secret}`,
          send_resolved: true,
        });
    }
  }
  return { name, ...configs };
}

/** Names of the secrets the receivers need. */
export function receiverSecrets({ receivers }: Environment): string[] {
  const names = LEVELS.flatMap((level) =>
    receivers[level].flatMap((one) => ("secret" in one ? [one.secret] : [])),
  );
  return [...new Set(names)].sort();
}

/** Grafana's data sources, under fixed ids that boards can name. */
export function grafanaDatasources(jaegerUrl: string): string {
  const source = (name: string, type: string, url: string, more: Record<string, unknown> = {}) => ({
    name,
    uid: type,
    type,
    access: "proxy",
    url,
    editable: false,
    ...more,
  });
  return stringify({
    apiVersion: 1,
    datasources: [
      source("Prometheus", "prometheus", `http://prometheus:${PROMETHEUS_PORT}`, { isDefault: true }),
      source("Alertmanager", "alertmanager", `http://alertmanager:${ALERTMANAGER_PORT}`, {
        jsonData: { implementation: "prometheus" },
      }),
      source("Jaeger", "jaeger", jaegerUrl),
    ],
  });
}

/** Grafana's settings: no accounts but the administrator's, nothing sent home. */
export const GRAFANA_ENV: Readonly<Record<string, string>> = {
  GF_SECURITY_ADMIN_USER: "admin",
  GF_SECURITY_ADMIN_PASSWORD__FILE: "/run/secrets/admin-password",
  GF_SECURITY_DISABLE_GRAVATAR: "true",
  GF_SECURITY_COOKIE_SAMESITE: "strict",
  GF_USERS_ALLOW_SIGN_UP: "false",
  GF_AUTH_ANONYMOUS_ENABLED: "false",
  GF_ANALYTICS_REPORTING_ENABLED: "false",
  GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
  GF_PLUGINS_PREINSTALL_DISABLED: "true",
  GF_NEWS_NEWS_FEED_ENABLED: "false",
  GF_LOG_MODE: "console",
  GF_LOG_CONSOLE_FORMAT: "json",
  GF_PATHS_PROVISIONING: "/etc/grafana/provisioning",
};
