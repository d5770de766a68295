import { expect, test } from "vitest";
import { longestGapDays, longestGapMinutes } from "../../environment/cron";

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

test.each([
  ["* * * * *", 1],
  ["*/7 * * * *", 7],
  ["*/45 * * * *", 45],
  ["0 * * * *", 60],
  ["59 * * * *", 60],
  ["0 */4 * * *", 240],
  ["0 8-18 * * *", 840],
  ["0,50 * * * 1-5", 2890],
  ["0 2 * * *", 1440],
  ["0 3,21 * * *", 1080],
  ["0 2 * * 0", 10_080],
  ["30 0 1,15 * *", 24_480],
  ["0 2 31 2 *", Infinity],
])("moments of %s lie up to %d minutes apart", (schedule, minutes) => {
  expect(longestGapMinutes(schedule)).toBe(minutes);
});
