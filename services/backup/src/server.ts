/** Health and metrics over HTTP: for probes and Prometheus, inside the environment's own network. */
import { createServer, type Server, type ServerResponse } from "node:http";
import { scrub } from "./secrets";
import type { Status } from "./status";

/** A server that answers from `status`; it does not listen yet. */
export function createHealthServer(status: Status): Server {
  const { registry } = status.metrics;
  const routes: Record<string, (response: ServerResponse) => void | Promise<void>> = {
    "/health/live": (response) => {
      const liveness = status.liveness();
      json(response, liveness.status === "live" ? 200 : 503, liveness);
    },
    "/health/ready": (response) => {
      const readiness = status.readiness(new Date());
      json(response, readiness.status === "ready" ? 200 : 503, readiness);
    },
    "/metrics": async (response) => send(response, 200, registry.contentType, await registry.metrics()),
  };
  return createServer((request, response) => {
    const route = routes[(request.url ?? "").split("?")[0] ?? ""];
    if (!route) return json(response, 404, { error: `there is ${Object.keys(routes).join(", ")}` });
    if (request.method !== "GET" && request.method !== "HEAD")
      return json(response, 405, { error: "GET only" });
    void route(response);
  });
}

function json(response: ServerResponse, code: number, body: object): void {
  send(response, code, "application/json", `${JSON.stringify(body)}\n`);
}

function send(response: ServerResponse, code: number, type: string, body: string): void {
  response.writeHead(code, { "content-type": type, "cache-control": "no-store" });
  response.end(scrub(body));
}
