import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createMetrics } from "../../../services/app/src/telemetry/metrics";
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

describe("the worker's loop", () => {
  it("does all jobs, three at a time", async () => {
    const { loop, done, most } = start([1, 2, 3, 4, 5, 6, 7]);
    await expect.poll(() => done.length).toBe(7);
    await loop.stop(1000);
    expect([done.sort(), most()]).toEqual([[1, 2, 3, 4, 5, 6, 7], 3]);
  });

  it("finishes running jobs before it stops", async () => {
    const { loop, done, givenBack } = start([1]);
    await sleep(1);
    await loop.stop(1000);
    expect([done, givenBack]).toEqual([[1], []]);
  });

  it("gives back what it cannot finish in time", async () => {
    const { loop, givenBack, lines } = start([1, 2], { run: () => sleep(2000, undefined, { ref: false }) });
    await sleep(20);
    const started = performance.now();
    await loop.stop(50);
    expect(performance.now() - started).toBeLessThan(500);
    expect(givenBack).toEqual([1, 2]);
    expect(lines.map(({ msg }) => msg)).toEqual(["jobs given back unfinished"]);
  });

  it("goes on when the queue cannot be read, and is alive meanwhile", async () => {
    let calls = 0;
    const { loop, metrics } = start([], {
      claim: async () => {
        calls += 1;
        throw new Error("the database is away");
      },
    });
    await expect.poll(() => calls).toBeGreaterThanOrEqual(3);
    expect(loop.alive()).toBe(true);
    expect(Date.now() / 1000 - (await value(metrics, "worker_last_tick_timestamp_seconds"))).toBeLessThan(1);
    await loop.stop(0);
  });

  it("counts as stuck three polls and the longest work after its last look", async () => {
    const { loop } = start([], { claim: () => new Promise(() => {}) });
    await sleep(1);
    const last = Date.now();
    expect([loop.alive(last + 1000), loop.alive(last + 1031)]).toEqual([true, false]);
  });
});
