import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { observeRequests } from "../../services/app/src/http/observe";
import { createLogger } from "../../services/app/src/telemetry/logger";
import { createMetrics, type Metrics } from "../../services/app/src/telemetry/metrics";
import { startTracing } from "../../services/app/src/telemetry/tracing";

/** What it costs the app to observe a request. Times are of the processor, in microseconds. */
export interface ObservationCost {
  /** Counters, gauge and histogram of a request: the metrics middleware. */
  readonly metricsUs: number;
  /** All of it: correlation id, span, log line and metrics. */
  readonly allUs: number;
  /** How long a request takes that waits 5 ms, by the clock. */
  readonly requestUs: number;
}

const ROUNDS = 60;
const REQUESTS = 400;

const SETTINGS = { ENVIRONMENT: "bench", LOG_LEVEL: "info", LOG_FORMAT: "json" } as const;
/** Lines are made, and not written: what writing costs is the terminal's or the pipe's. */
const logger = createLogger("bench", SETTINGS, undefined, { write: () => undefined });

/** A server like the app's own, observed or not, with its log lines or without. */
async function serve(metrics?: Metrics, logs = false): Promise<FastifyInstance> {
  const server = fastify(
    logs
      ? {
          loggerInstance: logger as FastifyBaseLogger,
          logController: new LogController({ disableRequestLogging: true }),
          childLoggerFactory: (parent) => parent,
        }
      : {},
  );
  if (metrics) observeRequests(server, metrics, 1000);
  server.get("/v1/documents/:id", async () => ({ id: "1" }));
  server.get("/v1/slow", () => new Promise((done) => setTimeout(() => done({ id: "1" }), 5)));
  await server.ready();
  return server;
}

/** Metrics that count nothing. */
function silent(metrics: Metrics): Metrics {
  const nothing = () => undefined;
  const dumb = <M extends object>(metric: M): M => new Proxy(metric, { get: () => nothing });
  return Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => [name, dumb(metric as object)]),
  ) as typeof metrics;
}

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Processor time of one request, in a round of many. */
async function processorUs(server: FastifyInstance, requests: number): Promise<number> {
  const before = process.cpuUsage();
  for (let request = 0; request < requests; request += 1) await server.inject("/v1/documents/1");
  const { user, system } = process.cpuUsage(before);
  return (user + system) / requests;
}

/** Measures the servers in turns, so that whatever else the machine does meets all of them alike. */
export async function observationCost(roundCount = ROUNDS, requests = REQUESTS): Promise<ObservationCost> {
  startTracing("bench", SETTINGS);
  const metrics = createMetrics("api", "1.0.0");
  const bare = await serve();
  // Beside a log line, which costs far more, the metrics would be lost in what differs from round to round.
  const quiet = await serve(silent(metrics));
  const counted = await serve(metrics);
  const full = await serve(metrics, true);
  const servers = [bare, quiet, counted, full];
  const rounds: { metricsUs: number; allUs: number }[] = [];
  for (let round = 0; round < roundCount; round += 1) {
    // Each takes its turn at being first: one cleans up the memory the one before it has used.
    const taken = new Map<FastifyInstance, number>();
    for (const turn of servers.keys()) {
      const server = servers[(round + turn) % servers.length] ?? bare;
      taken.set(server, await processorUs(server, requests));
    }
    const of = (server: FastifyInstance) => taken.get(server) ?? 0;
    rounds.push({ metricsUs: of(counted) - of(quiet), allUs: of(full) - of(bare) });
  }
  const waits: number[] = [];
  for (let request = 0; request < 100; request += 1) {
    const begun = performance.now();
    await bare.inject("/v1/slow");
    waits.push((performance.now() - begun) * 1000);
  }
  await Promise.all(servers.map((server) => server.close()));
  return {
    metricsUs: middle(rounds.map((round) => round.metricsUs)),
    allUs: middle(rounds.map((round) => round.allUs)),
    requestUs: middle(waits),
  };
}

if (require.main === module) {
  void observationCost().then((cost) => console.log(JSON.stringify(cost)));
}
