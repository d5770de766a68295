import { createServer as createPlain, type RequestListener, type Server as PlainServer } from "node:http";
import { createServer as createSecure, type Server as SecureServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { TlsOptions } from "node:tls";
import { generate } from "selfsigned";

const DAY_MS = 86_400_000;

export interface Pem {
  readonly key: string;
  readonly cert: string;
}

/** An authority of the test's own. */
export async function authority(name = "Trial authority"): Promise<Pem> {
  const { private: key, cert } = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { key, cert };
}

/** A server's certificate, good for so many days from now; a negative number is one that has ended. */
export async function certificate(ca: Pem, days: number, host = "localhost"): Promise<Pem> {
  const { private: key, cert } = await generate([{ name: "commonName", value: host }], {
    ca,
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - 30 * DAY_MS),
    notAfterDate: new Date(Date.now() + days * DAY_MS + DAY_MS / 2),
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: host }] }],
  });
  return { key, cert };
}

/** What the edge answers, by path, instead of what a healthy one does. */
export type Answers = Readonly<Record<string, RequestListener>>;

const json =
  (status: number, body: unknown): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

export const READ = "/v1/documents/00000000-0000-4000-8000-000000000000";
/** The only token this edge takes. */
export const TOKEN = "trial-token-that-nobody-may-see";

const HEALTHY: Answers = {
  "/health/live": json(200, { status: "healthy" }),
  "/health/ready": json(200, { status: "healthy" }),
  [READ]: ({ headers: { authorization } }, response) =>
    void response.writeHead(authorization === `Bearer ${TOKEN}` ? 404 : 401).end(),
  "/": (_request, response) => void response.end("a page"),
};

export const answer = json;

/** An edge in this process: TLS on one port, the way there on another. */
export class Edge {
  private readonly servers: Server[] = [];
  readonly asked: string[] = [];

  static async start(
    tls: TlsOptions,
    answers: Answers = {},
    redirect?: (url: string) => RequestListener,
  ): Promise<Edge> {
    const edge = new Edge();
    const all: Answers = { ...HEALTHY, ...answers };
    const listener: RequestListener = (request, response) => {
      edge.asked.push(`${request.method} ${request.url}`);
      (all[request.url ?? ""] ?? json(500, {}))(request, response);
    };
    edge.httpsPort = await edge.listen(createSecure(tls, listener));
    const url = `https://localhost:${edge.httpsPort}`;
    edge.httpPort = await edge.listen(
      createPlain(
        redirect?.(url) ??
          ((request, response) => void response.writeHead(308, { location: `${url}${request.url}` }).end()),
      ),
    );
    return edge;
  }

  httpsPort = 0;
  httpPort = 0;

  private async listen(server: SecureServer | PlainServer): Promise<number> {
    this.servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.servers.map((server) => {
        (server as SecureServer).closeAllConnections();
        return new Promise((done) => server.close(done));
      }),
    );
  }
}
