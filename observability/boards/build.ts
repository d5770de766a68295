import {
  BigValueGraphMode,
  LegendDisplayMode,
  LegendPlacement,
} from "@grafana/grafana-foundation-sdk/common";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as heatmap from "@grafana/grafana-foundation-sdk/heatmap";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { Links } from "../rules";
import { UNITS, type Board, type Panel } from "./board";
import type { Bound } from "./thresholds";
import { BOARDS } from "./uids";

/** Where a board leads to beside the other boards. */
export interface BoardLinks extends Links {
  readonly traces: string;
  readonly logs: string;
}

const SOURCE = { type: "prometheus", uid: "${datasource}" };

/** A board as Grafana's JSON. The same data give the same text, ids and positions included. */
export function buildBoard(board: Board, links: BoardLinks): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(BOARDS[board.uid])
    .uid(board.uid)
    .description(board.description)
    .tags(["mainstay"])
    .readonly()
    .refresh("30s")
    .time({ from: "now-3h", to: "now" })
    .timezone("utc")
    .withVariable(
      new dashboard.DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"),
    )
    .annotation(releaseMarks())
    .link(
      new dashboard.DashboardLinkBuilder("Boards")
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags(["mainstay"])
        .asDropdown(true)
        .keepTime(true),
    );
  const further = furtherOf(board, links);
  for (const link of further) builder.link(link);
  let id = 0;
  for (const { title, panels } of board.rows) {
    builder.withRow(new dashboard.RowBuilder(title).id((id += 1)));
    for (const panel of panels) builder.withPanel(panelOf(panel, (id += 1)).links(further));
  }
  return builder.build();
}

/** Where a person goes on from a board and from each of its panels. */
function furtherOf({ runbook }: Board, { runbooks, traces, logs }: BoardLinks) {
  const both = [address("Traces", traces), address("Logs", logs)];
  // A path of the repository leads nowhere from a page of Grafana.
  return runbooks.startsWith("https://") ? [...both, address("Runbook", `${runbooks}/${runbook}.md`)] : both;
}

const address = (title: string, url: string) =>
  new dashboard.DashboardLinkBuilder(title).type(dashboard.DashboardLinkType.Link).url(url).targetBlank(true);

/** A mark wherever a service changes its version. */
const releaseMarks = () =>
  new dashboard.AnnotationQueryBuilder()
    .name("Releases")
    .datasource(SOURCE)
    .enable(true)
    .iconColor("blue")
    .expr(
      "count by (job, version) (app_build_info) unless count by (job, version) (app_build_info offset 5m)",
    )
    .titleFormat("{{job}} {{version}}");

function panelOf(panel: Panel, id: number) {
  const { kind, title, description, unit, queries, bound, width } = panel;
  const builder = builderOf(panel)
    .id(id)
    .title(title)
    .description(description)
    .datasource(SOURCE)
    .unit(UNITS[unit])
    .span(width ?? (kind === "stat" ? 4 : 8))
    .height(kind === "stat" ? 4 : 8);
  if (bound) builder.thresholds(thresholdsOf(bound));
  queries.forEach(({ expr, legend }, index) => {
    const query = new prometheus.DataqueryBuilder()
      .refId(String.fromCharCode("A".charCodeAt(0) + index))
      .expr(expr)
      .legendFormat(legend)
      // A point of a latency graph leads to a trace it was measured in.
      .exemplar(kind === "graph" && expr.includes("http_request_duration_seconds_bucket"));
    builder.withTarget(formatted(kind, query));
  });
  return builder;
}

function formatted(kind: Panel["kind"], query: prometheus.DataqueryBuilder) {
  if (kind === "table") return query.instant().format(prometheus.PromQueryFormat.Table);
  if (kind === "heatmap") return query.range().format(prometheus.PromQueryFormat.Heatmap);
  return kind === "stat" ? query.instant() : query.range();
}

function builderOf(panel: Panel) {
  switch (panel.kind) {
    case "stat":
      return new stat.PanelBuilder().graphMode(BigValueGraphMode.None);
    case "table":
      return new table.PanelBuilder();
    case "heatmap":
      return new heatmap.PanelBuilder().yAxis(new heatmap.YAxisConfigBuilder().unit(UNITS[panel.buckets]));
    case "graph":
      return new timeseries.PanelBuilder()
        .legend(
          new common.VizLegendOptionsBuilder()
            .showLegend(true)
            .displayMode(LegendDisplayMode.List)
            .placement(LegendPlacement.Bottom),
        )
        .thresholdsStyle(
          new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
        );
  }
}

/** Grafana colours what is at or above a step; where small values are the bad ones, the steps are turned round. */
function thresholdsOf({ warning, critical, below }: Bound): dashboard.ThresholdsConfigBuilder {
  const marks = [
    { color: "yellow", value: warning?.value },
    { color: "red", value: critical?.value },
  ].filter((mark): mark is { color: string; value: number } => mark.value !== undefined);
  const worst = marks.at(-1)?.color ?? "green";
  const steps = below
    ? [{ color: worst, value: null }, ...turned(marks)]
    : [{ color: "green", value: null }, ...marks];
  return new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(steps);
}

/** From the smallest bound up, each colour is that of the bound above, and green above them all. */
function turned(marks: readonly { color: string; value: number }[]) {
  const rising = [...marks].reverse();
  return rising.map(({ value }, index) => ({ value, color: rising[index + 1]?.color ?? "green" }));
}
