import { createClient } from "@redis/client";
import type { Config } from "../config/variables";
import type { Logger } from "../telemetry/logger";
import type { Metrics } from "../telemetry/metrics";
import { withSpan } from "../telemetry/tracing";

/** A read that takes longer is slower than what it saves. */
const LIMIT_MS = 250;

/** The shared cache. It makes answers faster and is never needed for one: without it, reads miss. */
export class Cache {
  private readonly client;
  private reported = false;

  constructor(
    config: Config<"REDIS_URL">,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.client = createClient({
      url: config.REDIS_URL,
      // While the connection is down a command fails at once instead of waiting for it.
      disableOfflineQueue: true,
      commandsQueueMaxLength: 1000,
      pingInterval: 5000,
      socket: {
        connectTimeout: 1000,
        // Silent for longer than two pings: the other end is gone, though nothing has closed the connection.
        socketTimeout: 12_000,
        reconnectStrategy: (retries) => Math.min(100 * 2 ** retries, 3000),
      },
    });
    // One line per outage: the client reports every attempt to reconnect.
    this.client.on("error", (error: Error) => {
      if (!this.reported) logger.warn({ reason: error.message }, "cache connection lost");
      this.reported = true;
    });
    this.client.on("ready", () => (this.reported = false));
  }

  /** Connects in the background: the service starts whether or not the cache is there. */
  start(): void {
    this.client
      .connect()
      .catch((error: Error) => this.logger.warn({ reason: error.message }, "cache given up"));
  }

  /**
   * Reads through the cache.
   *
   * @param load gets the value where the cache has none
   */
  async through<T>(
    key: string,
    ttlSeconds: number,
    load: () => Promise<T | undefined>,
  ): Promise<{ value?: T; hit: boolean }> {
    let result: "hit" | "miss" | "error" = "error";
    let cached: string | undefined;
    await withSpan("cache get", { "db.system.name": "redis" }, async (span) => {
      try {
        cached = await this.get(key);
        result = cached === undefined ? "miss" : "hit";
      } catch {
        this.metrics.errors.inc({ type: "unavailable", component: "cache" });
      }
      span.setAttribute("mainstay.cache.result", result);
    });
    if (cached !== undefined) {
      this.metrics.cacheRequests.inc({ result });
      return { value: JSON.parse(cached) as T, hit: true };
    }
    const value = await load();
    // What does not exist can be in no cache: that it was not found there says nothing about the cache.
    if (value !== undefined || result === "error") this.metrics.cacheRequests.inc({ result });
    if (value !== undefined) await this.set(key, JSON.stringify(value), ttlSeconds).catch(() => undefined);
    return { value, hit: false };
  }

  /** Reads a value; undefined if there is none. Fails if the cache does not answer in time. */
  async get(key: string): Promise<string | undefined> {
    return (await inTime(this.client.get(key))) ?? undefined;
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    await inTime(this.client.set(key, value, { expiration: { type: "EX", value: ttlSeconds } }));
  }

  /** Forgets a value. Where that fails, the value lives on until its time is up. */
  async forget(key: string): Promise<void> {
    await inTime(this.client.del(key)).catch(() => undefined);
  }

  async ping(): Promise<void> {
    await inTime(this.client.ping());
  }

  close(): void {
    this.client.destroy();
  }
}

/** The client's own time limit ends with sending a command; an answer that never comes needs this one. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const refuse = () => reject(new Error(`no answer within ${LIMIT_MS} ms`));
    // After a stall of this process Node looks at its timers first: what has come meanwhile is to be read before.
    timer = setTimeout(() => setImmediate(refuse), LIMIT_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
