import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { context, propagation, trace } from "@opentelemetry/api";
import { expect, it, onTestFinished } from "vitest";
import { HealthMonitor } from "../../../services/app/src/health/monitor";
import { createServer as createApp } from "../../../services/app/src/http/server";
import { createMetrics } from "../../../services/app/src/telemetry/metrics";
import { startTracing, withSpan } from "../../../services/app/src/telemetry/tracing";
import { keptLogger } from "./support/logs";
import { given } from "./support/given";

interface Sent {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: {
      spans: { name: string; spanId: string; parentSpanId?: string; attributes: Attribute[] }[];
    }[];
  }[];
}
interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number };
}

it("sends a request's spans to the collector: its route, its correlation id, and what it did", async () => {
  const received: { url: string | undefined; body: Sent }[] = [];
  const collector = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      received.push({ url: request.url, body: JSON.parse(Buffer.concat(parts).toString()) as Sent });
      response.setHeader("content-type", "application/json").end("{}");
    });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void collector.close());
  await new Promise((resolve) => collector.once("listening", resolve));
  const { port } = collector.address() as AddressInfo;

  // Tracing is the process's, and other tests' files may share it.
  const forget = () => [trace, context, propagation].forEach((part) => part.disable());
  forget();
  onTestFinished(() => {
    forget();
    startTracing("test", { ENVIRONMENT: "test" });
  });
  const stop = startTracing("api", {
    ENVIRONMENT: "test",
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_TRACES_SAMPLER_ARG: 1,
  });
  const { logger } = keptLogger();
  const server = createApp({
    logger,
    metrics: createMetrics("api", "test"),
    health: new HealthMonitor("api", "test", []),
  });
  server.get("/things/:id", async () => withSpan("database thing.find", {}, async () => ({})));
  await server.inject({ url: "/things/7", headers: { "x-request-id": "traced-1" } });
  await server.inject({ url: "/health/live" });
  await server.close();
  await stop();

  expect(received.map(({ url }) => url)).toEqual(["/v1/traces"]);
  const [{ resource, scopeSpans }] = given(received[0]).body.resourceSpans as [Sent["resourceSpans"][0]];
  const text = (attributes: Attribute[], name: string) =>
    attributes.find(({ key }) => key === name)?.value.stringValue;
  expect(text(resource.attributes, "service.name")).toBe("mainstay-api");
  const spans = scopeSpans.flatMap((scope) => scope.spans);
  expect(spans.map(({ name }) => name).sort()).toEqual(["GET /things/:id", "database thing.find"]);
  const root = spans.find(({ name }) => name === "GET /things/:id");
  expect(spans.find(({ name }) => name === "database thing.find")?.parentSpanId).toBe(given(root).spanId);
  expect(text(given(root).attributes, "mainstay.correlation_id")).toBe("traced-1");
  expect(text(given(root).attributes, "http.route")).toBe("/things/:id");
});
