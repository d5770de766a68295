/** Parts of PromQL expressions that alerts, objectives and boards have in common. */

/** An expression without the line breaks and indentation of the source. */
export const oneLine = (text: string): string => text.trim().replace(/\s+/g, " ");

/** Jobs as a regular expression, for a label matcher. */
export const anyOf = (jobs: readonly string[]): string => jobs.join("|");

/**
 * The label matcher of a histogram's bucket. Prometheus 2 keeps a bound as it is exported, 3 writes whole numbers with
 * a fraction.
 */
export const bucket = (bound: number): string =>
  Number.isInteger(bound) ? `le=~"${bound}|${bound}.0"` : `le="${bound}"`;

/**
 * A gauge as it was last scraped within a minute, which is two scrapes at least. A plain selector would go on showing
 * it for five minutes: on AWS a task is scraped from within, so nothing marks its series as stale when it ends.
 *
 * @param gauge with its matchers
 */
export const lastSeen = (gauge: string): string => `last_over_time(${gauge}[1m])`;

/**
 * How much a rarely moving counter rose within a range. `increase` alone misses what a series has when it first
 * appears: the first event of a new label, or of a process before its first scrape. So a series that was not there
 * within the day before counts as a whole, and so does one that has restarted while it was away. One that only was not
 * scraped for a while does not, and none does while Prometheus itself is new.
 *
 * @param counter with its matchers
 * @param by labels to sum by
 */
export const counted = (counter: string, range: string, by: string): string => `
  sum by (${by}) (
    (${counter} unless ${counter} >= last_over_time(${counter}[1d] offset ${range})
      unless ${counter} offset ${range} and on () group(up offset ${range}))
    or increase(${counter}[${range}]))`;
