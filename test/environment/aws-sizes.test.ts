import fc from "fast-check";
import { expect, test } from "vitest";
import { fargateSize, type FargateSize, type Need } from "../../environment/aws-sizes";

/** "Task size", Amazon ECS developer guide, row by row: CPU units, and memory in GiB from, to, and by which steps. */
const ROWS = [
  [512, 1, 4, 1],
  [1024, 2, 8, 1],
  [2048, 4, 16, 1],
  [4096, 8, 30, 1],
  [8192, 16, 60, 4],
  [16384, 32, 120, 8],
] as const;

const SOLD: readonly FargateSize[] = [
  ...[512, 1024, 2048].map((memoryMiB) => ({ cpuUnits: 256, memoryMiB })),
  ...ROWS.flatMap(([cpuUnits, from, to, step]) =>
    Array.from({ length: (to - from) / step + 1 }, (_, index) => ({
      cpuUnits,
      memoryMiB: (from + index * step) * 1024,
    })),
  ),
];

const need: fc.Arbitrary<Need> = fc.record({
  memoryMiB: fc.integer({ min: 16, max: 70_000 }),
  cpus: fc.integer({ min: 1, max: 900 }).map((hundredths) => hundredths / 100),
});

/** What all of them ask for, in the units of a task. The sum of decimal fractions is told to the unit. */
const asked = (needs: readonly Need[]) => ({
  cpuUnits: needs.reduce((sum, { cpus }) => sum + cpus, 0) * 1024,
  memoryMiB: needs.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0),
});

const holds = (size: FargateSize, needs: readonly Need[]) => {
  const { cpuUnits, memoryMiB } = asked(needs);
  return size.cpuUnits >= cpuUnits && size.memoryMiB >= memoryMiB;
};

test("a task is the smallest that is sold and holds all of its containers, or there is none", () => {
  fc.assert(
    fc.property(fc.array(need, { minLength: 1, maxLength: 4 }), (needs) => {
      const fitting = SOLD.filter((size) => holds(size, needs));
      const [smallest] = fitting.sort((a, b) => a.cpuUnits - b.cpuUnits || a.memoryMiB - b.memoryMiB);
      expect(fargateSize(needs)).toEqual(smallest);
    }),
    { numRuns: 300 },
  );
});

test("a task never gets smaller by a container more", () => {
  fc.assert(
    fc.property(fc.array(need, { minLength: 1, maxLength: 3 }), need, (needs, more) => {
      const before = fargateSize(needs);
      const after = fargateSize([...needs, more]);
      if (after === undefined) return;
      expect(before?.cpuUnits).toBeLessThanOrEqual(after.cpuUnits);
      if (before?.cpuUnits === after.cpuUnits) expect(before.memoryMiB).toBeLessThanOrEqual(after.memoryMiB);
    }),
  );
});

test("a task's containers are given no more units than it has", () => {
  fc.assert(
    fc.property(fc.array(need, { minLength: 1, maxLength: 4 }), (needs) => {
      const size = fargateSize(needs);
      if (!size) return;
      const given = needs.reduce((sum, { cpus }) => sum + Math.floor(cpus * 1024), 0);
      expect(given).toBeLessThanOrEqual(size.cpuUnits);
    }),
  );
});
