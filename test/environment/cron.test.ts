import { expect, test } from "vitest";
import { longestGapDays } from "../../environment/cron";

test.each([
  ["* * * * *", 1],
  ["0 4 * * 0", 7],
  ["*/5 4 * * 1-5", 3],
  ["0 4 1 * *", 31],
  ["0 4 31 * *", 61],
  ["0 4 1 1,4,7,10 *", 92],
  ["0 4 1 1,7 *", 184],
  ["0 4 29 2 *", Infinity],
  ["0 4 31 2 *", Infinity],
])("days of %s lie up to %d days apart", (schedule, days) => {
  expect(longestGapDays(schedule)).toBe(days);
});
