import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/**
 * A thousand for each worker of vitest, so that no two give the same one. All are below the ports the kernel gives
 * whoever asks for any, on Linux from 32768 on: one of those may be somebody's connection before it is listened on.
 */
const LEAST = 10_000 + 1000 * (Number(process.env.VITEST_POOL_ID) % 10);

/** A port of the loopback address that nobody listens on, for a program that has to be told one. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(randomInt(LEAST, LEAST + 1000), "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      continue; // Somebody listens there.
    }
    const { port } = server.address() as AddressInfo;
    await once(server.close(), "close");
    return port;
  }
}
