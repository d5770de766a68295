// Answers where Grafana would: enough for a health check, for an edge in front of it, and for who may log in.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

// Like Grafana it takes the administrator's password into its database once, and looks at the file never again.
const database = "/var/lib/grafana/administrator";
if (!existsSync(database))
  writeFileSync(database, readFileSync(process.env.GF_SECURITY_ADMIN_PASSWORD__FILE));
const administrator = `Basic ${Buffer.from(`admin:${readFileSync(database, "utf8")}`).toString("base64")}`;

const body = (url) =>
  url === "/api/health"
    ? { database: "ok", version: "stand-in", note: "This is a stand-in for Grafana." }
    : { note: "This is a stand-in for Grafana." };

const server = createServer((request, response) => {
  if (request.url === "/metrics") {
    response.setHeader("content-type", "text/plain; version=0.0.4");
    return response.end("# TYPE stand_in_info gauge\nstand_in_info 1\n");
  }
  if (request.url === "/api/user" && request.headers.authorization !== administrator)
    response.statusCode = 401;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body(request.url.split("?")[0])));
}).listen(3000);

// As process 1 it gets no default handling of signals.
process.on("SIGTERM", () => server.close(() => process.exit(0)).closeAllConnections());
