import { escapeLiteral, Pool, type PoolClient, type QueryResultRow } from "pg";
import type { Config } from "../config/variables";
import type { PoolUse } from "../health/status";
import { AppError } from "../http/errors";
import type { Logger } from "../telemetry/logger";
import type { Metrics } from "../telemetry/metrics";
import { withSpan } from "../telemetry/tracing";
import { connectionOptions } from "./connection";
import { failureType } from "./failure";
import { reportPool } from "./pool-metrics";
import { only, type Transaction } from "./transaction";

/** With every connection in use, a query answered this recently says that the database works. */
const PROOF_MS = 5000;

type Names = "DATABASE_URL" | "DATABASE_CA_FILE" | "DATABASE_POOL_MIN" | "DATABASE_POOL_MAX";
type Timeouts = "DATABASE_POOL_TIMEOUT_MS" | "DATABASE_STATEMENT_TIMEOUT_MS";

/** The pool of database connections. Tenants' rows are reached through `forTenant` only. */
export class Database {
  private readonly pool: Pool;
  private readonly max: number;
  private lastAnswer = 0;

  constructor(
    service: string,
    config: Config<Names | Timeouts>,
    private readonly metrics: Metrics,
    logger: Logger,
  ) {
    this.max = config.DATABASE_POOL_MAX;
    this.pool = new Pool({
      ...connectionOptions(config),
      application_name: `mainstay-${service}`,
      min: config.DATABASE_POOL_MIN,
      max: config.DATABASE_POOL_MAX,
      idleTimeoutMillis: 30_000,
      connectionTimeoutMillis: config.DATABASE_POOL_TIMEOUT_MS,
      statement_timeout: config.DATABASE_STATEMENT_TIMEOUT_MS,
      // The server ends a statement; this ends the wait for a server that no longer answers.
      query_timeout: config.DATABASE_STATEMENT_TIMEOUT_MS + 1000,
      keepAlive: true,
    });
    this.pool.on("error", (error) => {
      metrics.errors.inc({ type: "unavailable", component: "database" });
      logger.warn({ reason: error.message }, "database connection lost");
    });
    reportPool(metrics, () => this.use());
  }

  /** How the connections are used now. */
  use(): PoolUse {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return {
      size: totalCount,
      max: this.max,
      active: totalCount - idleCount,
      idle: idleCount,
      waiting: waitingCount,
    };
  }

  /** A query about no tenant's rows: through a function of the schema that says what it may do. */
  query<Row extends QueryResultRow>(operation: string, text: string, values?: unknown[]): Promise<Row[]> {
    return this.withClient((client) => this.run<Row>(client, operation, text, values));
  }

  /** The same for a query that always answers one row. */
  async one<Row extends QueryResultRow>(operation: string, text: string): Promise<Row> {
    return only(await this.query<Row>(operation, text));
  }

  /** Runs a transaction that sees and writes one tenant's rows only; row-level security enforces it. */
  forTenant<T>(tenant: string, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.withClient(async (client) => {
      // One round trip for both; `true` ends the setting with the transaction, so it cannot leak.
      await this.run(
        client,
        "begin",
        `BEGIN; SELECT set_config('app.tenant', ${escapeLiteral(tenant)}, true)`,
      );
      const result = await work({
        tenant,
        query: (...query) => this.run(client, ...query),
        one: async (...query) => only(await this.run(client, ...query)),
      });
      await this.run(client, "commit", "COMMIT");
      return result;
    });
  }

  /** Fails if the database does not answer. Must not fail merely because every connection is in use. */
  async ping(): Promise<void> {
    const { active, max } = this.use();
    if (active >= max && Date.now() - this.lastAnswer < PROOF_MS) return;
    await this.query("ping", "SELECT 1");
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  /** Lends a connection. One that is in doubt afterwards is closed, so that nobody gets it next. */
  private async withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw this.failed(error);
    });
    let reusable = true;
    try {
      return await work(client);
    } catch (error) {
      reusable = error instanceof AppError && error.type !== "unavailable" && (await rollBack(client));
      throw error;
    } finally {
      client.release(!reusable);
    }
  }

  private async run<Row extends QueryResultRow>(
    client: PoolClient,
    operation: string,
    text: string,
    values?: unknown[],
  ) {
    const attributes = { "db.system.name": "postgresql", "db.operation.name": operation };
    return withSpan(`database ${operation}`, attributes, async () => {
      const stop = this.metrics.querySeconds.startTimer({ operation });
      try {
        const { rows } = await client.query<Row>(text, values);
        this.lastAnswer = Date.now();
        return rows;
      } catch (error) {
        throw this.failed(error);
      } finally {
        stop();
      }
    });
  }

  private failed(error: unknown): unknown {
    const type = failureType(error);
    this.metrics.errors.inc({ type, component: "database" });
    // A query that is wrong is a mistake in this app, and no trouble of the database's.
    if (type === "failed") return error;
    const details = { cause: error, retryAfterSeconds: 1 };
    return new AppError("unavailable", "The database does not answer", details);
  }
}

const rollBack = (client: PoolClient) =>
  client.query("ROLLBACK").then(
    () => true,
    () => false,
  );
