import swagger from "@fastify/swagger";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { VERSION } from "../build";
import type { Server } from "../http/server";
import { page } from "../web/page";

/** Makes the API describe itself: `/docs/openapi.json` for tools, `/docs` for people. */
export async function describeApi(server: Server, publicUrl: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      info: { title: "Mainstay reference app", version: VERSION },
      servers: [{ url: publicUrl }],
      components: { securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  });
  server.get("/docs/openapi.json", { schema: { hide: true } }, async () => server.swagger());
  server.get("/docs", { schema: { hide: true } }, async (_request, reply) => {
    const rows = Object.entries(server.swagger().paths ?? {}).flatMap(([path, operations]) =>
      Object.entries(operations as Record<string, { summary?: string }>).map(
        ([method, { summary = "" }]) => [`${method.toUpperCase()} ${path}`, summary] as const,
      ),
    );
    return reply
      .type("text/html; charset=utf-8")
      .send(
        page(
          "API",
          [{ heading: "Routes", rows }],
          [{ text: "OpenAPI document", href: "/docs/openapi.json" }],
        ),
      );
  });
}
