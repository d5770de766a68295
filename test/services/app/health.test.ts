import { once } from "node:events";
import { MessageChannel } from "node:worker_threads";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { HealthMonitor, type Dependency } from "../../../services/app/src/health/monitor";
import {
  databaseStatus,
  optionalStatus,
  overall,
  utilisation,
} from "../../../services/app/src/health/status";

const pool = (active: number) => ({ size: active, max: 100, active, idle: 0, waiting: 0 });

describe("the database's state", () => {
  it.each([
    [true, 0, "healthy", 0],
    [true, 69, "healthy", 0.69],
    [true, 70, "healthy", 0.7],
    [true, 71, "degraded", 0.71],
    [true, 100, "degraded", 1],
    [false, 0, "unhealthy", 0],
    [false, 71, "unhealthy", 0.71],
  ])("up: %s with %i of 100 connections in use is %s", (up, active, status, share) => {
    expect(databaseStatus(up, pool(active))).toBe(status);
    expect(utilisation(pool(active))).toBe(share);
  });
});

it("is as bad as the worst dependency", () => {
  expect(overall([])).toBe("healthy");
  expect(overall(["healthy", "degraded"])).toBe("degraded");
  expect(overall(["degraded", "unhealthy", "healthy"])).toBe("unhealthy");
  expect([optionalStatus(true), optionalStatus(false)]).toEqual(["healthy", "degraded"]);
});

describe("the monitor", () => {
  const monitor = async (dependencies: Dependency[], alive?: () => boolean) => {
    const health = new HealthMonitor("api", "test", dependencies, alive);
    await health.start();
    onTestFinished(() => health.stop());
    return health;
  };
  const dependency = (probe: () => Promise<unknown>, critical = true): Dependency => ({
    name: "thing",
    critical,
    probe,
    report: (up) => ({ status: up ? "healthy" : critical ? "unhealthy" : "degraded" }),
  });

  it("is ready while a critical dependency answers, and not when it fails", async () => {
    expect((await monitor([dependency(async () => 1)])).ready()).toBe(true);
    const health = await monitor([dependency(() => Promise.reject(new Error("secret address")))]);
    expect(health.ready()).toBe(false);
    expect(health.document().status).toBe("unhealthy");
    expect(JSON.stringify(health.document())).not.toContain("secret");
  });

  it("takes a dependency that does not answer within a second for down, and goes on answering at once", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const never = () => new Promise(() => {});
    const starting = monitor([dependency(never, false)]);
    const started = vi.fn();
    void starting.then(started);
    await vi.advanceTimersByTimeAsync(999);
    expect(started).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    const health = await starting;
    const { status, dependencies } = health.document();
    expect(status).toBe("degraded");
    expect(dependencies["thing"]).toMatchObject({ status: "degraded", critical: false, up: false });
    expect(health.ready()).toBe(true);
  });

  it("takes no time it was busy itself for a dependency's", async () => {
    // The answer is there; nothing is read for longer than a probe may take.
    const { port1, port2 } = new MessageChannel();
    onTestFinished(() => port1.close());
    const probe = () => {
      const answer = once(port1, "message");
      port2.postMessage("here I am");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100);
      return answer;
    };
    expect((await monitor([dependency(probe)])).ready()).toBe(true);
  });

  it("notices a change", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    let up = false;
    const health = await monitor([dependency(async () => (up ? 1 : Promise.reject(new Error("down"))))]);
    expect(health.ready()).toBe(false);
    up = true;
    await vi.advanceTimersByTimeAsync(1999);
    expect(health.ready()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(health.ready()).toBe(true);
  });

  it("is not ready once the service drains, though it is well", async () => {
    const health = await monitor([]);
    health.drain();
    expect([health.live(), health.ready(), health.document().status]).toEqual([true, false, "healthy"]);
  });

  it("is unhealthy when the process does not do its work any more", async () => {
    const health = await monitor([], () => false);
    expect([health.live(), health.ready(), health.document().status]).toEqual([false, false, "unhealthy"]);
  });
});
