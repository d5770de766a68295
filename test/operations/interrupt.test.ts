import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { interruptible } from "../../operations/interrupt";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("counts what the terminal and npm both pass on once, and what comes half a second later again", async () => {
  const heard: number[] = [];
  await interruptible(
    (times) => heard.push(times),
    async () => {
      process.emit("SIGINT");
      vi.advanceTimersByTime(499);
      process.emit("SIGTERM");
      expect(heard).toEqual([1]);
      vi.advanceTimersByTime(1);
      process.emit("SIGINT");
    },
  );
  expect(heard).toEqual([1, 2]);
});

it("listens no longer than what can be interrupted", async () => {
  const before = process.listenerCount("SIGINT");
  const during = await interruptible(
    () => {},
    async () => process.listenerCount("SIGINT"),
  );
  expect([during, process.listenerCount("SIGINT")]).toEqual([before + 1, before]);
});
