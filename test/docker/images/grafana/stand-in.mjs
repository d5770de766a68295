// Answers where Grafana would: enough for a health check and for an edge in front of it.
import { createServer } from "node:http";

const body = (url) =>
  url === "/api/health"
    ? { database: "ok", version: "stand-in", note: "This is a stand-in for Grafana." }
    : { note: "This is a stand-in for Grafana." };

const server = createServer((request, response) => {
  if (request.url === "/metrics") {
    response.setHeader("content-type", "text/plain; version=0.0.4");
    return response.end("# TYPE stand_in_info gauge\nstand_in_info 1\n");
  }
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body(request.url.split("?")[0])));
}).listen(3000);

// As process 1 it gets no default handling of signals.
process.on("SIGTERM", () => server.close(() => process.exit(0)).closeAllConnections());
