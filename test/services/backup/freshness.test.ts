import { describe, expect, test } from "vitest";
import { isOverdue, judge, limit, span } from "../../../services/backup/src/freshness";
import { isSchedule, longestInterval } from "../../../services/backup/src/schedule";

const NOW = new Date("2026-03-01T12:00:00Z");
const HOUR = 3600;
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

describe("the longest time between two runs of a schedule", () => {
  test.each([
    ["0 2 * * *", 24 * HOUR],
    ["*/15 * * * *", HOUR / 4],
    ["@hourly", HOUR],
    ["0 2 * * 1-5", 72 * HOUR],
    ["*/30 8-17 * * *", 14.5 * HOUR],
    ["* 9-17 * * 1-5", (2 * 24 + 15) * HOUR + 60],
    ["0 0 1 * *", 31 * 24 * HOUR],
  ])("%s", (pattern, seconds) => {
    expect(longestInterval(pattern, NOW)).toBe(seconds);
  });

  test.each([
    ["0 2 * * *", true],
    ["@daily", true],
    ["61 * * * *", false],
    ["0 0 30 2 *", false],
    ["2026-05-01T00:00:00Z", false],
    ["daily", false],
  ])("%s is a schedule: %s", (pattern, expected) => {
    expect(isSchedule(pattern)).toBe(expected);
  });
});

describe("freshness", () => {
  test("the limit is one and a half intervals and ten minutes", () => {
    expect(limit(24 * HOUR)).toBe(36 * HOUR + 600);
    expect(limit(15 * 60)).toBe(22.5 * 60 + 600);
  });

  test("a backup exactly as old as allowed is fresh, a second older is not", () => {
    const most = 36 * HOUR + 600;
    expect(judge("full", ago(most), 24 * HOUR, NOW)).toEqual({
      fresh: true,
      ageSeconds: most,
      limitSeconds: most,
      reason: null,
    });
    expect(judge("full", ago(most + 1), 24 * HOUR, NOW)).toEqual({
      fresh: false,
      ageSeconds: most + 1,
      limitSeconds: most,
      reason: "full: the newest verified backup is 36 h 10 min old, allowed are 36 h 10 min",
    });
  });

  test("no backup at all is not fresh", () => {
    expect(judge("events", null, 900, NOW)).toEqual({
      fresh: false,
      ageSeconds: null,
      limitSeconds: 1950,
      reason: "events: no verified backup yet",
    });
  });

  test("overdue at the start: older than the interval, or none", () => {
    expect(isOverdue(null, 900, NOW)).toBe(true);
    expect(isOverdue(ago(901), 900, NOW)).toBe(true);
    expect(isOverdue(ago(900), 900, NOW)).toBe(false);
  });

  test("spans are written in hours and minutes", () => {
    expect([59, 60, 3599, 3600, 200_000].map(span)).toEqual([
      "0 min",
      "1 min",
      "59 min",
      "1 h 0 min",
      "55 h 33 min",
    ]);
  });
});
