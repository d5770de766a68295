/** Services the definitions know no names of: whatever a project adds beside `api` and `worker`. */
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { declareStack } from "../../components/root";
import { resolveConfig } from "../../environment/config";
import { resolve } from "../../environment/resolve";
import type { StackConfiguration } from "../../environment/stack-files";
import { declare } from "../../graph";
import { PLATFORM_JOBS } from "../../observability/metrics";
import type { RenderedRoute } from "../../observability/routing/rendered";
import type { Rule, RuleGroup } from "../../observability/rules";
import { renderedFiles, type RenderedFiles } from "../../operations/render";
import { changed, linesOf, rename } from "../environment/support/configuration";
import { dockerHost } from "../support/docker-host";
import { PROMTOOL_FOUND, runTrials } from "./support/promtool";
import { receiversOf } from "./support/routes";

type Services = Record<string, Record<string, unknown>>;

/** A host on which `web` is called `site`, and two copies of `reports` run beside the others. */
function stackWithReports(): StackConfiguration {
  const files = dockerHost();
  const services = (key: string, port: object) => {
    const value = JSON.parse(files.config[key] ?? "") as { services: Services };
    const { web: site = {}, worker = {}, ...others } = value.services;
    const all: Services = { ...others, worker, site, reports: { ...worker, ...port } };
    return [key, JSON.stringify({ ...value, services: all })] as const;
  };
  const changes = [services("mainstay:shape", { port: 8003 }), services("mainstay:scale", {})];
  return { ...files, config: { ...files.config, ...Object.fromEntries(changes) } };
}

interface Scraping {
  readonly job_name: string;
  readonly metrics_path: string;
  readonly static_configs: readonly {
    readonly targets: readonly string[];
    readonly labels?: { readonly job: string };
  }[];
}

describe("a service of any name", () => {
  let files: RenderedFiles;
  let scraped: readonly Scraping[];
  let rules: readonly Rule[];
  beforeAll(async () => {
    const stack = stackWithReports();
    const { environment, problems } = resolveConfig(stack.stack, stack.config);
    if (!environment) throw new Error(linesOf(problems).join("\n"));
    files = renderedFiles(environment, await declare(declareStack, stack));
    const read = <T>(name: string) => parse(files.get(name) ?? "") as T;
    scraped = read<{ scrape_configs: Scraping[] }>("prometheus-config/prometheus.yml").scrape_configs;
    rules = read<{ groups: RuleGroup[] }>("prometheus-config/rules.yml").groups.flatMap(
      (group) => group.rules,
    );
  });

  it("is scraped, each copy of it", () => {
    expect(scraped.filter(({ job_name: job }) => job === "reports")).toEqual([
      {
        job_name: "reports",
        metrics_path: "/metrics",
        static_configs: [{ targets: ["reports-1:8003", "reports-2:8003"] }],
      },
    ]);
  });

  it("leaves no rule and no panel that asks for a job nobody scrapes", () => {
    const jobs = new Set(scraped.map((one) => one.static_configs[0]?.labels?.job ?? one.job_name));
    const boards = [...files].filter(([path]) => path.startsWith("grafana-config/dashboards/boards/"));
    expect(boards).toHaveLength(9);
    const texts = [
      ...rules.map(({ expr }) => expr),
      ...boards.map(([, content]) => content.replaceAll('\\"', '"')),
    ];
    const asked = texts.flatMap((text) =>
      [...text.matchAll(/\bjob(?:=~?|!~|!=)"([a-z|-]+)"/g)].flatMap(([, names = ""]) => names.split("|")),
    );
    expect(asked.length).toBeGreaterThan(100);
    expect([...new Set(asked)].filter((job) => !jobs.has(job))).toEqual([]);
  });

  const MIB = 1024 * 1024;
  const ONE = 'job="reports",instance="reports-1:8003"';
  const TROUBLES: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
    ["is away", { [`up{${ONE}}`]: "0x60" }, ["InstanceDown warning", "ServiceDown critical"]],
    ["is not even looked for", {}, ["ServiceDown critical"]],
    [
      "is not ready",
      { [`up{${ONE}}`]: "1x60", [`app_ready{${ONE}}`]: "0x60" },
      ["InstanceNotReady warning", "ServiceNotReady critical"],
    ],
    [
      "keeps restarting",
      { [`up{${ONE}}`]: "1x60", [`process_start_time_seconds{${ONE}}`]: "0+60x60" },
      ["ServiceRestarting critical", "ServiceRestarting warning"],
    ],
    [
      "has hardly any memory left",
      { [`up{${ONE}}`]: "1x60", [`process_resident_memory_bytes{${ONE}}`]: `${500 * MIB}x60` },
      ["MemoryHigh critical", "MemoryHigh warning"],
    ],
    [
      "is held back by its processor limit",
      {
        [`up{${ONE}}`]: "1x60",
        [`container_cpu_cfs_periods_total{${ONE}}`]: "0+600x60",
        [`container_cpu_cfs_throttled_periods_total{${ONE}}`]: "0+300x60",
      },
      ["ContainerThrottled info"],
    ],
  ];

  it.runIf(PROMTOOL_FOUND).each(TROUBLES)("is told of when it %s", async (_, series, told) => {
    const exp_samples = told.map((one) => {
      const [alertname, severity] = one.split(" ");
      return { labels: `{alertname="${alertname}", severity="${severity}"}`, value: 1 };
    });
    const firing = 'ALERTS{job="reports",alertstate="firing",escalated="",severity!="none"}';
    const tests = [
      {
        interval: "1m",
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [
          { expr: `count by (alertname, severity) (${firing})`, eval_time: "25m", exp_samples },
        ],
      },
    ];
    expect(await runTrials([{ name: "reports", rules, tests }])).toEqual(new Map());
  });

  it("is told of to those who hear of all services", () => {
    const { route } = parse(files.get("alertmanager-config/alertmanager.yml") ?? "") as {
      route: RenderedRoute;
    };
    const heardBy = (name: string, severity: string) => {
      const rule = rules.find(
        (one) => "alert" in one && one.alert === name && one.labels["severity"] === severity,
      );
      return receiversOf(route, { ...rule?.labels, alertname: name, job: "reports" });
    };
    expect(heardBy("ServiceDown", "critical")).toEqual(["critical", "warning"]);
    expect(heardBy("InstanceDown", "warning")).toEqual(["warning"]);
    expect(heardBy("ContainerThrottled", "info")).toEqual(["info"]);
  });
});

describe("a service's name", () => {
  it.each(PLATFORM_JOBS)("is not that of another job: %s", (job) => {
    const { problems } = resolve(
      changed(rename("shape.services.web", job), rename("scale.services.web", job)),
    );
    expect(problems).toMatchObject([{ key: `mainstay:shape.services.${job}`, found: "a reserved name" }]);
  });
});
