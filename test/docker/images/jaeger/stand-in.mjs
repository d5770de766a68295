// Answers where Jaeger would: the page (16686), OTLP over HTTP (4318), health (13133) and metrics (8888).
// GET /stand-in/spans on 4318 tells a test what arrived.
import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";

const note = "This is a stand-in for Jaeger.";
const kept = 200;
const limit = 8 * 1024 * 1024;
const requests = [];
let spans = 0;

const count = ({ resourceSpans = [] }) =>
  resourceSpans
    .flatMap(({ scopeSpans = [] }) => scopeSpans)
    .reduce((sum, scope) => sum + (scope.spans ?? []).length, 0);

const reply = (response, status, body) => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};

async function take(request, response) {
  // OTLP may also come as protobuf; a refusal is better than spans that silently do not count.
  if (!request.headers["content-type"]?.includes("json"))
    return reply(response, 415, { note, wants: "application/json" });
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    if ((size += chunk.length) > limit) return reply(response, 413, { note });
    chunks.push(chunk);
  }
  const raw = Buffer.concat(chunks);
  const body = JSON.parse(request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw);
  spans += count(body);
  requests.push(body);
  if (requests.length > kept) requests.shift();
  reply(response, 200, { partialSuccess: {} });
}

const collector = createServer((request, response) => {
  if (request.method === "POST" && request.url === "/v1/traces") {
    take(request, response).catch((error) => reply(response, 400, { note, error: String(error) }));
  } else if (request.url === "/stand-in/spans") reply(response, 200, { note, spans, requests });
  else reply(response, 404, { note });
}).listen(4318);
const page = createServer((_, response) => reply(response, 200, { note })).listen(16686);
const health = createServer((_, response) => reply(response, 200, { note, status: "StatusOK" })).listen(
  13133,
);
const metrics = createServer((_, response) => {
  response.writeHead(200, { "content-type": "text/plain; version=0.0.4" });
  response.end(`# TYPE stand_in_spans_total counter\nstand_in_spans_total ${spans}\n`);
}).listen(8888);

// As process 1 it gets no default handling of signals.
process.on("SIGTERM", () => {
  for (const server of [collector, page, health, metrics]) server.close().closeAllConnections();
});
