import { expect, test } from "vitest";
import { observationCost } from "../../bench/observe";

test("what observing a request costs can be measured: every request of every server is answered", async () => {
  const { metricsUs, allUs, requestUs } = await observationCost(2, 3);
  expect([Number.isFinite(metricsUs), Number.isFinite(allUs)]).toEqual([true, true]);
  expect(requestUs).toBeGreaterThan(4000);
});
