import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { eventually, logsOf, PORTS, run, token } from "./support/environment";
import { ask, form } from "./support/http";

/** A span as OTLP writes it, as far as it is looked at. */
interface Span {
  readonly traceId: string;
  readonly name: string;
}
interface Sent {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}
interface Exemplars {
  readonly exemplars: readonly { readonly labels: { readonly trace_id: string } }[];
}
/** A line in the store of lines, with the container it is from. */
interface Line {
  readonly container: string;
  readonly line: string;
}

async function standIn<T>(container: string, port: number, what: string): Promise<T> {
  const url = `http://127.0.0.1:${port}/stand-in/${what}`;
  const { output } = await run(container, ["wget", "-q", "-O-", url]);
  return JSON.parse(output) as T;
}

/** Names of the spans that have come of a trace. */
async function spansOf(traceId: string): Promise<Set<string>> {
  const { requests } = await standIn<{ requests: Sent[] }>("tracing", 4318, "spans");
  const spans = requests.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans: all }) => all)),
  );
  return new Set(spans.filter((span) => span.traceId === traceId).map(({ name }) => name));
}

const linesWith = async (text: string): Promise<Line[]> =>
  (await standIn<{ lines: Line[] }>("logs", 3100, "lines")).lines.filter(({ line }) => line.includes(text));

describe("one caller's trace", () => {
  const traceId = randomBytes(16).toString("hex");
  const correlationId = `trace-test-${Date.now()}`;

  test("has the spans of the API, its database, its cache and a provider, and stands in its log lines", async () => {
    const headers = {
      authorization: `Bearer ${await token("acme")}`,
      traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-01`,
      "x-request-id": correlationId,
    };
    const upload = form("traced.txt", Buffer.from("a line"));
    const { body } = await ask("/v1/documents", {
      method: "POST",
      headers: { ...upload.headers, ...headers },
      body: upload.body,
    });
    const { id } = JSON.parse(body) as { id: string };
    const read = await ask(`/v1/documents/${id}`, { headers });
    const chat = await ask("/v1/chat", {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ message: "hello" }),
    });
    expect([read.status, chat.status, chat.headers["x-request-id"]]).toEqual([200, 200, correlationId]);

    const wanted = [
      "POST /v1/documents",
      "GET /v1/documents/:id",
      "POST /v1/chat",
      "cache get",
      "provider complete",
    ];
    const spans = await eventually(45, async () => {
      const seen = await spansOf(traceId);
      return wanted.every((name) => seen.has(name)) ? seen : undefined;
    });
    expect([...spans].some((name) => name.startsWith("database "))).toBe(true);

    const logged = await eventually(45, async () => {
      const all = await Promise.all(["api-1", "api-2", "api-candidate-1"].map(logsOf));
      return all
        .flatMap((text) => text.split("\n"))
        .find((line) => line.includes(correlationId) && line.includes("/v1/chat"));
    });
    expect((JSON.parse(logged) as { traceId: string }).traceId).toBe(traceId);
  });

  test("is where the graph of latencies leads to", async () => {
    const url = `http://127.0.0.1:${PORTS.prometheus}/api/v1/query_exemplars`;
    const now = Date.now() / 1000;
    const asked = `query=http_request_duration_seconds_bucket&start=${now - 300}&end=${now + 60}`;
    const found = await eventually(45, async () => {
      const { data } = (await (await fetch(`${url}?${asked}`)).json()) as { data: Exemplars[] };
      const traces = data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id));
      return traces.includes(traceId) ? traces : undefined;
    });
    expect(found).toContain(traceId);
  }, 60_000);

  test("is found in the store of lines, whichever container wrote them", async () => {
    const containers = await eventually(45, async () => {
      const found = new Set((await linesWith(correlationId)).map(({ container }) => container));
      const api = [...found].some((name) => name.startsWith("mainstay-dockertest-api-"));
      return api && found.has("mainstay-dockertest-edge") ? found : undefined;
    });
    expect([...containers].filter((name) => !/-(api(-candidate)?-\d|edge)$/.test(name))).toEqual([]);
    const [line] = await linesWith(traceId);
    expect(JSON.parse(line?.line ?? "{}")).toMatchObject({ service: "api", traceId });
  });

  test("so are PostgreSQL's own", async () => {
    const mark = `log-test-${Date.now()}`;
    const command = ["psql", "-XU", "postgres", "-d", "app", "-c", `select '${mark}'::integer`];
    expect((await run("database", command)).exitCode).toBe(1);
    const containers = await eventually(45, async () => {
      const found = new Set((await linesWith(mark)).map(({ container }) => container));
      return found.size > 0 ? [...found] : undefined;
    });
    expect(containers).toEqual(["mainstay-dockertest-database"]);
  });
});
