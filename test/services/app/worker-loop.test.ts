import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createMetrics, type Metrics } from "../../../services/app/src/telemetry/metrics";
import { WorkerLoop } from "../../../services/app/src/worker/loop";
import { keptLogger, value } from "./support/logs";

function start(
  jobs: number[],
  overrides: { run?: (job: number) => Promise<void>; claim?: () => Promise<number | undefined> } = {},
) {
  const metrics = createMetrics("worker", "test");
  const { logger, lines } = keptLogger();
  const done: number[] = [];
  const givenBack: number[] = [];
  let most = 0;
  let now = 0;
  const loop = new WorkerLoop<number>({
    claim: async () => jobs.shift(),
    run: async (job) => {
      most = Math.max(most, (now += 1));
      await sleep(5);
      now -= 1;
      done.push(job);
    },
    tend: async () => {},
    giveBack: async (job) => void givenBack.push(job),
    concurrency: 3,
    pollMs: 10,
    workMs: 1000,
    metrics,
    logger,
    ...overrides,
  });
  loop.start();
  return { loop, metrics, lines, done, givenBack, most: () => most };
}

/** When the loop looked at its queue last, in milliseconds since 1970. */
const lastLook = async (metrics: Metrics) =>
  Math.round(1000 * (await value(metrics, "worker_last_tick_timestamp_seconds")));

describe("the worker's loop", () => {
  it("does all jobs, three at a time", async () => {
    const { loop, done, most } = start([1, 2, 3, 4, 5, 6, 7]);
    await expect.poll(() => done.length).toBe(7);
    await loop.stop(1000);
    expect([done.sort(), most()]).toEqual([[1, 2, 3, 4, 5, 6, 7], 3]);
  });

  it("finishes running jobs before it stops", async () => {
    const { loop, done, givenBack } = start([1]);
    await turn();
    await loop.stop(1000);
    expect([done, givenBack]).toEqual([[1], []]);
  });

  it("gives back what it cannot finish in time", async () => {
    const { loop, givenBack, lines } = start([1, 2], { run: () => new Promise(() => {}) });
    await turn();
    await loop.stop(50);
    expect(givenBack).toEqual([1, 2]);
    expect(lines.map(({ msg }) => msg)).toEqual(["jobs given back unfinished"]);
  });

  it("goes on when the queue cannot be read, and is alive meanwhile", async () => {
    const { loop, metrics } = start([], {
      claim: async () => {
        throw new Error("the database is away");
      },
    });
    const first = await lastLook(metrics);
    await expect.poll(() => lastLook(metrics)).toBeGreaterThan(first);
    const last = await lastLook(metrics);
    expect([loop.alive(first + 1031), loop.alive(last + 1030)]).toEqual([true, true]);
    await loop.stop(0);
  });

  it("counts as stuck three polls and the longest work after its last look", async () => {
    const { loop, metrics } = start([], { claim: () => new Promise(() => {}) });
    const last = await lastLook(metrics);
    expect([loop.alive(last + 1030), loop.alive(last + 1031)]).toEqual([true, false]);
  });
});
