import { describe, expect, test } from "vitest";
import { saysOf, set } from "./support/configuration";
import { MISTAKES } from "./mistakes";
import { SECRETS } from "./mistakes/mistake";

describe("what is said of a mistake", () => {
  test.each(MISTAKES)("$kind", ({ changes, says }) => {
    expect(saysOf(...changes)).toEqual(says);
  });

  test("names no secret", () => {
    const all = MISTAKES.flatMap(({ says }) => says).join("\n");
    for (const secret of SECRETS) expect(all).not.toContain(secret);
  });

  test("covers kinds that differ", () => {
    expect(new Set(MISTAKES.map(({ kind }) => kind)).size).toBe(MISTAKES.length);
  });
});

test("names that only look like mistakes are none", () => {
  const names = [
    set("shape.database.name", "user"),
    set("shape.database.schema", "order"),
    set("shape.database.extensions", ["uuid-ossp", "pg_trgm"]),
    set("shape.backups.eventTables", ["order.events_2", "order._outbox"]),
  ];
  expect(saysOf(...names)).toEqual([]);
});
