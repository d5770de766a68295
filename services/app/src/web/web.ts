import { VERSION } from "../build";
import type { Config } from "../config/variables";
import type { Server } from "../http/server";
import { page } from "./page";

/** Adds the front end's one page. */
export function addPage(
  server: Server,
  config: Config<"ENVIRONMENT" | "PUBLIC_URL" | "API_DOCS_ENABLED">,
): void {
  const html = page(
    "reference app",
    [
      {
        heading: "This environment",
        rows: [
          ["environment", config.ENVIRONMENT],
          ["version", VERSION],
          ["address", config.PUBLIC_URL],
        ],
      },
      {
        heading: "What it does",
        rows: [
          ["documents", "uploaded, converted to text, analysed by a worker"],
          ["chat", "answered by one of many providers, each behind a circuit breaker"],
          ["feedback", "written on finished analyses"],
        ],
      },
    ],
    [
      ...(config.API_DOCS_ENABLED ? [{ text: "API documentation", href: `${config.PUBLIC_URL}/docs` }] : []),
      { text: "Health", href: `${config.PUBLIC_URL}/health` },
    ],
  );
  server.get("/", async (_request, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .header("cache-control", "public, max-age=60")
      .header(
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      )
      .send(html),
  );
}
