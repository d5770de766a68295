import { request, type RequestOptions } from "node:https";
import type { IncomingHttpHeaders } from "node:http";
import { EDGE, fileOf } from "./environment";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request to the edge, whose certificate has to be the authority's. */
export function ask(
  path: string,
  options: RequestOptions & { body?: Buffer | string } = {},
): Promise<Answer> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const ca = fileOf("api-secrets", "database-authorities.pem");
    const sent = request(`${EDGE}${path}`, { ca, agent: false, ...rest }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** A file as a browser's form sends it. */
export function form(
  name: string,
  content: Buffer,
  type = "text/plain",
): { headers: Record<string, string>; body: Buffer } {
  const boundary = "mainstay-test-boundary";
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return {
    headers: {
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-length": String(body.length),
    },
    body,
  };
}
