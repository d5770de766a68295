// Answers where Loki would: readiness, pushed lines and metrics, all on 3100.
// GET /stand-in/lines tells a test what arrived.
import { createServer } from "node:http";

const note = "This is a stand-in for Loki.";
const kept = 5000;
const lines = [];
let taken = 0;

async function take(request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  for (const { stream, values } of JSON.parse(Buffer.concat(parts).toString()).streams)
    for (const [, line] of values) {
      taken += 1;
      lines.push({ ...stream, line });
    }
  lines.splice(0, lines.length - kept);
  response.writeHead(204).end();
}

const server = createServer((request, response) => {
  const reply = (status, type, body) => response.writeHead(status, { "content-type": type }).end(body);
  if (request.method === "POST" && request.url === "/loki/api/v1/push")
    return void take(request, response).catch((error) => reply(400, "text/plain", String(error)));
  if (request.url === "/ready") return reply(200, "text/plain", "ready\n");
  if (request.url === "/metrics")
    return reply(
      200,
      "text/plain; version=0.0.4",
      `# TYPE stand_in_lines_total counter\nstand_in_lines_total ${taken}\n`,
    );
  if (request.url === "/stand-in/lines")
    return reply(200, "application/json", JSON.stringify({ note, taken, lines }));
  reply(404, "text/plain", note);
}).listen(3100);

// As process 1 it gets no default handling of signals.
process.on("SIGTERM", () => server.close(() => process.exit(0)).closeAllConnections());
