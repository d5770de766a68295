import { beforeAll, describe, expect, test } from "vitest";
import type { Graph, Json } from "../../../graph";
import { appGraph, containerOf, containersOf } from "../support/aws-app";
import { names, ofType, only } from "../support/aws-read";

const TASK = "aws:ecs/taskDefinition:TaskDefinition";

let graph: Graph;
beforeAll(async () => {
  graph = await appGraph({ production: true });
}, 60_000);

const task = (name: string) => only(graph, TASK, name);

describe("the collector", () => {
  interface Config {
    readonly extensions: Record<string, Json>;
    readonly receivers: Record<string, Json>;
    readonly processors: Record<string, Json>;
    readonly exporters: Record<string, Json>;
    readonly service: {
      readonly extensions: string[];
      readonly pipelines: Record<string, Record<"receivers" | "processors" | "exporters", string[]>>;
    };
  }
  const configOf = (name: string): Config => {
    const [settings] = containerOf(task(name), "collector").environment;
    expect(settings?.name).toBe("AOT_CONFIG_CONTENT");
    return JSON.parse(String(settings?.value)) as Config;
  };
  const withCollector = ["api", "cache-exporter", "database-exporter", "web", "worker"];

  test("is beside every task that has something to tell, and the task goes on without it", () => {
    const beside = ofType(graph, TASK).filter((one) =>
      containersOf(one).some((container) => container.name === "collector"),
    );
    expect(names(beside)).toEqual(withCollector);
    expect(containerOf(task("api"), "collector")).toMatchObject({
      essential: false,
      restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
      user: "4317:4317",
      cpu: 153,
      memory: 256,
      portMappings: [],
      healthCheck: { command: ["CMD", "/healthcheck"] },
    });
  });

  test("has pipelines of parts it has, and parts that are in a pipeline", () => {
    for (const name of withCollector) {
      const { service, ...parts } = configOf(name);
      const pipelines = Object.values(service.pipelines);
      for (const kind of ["receivers", "processors", "exporters"] as const) {
        const used = [...new Set(pipelines.flatMap((pipeline) => pipeline[kind]))].sort();
        expect(used, `${kind} of ${name}`).toEqual(Object.keys(parts[kind]).sort());
      }
      expect(service.extensions.sort()).toEqual(Object.keys(parts.extensions).sort());
      for (const { processors } of pipelines) {
        expect(processors[0]).toBe("memory_limiter");
        expect(processors.at(-1)).toBe("batch");
      }
    }
  });

  test("listens for the task's own containers alone, where the app sends its traces", () => {
    const { receivers, extensions } = configOf("api");
    expect(receivers.otlp).toEqual({ protocols: { http: { endpoint: "127.0.0.1:4318" } } });
    expect(extensions.health_check).toEqual({ endpoint: "127.0.0.1:13133" });
    const api = containerOf(task("api"), "api").environment;
    expect(api).toContainEqual({ name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "http://127.0.0.1:4318" });
    expect(Object.keys(configOf("web").receivers)).toEqual(["prometheus"]);
  });

  test("marks traces with the environment the X-Ray group looks for", () => {
    const { processors, exporters, service } = configOf("api");
    expect(processors["attributes/traces"]).toEqual({
      actions: [{ key: "environment", value: "prod", action: "upsert" }],
    });
    expect(service.pipelines.traces?.processors).toContain("attributes/traces");
    expect(exporters.awsxray).toMatchObject({
      indexed_attributes: ["mainstay.correlation_id", "environment"],
    });
  });

  test("reads each service's metrics at its own port, and writes them to the workspace as AWS is signed to", () => {
    const { receivers, exporters, extensions, processors } = configOf("worker");
    expect(receivers.prometheus).toEqual({
      config: {
        global: { scrape_interval: "15s", scrape_timeout: "10s" },
        scrape_configs: [
          {
            job_name: "worker",
            metrics_path: "/metrics",
            static_configs: [{ targets: ["127.0.0.1:8001"] }],
          },
        ],
      },
    });
    expect(containerOf(task("worker"), "worker").environment).toContainEqual({ name: "PORT", value: "8001" });
    const workspace = only(graph, "aws:amp/workspace:Workspace").name;
    expect(exporters.prometheusremotewrite).toMatchObject({
      endpoint: expect.stringMatching(
        new RegExp(`^${workspace}-.*prometheusEndpoint.*api/v1/remote_write$`),
      ) as Json,
      auth: { authenticator: "sigv4auth" },
    });
    expect(extensions.sigv4auth).toEqual({ region: "eu-west-1", service: "aps" });
    // Two copies scraped at the same address are two series.
    expect(processors.resource).toEqual({
      attributes: [{ key: "service.instance.id", from_attribute: "aws.ecs.task.id", action: "upsert" }],
    });
  });

  test("tells CloudWatch the figure the worker is scaled by, under the name the scaling asks for", () => {
    const { exporters, processors } = configOf("worker");
    expect(processors["filter/figures"]).toEqual({
      error_mode: "propagate",
      metrics: { metric: ['name != "worker_queue_length"'] },
    });
    expect(processors["attributes/figures"]).toEqual({
      actions: [{ key: "ServiceName", value: "worker", action: "insert" }],
    });
    expect(exporters.awsemf).toMatchObject({
      region: "eu-west-1",
      namespace: "mainstay/prod",
      log_group_name: "/mainstay/prod/tasks/worker",
      metric_declarations: [
        { dimensions: [["ServiceName"]], metric_name_selectors: ["^worker_queue_length"] },
      ],
    });
    const scaling = only(graph, "aws:appautoscaling/policy:Policy", "worker-figure");
    expect(JSON.stringify(scaling.inputs)).toContain(
      JSON.stringify({
        dimensions: [{ name: "ServiceName", value: "worker" }],
        metricName: "worker_queue_length",
        namespace: "mainstay/prod",
      }),
    );
  });
});
