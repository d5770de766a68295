import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** One request, as it was sent. */
interface Told {
  readonly operation: string | undefined;
  /** What the signature is good for: a region, a service. */
  readonly scope: string | undefined;
  readonly body: unknown;
}

/** Stands in the place of CloudWatch, for whatever AWS's SDK sends there. */
export interface CloudWatchStandIn {
  /** To be given to who sends: the address, and credentials that nobody checks. */
  readonly env: Readonly<Record<string, string>>;
  readonly told: readonly Told[];
  readonly close: () => Promise<void>;
}

const takes = (response: ServerResponse) => {
  response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end("{}");
};

/** @param answer what becomes of a request. Default: CloudWatch takes it */
export async function standInCloudWatch(
  answer: (response: ServerResponse) => void = takes,
): Promise<CloudWatchStandIn> {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { "x-amz-target": target, authorization = "" } = request.headers;
      told.push({
        operation: String(target).split(".")[1],
        scope: /Credential=\w+\/\d+\/([\w-]+\/\w+)\//.exec(authorization)?.[1],
        body: JSON.parse(body),
      });
      answer(response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "stand",
      AWS_SECRET_ACCESS_KEY: "in",
    },
    told,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
