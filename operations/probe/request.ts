import { request as plainRequest, type IncomingHttpHeaders } from "node:http";
import { request as secureRequest, type Agent } from "node:https";

/** Enough of an answer to judge it by; the rest is read and let go. */
const KEPT_BYTES = 64 * 1024;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The first 64 KiB. */
  readonly body: string;
  /** From the request to the end of its answer. */
  readonly milliseconds: number;
}

export interface RequestOptions {
  readonly timeoutMs: number;
  readonly agent?: Agent;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Nothing came in time. The message says how far it got. */
export class TooLate extends Error {}

/** Reads an address once, without following redirects. */
export function get(url: string, { timeoutMs, agent, headers }: RequestOptions): Promise<Answer> {
  const send = url.startsWith("https:") ? secureRequest : plainRequest;
  const begun = performance.now();
  let reached = "no connection";
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new TooLate(`${reached} within ${timeoutMs / 1000} s`));
      sent.destroy();
    }, timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(late);
      reject(error);
    };
    const sent = send(url, {
      ...(agent && { agent }),
      headers: { "user-agent": "mainstay-probe", ...headers },
    });
    sent.on("socket", (socket) => {
      const connected = () => (reached = "no answer");
      if (socket.connecting) socket.once("connect", connected);
      else connected();
    });
    sent.on("error", fail);
    sent.on("response", (response) => {
      reached = "no end of the answer";
      const kept: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        if (bytes < KEPT_BYTES) kept.push(chunk);
        bytes += chunk.length;
      });
      response.on("error", fail);
      response.on("end", () => {
        clearTimeout(late);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(kept).toString("utf8", 0, KEPT_BYTES),
          milliseconds: performance.now() - begun,
        });
      });
    });
    sent.end();
  });
}
