import { AppError } from "../http/errors";
import type { Metrics } from "../telemetry/metrics";
import type { Transaction } from "./transaction";
import type { EventType } from "./event-types";

/** Something that happened. It is never changed afterwards. */
export interface StoredEvent {
  readonly stream: string;
  readonly version: number;
  readonly type: EventType;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
}

const UNIQUE_VIOLATION = "23505";

/** The append-only record of what happened, in streams: one per document, analysis or conversation. */
export class EventStore {
  constructor(private readonly metrics: Metrics) {}

  /**
   * Appends an event as the next of its stream, in the transaction of the change it tells of.
   *
   * @param payload no personal data: nothing can be erased from here
   * @returns its version; the first of a stream is 1
   * @throws AppError "conflict" if another writer appended to the stream at the same time
   */
  async append(
    tx: Transaction,
    stream: string,
    type: EventType,
    payload: Record<string, unknown>,
  ): Promise<number> {
    const stop = this.metrics.eventSeconds.startTimer({ operation: "append" });
    try {
      const row = await tx.one<{ version: number }>(
        "event.append",
        `INSERT INTO app.events (tenant, stream, version, type, payload)
         SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4 FROM app.events WHERE tenant = $1 AND stream = $2
         RETURNING version`,
        [tx.tenant, stream, type, payload],
      );
      this.metrics.eventsAppended.inc({ type });
      return row.version;
    } catch (error) {
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
      throw new AppError("conflict", "Somebody else changed this at the same time", { cause: error });
    } finally {
      stop();
    }
  }

  /** Loads a stream's events, oldest first. */
  async load(tx: Transaction, stream: string): Promise<StoredEvent[]> {
    const stop = this.metrics.eventSeconds.startTimer({ operation: "load" });
    try {
      const events = await tx.query<StoredEvent & Record<string, unknown>>(
        "event.load",
        `SELECT stream, version, type, payload, occurred_at AS "occurredAt"
         FROM app.events WHERE tenant = $1 AND stream = $2 ORDER BY version`,
        [tx.tenant, stream],
      );
      this.metrics.eventsLoaded.inc(events.length);
      return events;
    } finally {
      stop();
    }
  }
}
