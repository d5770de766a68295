import { describe, expect, it } from "vitest";
import { ALL_BOARDS } from "../../observability/boards";
import { BOARDS } from "../../observability/boards/uids";
import { APP_JOBS, AWS_JOBS, metricOf, type Metric } from "../../observability/metrics";
import { awsLinks, grafanaBoardProvider, grafanaBoards, hostLinks } from "../../observability/render";
import { ruleGroups } from "../../observability/rules";
import type { AwsEnvironment } from "../../environment/environment";
import { awsGraph } from "../components/support/aws-stack";
import { containersOf, variable } from "../components/support/aws-tasks";
import { environmentOf, FIGURES, LINKS } from "./support/figures";
import { analyse, type Selector } from "./support/promql";
import { ALERTS, RULES } from "./support/promtool";

const WAYS = { traces: "https://traces.example.com", logs: "https://logs.example.com" };
const files = grafanaBoards({ ...LINKS, ...WAYS }, "selfHosted");

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
}
interface BuiltPanel {
  readonly id: number;
  readonly type: string;
  readonly links?: Built["links"];
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
  readonly options?: { readonly yAxis?: { readonly unit?: string } };
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] };
    };
  };
}
interface Built {
  readonly uid: string;
  readonly title: string;
  readonly editable: boolean;
  readonly panels: readonly BuiltPanel[];
  readonly links: readonly { readonly title: string; readonly url?: string }[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly label?: string }[];
  };
  readonly annotations: { readonly list: readonly { readonly expr?: string }[] };
}
const built = Object.values(files).map((text) => JSON.parse(text) as Built);
const panelsOf = ({ panels }: Built) => panels.filter(({ type }) => type !== "row");
const each = built.flatMap((board) =>
  panelsOf(board).map((panel) => ({ board, panel, name: `${board.title}: ${panel.title}` })),
);
const targets = each.flatMap(({ panel, name }) =>
  (panel.targets ?? []).map((target) => ({ ...target, name })),
);
/** Grafana puts a time in this place; any will do here. */
const plain = (expr: string) => expr.replaceAll("$__rate_interval", "5m");
const recorded = new Set(RULES.flatMap((rule) => ("record" in rule ? [rule.record] : [])));

describe("boards", () => {
  it("are the nine that were asked for, under ids that stay", () => {
    expect(built.map(({ uid, title }) => [uid, title])).toEqual(Object.entries(BOARDS));
    expect(Object.keys(files)).toEqual(Object.keys(BOARDS).map((uid) => `${uid}.json`));
  });

  it("come out the same each time", () => {
    expect(grafanaBoards({ ...LINKS, ...WAYS }, "selfHosted")).toEqual(files);
  });

  it("are found by the links of the alerts", () => {
    const uids = new Set(built.map(({ uid }) => `${LINKS.boards}/${uid}`));
    expect(ALERTS.filter(({ annotations }) => !uids.has(annotations["dashboard_url"] ?? ""))).toEqual([]);
  });

  it("lead to each other, and from each panel to traces, to logs and to a runbook", () => {
    const pages = new Set(ALERTS.map(({ annotations }) => annotations["runbook_url"]?.split("#")[0]));
    for (const board of built) {
      const [boards, ...further] = board.links;
      expect(boards?.title).toBe("Boards");
      expect(further.map(({ title, url }) => [title, url])).toEqual([
        ["Traces", WAYS.traces],
        ["Logs", WAYS.logs],
        ["Runbook", expect.toSatisfy((url: string) => pages.has(url))],
      ]);
      expect(
        panelsOf(board).filter(({ links }) => JSON.stringify(links) !== JSON.stringify(further)),
      ).toEqual([]);
    }
  });

  it("open the lines of the log store in Grafana's explorer on a host, and CloudWatch's on AWS", () => {
    const onHost = new URL(hostLinks(environmentOf("local")).logs);
    expect(onHost.origin + onHost.pathname).toBe("http://127.0.0.1:3002/explore");
    const { logs } = JSON.parse(onHost.searchParams.get("panes") ?? "{}") as {
      logs: { datasource: string; queries: unknown };
    };
    expect([onHost.searchParams.get("schemaVersion"), logs.datasource, logs.queries]).toEqual([
      "1",
      "loki",
      [{ refId: "A", datasource: { type: "loki", uid: "loki" }, expr: '{container=~".+"}' }],
    ]);
    expect(awsLinks(environmentOf("prod") as AwsEnvironment).logs).toBe(
      "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:logs-insights",
    );
  });

  it("are provisioned from their folder and not changed by hand", () => {
    expect(grafanaBoardProvider("/var/lib/boards")).toContain("path: /var/lib/boards");
  });
});

describe("boards of either platform", () => {
  const onHost = Object.values(files).flatMap((text) => panelsOf(JSON.parse(text) as Built));
  const onAws = Object.values(grafanaBoards({ ...LINKS, ...WAYS }, "managed")).map(
    (text) => JSON.parse(text) as Built,
  );

  it("name only what an environment of that platform has", async () => {
    const { resources } = await awsGraph({ production: true });
    const scraped = new Set(
      resources
        .filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition")
        .flatMap((task) => containersOf(task))
        .flatMap((container) => variable(container, "AOT_CONFIG_CONTENT") ?? [])
        .flatMap((text) => [...text.matchAll(/"job_name":"(\w+)"/g)].map(([, job = ""]) => job)),
    );
    expect([...scraped].sort()).toEqual([...APP_JOBS, ...AWS_JOBS].sort());
    const rules = ruleGroups(FIGURES, LINKS, "managed").flatMap((group) => group.rules);
    const has = ({ metric: series, matchers }: Selector): boolean => {
      const metric = metricOf(series);
      if (metric) return !metric.selfHosted && metric.jobs.some((job) => scraped.has(job));
      const slo = matchers.find(({ label }) => label === "slo")?.value;
      const recording = rules.filter(
        (rule) =>
          "record" in rule && rule.record === series && (slo === undefined || rule.labels["slo"] === slo),
      );
      return recording.some(({ expr }) => {
        // A limit is a figure, and of no metric. What an objective looks at may be there in one of two ways.
        const { selectors } = analyse(expr);
        return selectors.length === 0 || selectors.some(has);
      });
    };
    const strangers = onAws.flatMap(({ title, panels }) =>
      panels.flatMap(({ title: panel, targets: own = [] }) =>
        own
          .flatMap(({ expr }) => analyse(plain(expr)).selectors)
          .filter((selector) => !has(selector))
          .map(({ metric }) => `${title}, ${panel}: ${metric}`),
      ),
    );
    expect(strangers).toEqual([]);
  });

  it("are the same but for the panels about a host, its containers, a proxy, a Prometheus of one's own and its commands", () => {
    const left = onAws.flatMap((board) => panelsOf(board)).map(({ description }) => description);
    expect(onHost.filter(({ description }) => !left.includes(description)).map(({ title }) => title)).toEqual(
      [
        ...["Probes", "Probe time", "Certificate"],
        ...["Requests at the edge", "Failed by the edge", "Refused by the edge", "In progress at the edge"],
        "Connections",
        // The promise that 19 of 20 deployments succeed, in a row of its own.
        "Good",
        ...["Deployments and looks", "Drift", "Age of secrets"],
        ...["Memory left", "Processors", "Disk left", "Disk traffic", "Waiting", "Killed for memory"],
        ...["Held back", "Log lines"],
        ...["Series", "Samples taken in", "History", "Rules", "Notifications", "Alerts"],
      ],
    );
    for (const { panels } of onAws) {
      // No row stands over nothing.
      const kinds = panels.map(({ type }) => type);
      expect(
        kinds.filter((kind, index) => kind === "row" && [undefined, "row"].includes(kinds[index + 1])),
      ).toEqual([]);
    }
  });
});

/**
 * The rules of Grafana's own linter. Five ask for variables of job and instance: here one Prometheus serves one
 * environment, and the jobs are fixed names of the catalogue, so that matchers are checked against it instead.
 */
describe("the linter's rules", () => {
  const list = (names: readonly string[]) => expect([...new Set(names)]).toEqual([]);

  it("template-datasource: one variable for the source, named and labelled", () => {
    for (const { templating } of built) {
      expect(templating.list.map(({ name, type, label }) => [name, type, label])).toEqual([
        ["datasource", "datasource", "Data source"],
      ]);
    }
  });
  it("template-job, template-instance, template-label-promql, template-on-time-change-reload: no other variables", () => {
    list(
      built
        .filter(({ templating }) => templating.list.some(({ type }) => type === "query"))
        .map(({ title }) => title),
    );
  });
  it("panel-datasource: every panel uses the variable", () => {
    list(each.filter(({ panel }) => panel.datasource?.uid !== "${datasource}").map(({ name }) => name));
  });
  it("panel-title-description: every panel has both", () => {
    list(
      each.filter(({ panel }) => !panel.title || !panel.description?.endsWith(".")).map(({ name }) => name),
    );
  });
  it("panel-units: every panel has one", () => {
    list(each.filter(({ panel }) => !panel.fieldConfig?.defaults.unit).map(({ name }) => name));
  });
  it("panel-no-targets: every panel has a query", () => {
    list(each.filter(({ panel }) => (panel.targets ?? []).length === 0).map(({ name }) => name));
  });
  it("target-logql, target-logql-auto: no query is of logs", () => {
    list(targets.filter(({ expr }) => /\|=|\|~/.test(expr)).map(({ name }) => name));
  });
  it("target-promql: every query is PromQL", () => {
    for (const { expr } of targets) expect(() => analyse(plain(expr))).not.toThrow();
  });
  it("target-rate-interval: rates leave their range to Grafana", () => {
    list(
      targets
        .filter(({ expr }) => /\b(rate|irate)\([^[]*\[(?!\$__rate_interval)/.test(expr))
        .map(({ name }) => name),
    );
  });
  it("target-job, target-instance: jobs that are asked for export the metric", () => {
    const wrong = targets.flatMap(({ expr, name }) =>
      analyse(plain(expr)).selectors.flatMap(({ metric, matchers }) => {
        const jobs: readonly string[] = metricOf(metric)?.jobs ?? [];
        const asked = matchers.filter(({ label, operator }) => label === "job" && operator === "=");
        return asked
          .filter(({ value }) => !jobs.includes(value))
          .map(({ value }) => `${name}: ${metric} of ${value}`);
      }),
    );
    list(wrong);
  });
  it("target-counter-agg: counters are never shown as they are", () => {
    const bare = targets.flatMap(({ expr, name }) =>
      analyse(plain(expr))
        .selectors.filter(({ metric }) => metricOf(metric)?.type === "counter")
        .map(({ metric }) => ({ expr, name, metric })),
    );
    list(
      bare
        .filter(({ expr, metric }) => !new RegExp(`(rate|increase)\\(${metric}\\b`).test(expr))
        .map(({ name }) => name),
    );
  });
  it("uneditable-dashboard: boards are changed here", () => {
    list(built.filter(({ editable }) => editable).map(({ title }) => title));
  });
});

/** How Grafana writes what a metric of the catalogue measures. */
const UNIT_OF: { readonly [U in Metric["unit"]]?: string } = { seconds: "s", bytes: "bytes" };

describe("more rules", () => {
  it("every metric is of the catalogue or recorded", () => {
    const expressions = [
      ...targets.map(({ expr }) => expr),
      ...built.flatMap(({ annotations }) => annotations.list.map(({ expr }) => expr ?? "up")),
    ];
    const strangers = expressions
      .flatMap((expr) => analyse(plain(expr)).selectors)
      .filter(({ metric }) => !metricOf(metric) && !recorded.has(metric));
    expect(strangers).toEqual([]);
  });
  it("every label is one the metrics have", () => {
    const labelsOf = (metric: string): readonly string[] => {
      const rule = RULES.find((one) => "record" in one && one.record === metric);
      const known = metricOf(metric);
      return known ? [...known.labels, "job", "instance", "le"] : Object.keys(rule?.labels ?? {});
    };
    const wrong = targets.flatMap(({ expr, legendFormat, name }) => {
      const { selectors, grouping } = analyse(plain(expr));
      const all = new Set(selectors.flatMap(({ metric }) => labelsOf(metric)));
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label);
      return [...grouping, ...shown].filter((label) => !all.has(label)).map((label) => `${name}: ${label}`);
    });
    expect(wrong).toEqual([]);
  });
  it("a heatmap's axis is of what its buckets measure, and its cells of how often that is seen", () => {
    const heatmaps = each.filter(({ panel }) => panel.type === "heatmap");
    const wrong = heatmaps
      .flatMap(({ name, panel: { options, fieldConfig, targets: own = [] } }) =>
        own
          .flatMap(({ expr }) => analyse(plain(expr)).selectors)
          .map(({ metric }) => ({
            name,
            measured: metricOf(metric)?.unit,
            axis: options?.yAxis?.unit,
            cells: fieldConfig?.defaults.unit,
          })),
      )
      .filter(
        ({ measured, axis, cells = "" }) =>
          measured === undefined || axis !== UNIT_OF[measured] || !["reqps", "ops"].includes(cells),
      );
    expect(heatmaps.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
  it("ids and reference ids are there, and each only once", () => {
    for (const { panels } of built) {
      const ids = panels.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { targets: own = [] } of panels)
        expect(own.map(({ refId }) => refId)).toEqual(own.map((_, index) => "ABCDEF"[index]));
    }
  });
  it("no two panels lie on one another, and none reaches beyond the board", () => {
    for (const { panels, title } of built) {
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
      );
      expect([title, cells.length - new Set(cells).size]).toEqual([title, 0]);
      for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    }
  });
  it("titles are short, and each stands once in its row", () => {
    for (const { rows } of ALL_BOARDS) {
      for (const { panels } of rows) {
        const titles = panels.map(({ title }) => title);
        expect(new Set(titles).size).toBe(titles.length);
        for (const title of titles) expect(title.length).toBeLessThan(30);
      }
    }
  });
  it("thresholds rise, as Grafana wants them", () => {
    for (const { panel } of each) {
      const values = (panel.fieldConfig?.defaults.thresholds?.steps ?? [])
        .map(({ value }) => value)
        .filter((value) => value !== null);
      expect([...values].sort((a, b) => a - b)).toEqual(values);
    }
  });
});
