import { describe, expect, test } from "vitest";
import { abandoned } from "../../../services/backup/src/retention";
import {
  countRemoved,
  newestDrill,
  parseSnapshots,
  restorable,
  rowTags,
  tags,
} from "../../../services/backup/src/snapshots";
import { assertComplete, tablesIn } from "../../../services/backup/src/verify";

describe("snapshots", () => {
  const raw = (time: string, ...list: string[]) => ({ id: time, time, paths: ["/full.pgdump"], tags: list });
  const listing = parseSnapshots(
    JSON.stringify([
      raw("2026-03-03T02:00:00Z", ...tags({ kind: "full", part: "database", run: "c" }), "unverified"),
      raw(
        "2026-03-01T02:00:00Z",
        ...tags({ kind: "full", part: "database", run: "a", tables: 5, bytes: 10, seconds: 1.5 }),
        ...tags(rowTags({ "app.events": 37, "app.outbox": 0 })),
        // Not a name the settings allow: it is not taken into a statement.
        'rows:app."x"=1',
        "verified",
      ),
      raw("2026-03-02T02:00:00Z", ...tags({ kind: "full", part: "files", run: "b" }), "verified"),
      { id: "foreign", time: "2026-03-04T02:00:00Z", paths: ["/etc"] },
    ]),
  );

  test("only a verified dump can be restored", () => {
    expect(listing.map(({ run }) => run)).toEqual(["a", "b", "c"]);
    expect(restorable(listing, "full")).toEqual([
      {
        id: "2026-03-01T02:00:00Z",
        time: new Date("2026-03-01T02:00:00Z"),
        kind: "full",
        part: "database",
        run: "a",
        verified: true,
        paths: ["/full.pgdump"],
        tables: 5,
        bytes: 10,
        seconds: 1.5,
        rows: { "app.events": 37, "app.outbox": 0 },
        ageSeconds: null,
      },
    ]);
    expect(restorable(listing, "events")).toEqual([]);
  });

  test("a drill is known by its report, and only by one that succeeded", () => {
    const drill = (time: string, ...list: string[]) =>
      raw(time, ...tags({ kind: "drill", part: "report", run: "d", seconds: 12.5, age: 7200 }), ...list);
    const drills = parseSnapshots(
      JSON.stringify([
        drill("2026-03-01T04:00:00Z", "verified"),
        drill("2026-03-08T04:00:00Z", "unverified"),
      ]),
    );
    const { time, seconds, ageSeconds } = newestDrill([...listing, ...drills]) ?? {};
    expect([time, seconds, ageSeconds]).toEqual([new Date("2026-03-01T04:00:00Z"), 12.5, 7200]);
    expect(newestDrill(listing)).toBeUndefined();
  });

  test("an unverified one is let go of after three days", () => {
    expect(abandoned(listing, new Date("2026-03-06T02:00:00Z"))).toEqual([]);
    expect(abandoned(listing, new Date("2026-03-06T02:00:01Z"))).toEqual(["2026-03-03T02:00:00Z"]);
  });

  test("a comma in a value makes no second tag", () => {
    expect(tags({ database: "a,verified" })).toEqual(["database=a_verified"]);
  });

  test("what restic forgot is counted", () => {
    expect(countRemoved('[{"keep":[{}],"remove":[{},{}]},{"remove":null}]')).toBe(2);
    expect([countRemoved(""), countRemoved("null")]).toEqual([0, 0]);
  });
});

describe("the tables of a dump", () => {
  const verbose = [
    'pg_restore: creating TABLE "app.orders"',
    'pg_restore: processing data for table "app.orders"',
    'pg_restore: processing data for table "app.Gift "Cards""',
    "",
  ].join("\n");

  test("are those whose data were read", () => {
    expect(tablesIn(verbose)).toEqual(['app.Gift "Cards"', "app.orders"]);
  });

  test("must all be there; more may be", () => {
    expect(() => assertComplete(["a.a", "a.b", "a.c"], ["a.b"])).toThrow(
      new Error("2 of 3 tables are not in the stored dump: a.a, a.c"),
    );
    expect(assertComplete(["a.a"], ["a.a", "public.spatial_ref_sys"])).toBe(undefined);
  });
});
