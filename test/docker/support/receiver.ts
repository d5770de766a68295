import { docker, RECEIVER, STACK } from "./environment";
import { logs } from "./launch";

/** Takes what Alertmanager sends, and writes one line for each alert in it. */
const PROGRAM = `
require("node:http").createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const { alerts } = JSON.parse(Buffer.concat(parts).toString());
    for (const { status, labels, annotations, startsAt } of alerts)
      console.log(JSON.stringify({ receiver: request.url.slice(1), status, labels, annotations, startsAt }));
    response.end();
  });
}).listen(${RECEIVER.port});
process.on("SIGTERM", () => process.exit());
`;
const NAME = `mainstay-${STACK}-${RECEIVER.name}`;

/** One alert as it came to a receiver. */
export interface Notice {
  readonly receiver: string;
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** When it began to fire. */
  readonly startsAt: string;
}

/** Starts the receiver beside Alertmanager. It is removed with the environment. */
export async function startReceiver(): Promise<void> {
  const network = `mainstay-${STACK}-operations`;
  const container = await docker.createContainer({
    name: NAME,
    Image: "mainstay-test/node:1.0",
    Cmd: ["node", "-e", PROGRAM],
    Labels: { "mainstay.environment": STACK },
    HostConfig: { NetworkMode: network, Memory: 64 * 1024 * 1024 },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [RECEIVER.name] } } },
  });
  await container.start();
}

export const removeReceiver = () => docker.getContainer(NAME).remove({ force: true });

/** Everything that has come so far, in order. */
export async function notices(): Promise<Notice[]> {
  const lines = (await logs(docker, NAME, "all")).split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as Notice);
}
