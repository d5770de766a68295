import { describe, expect, test } from "vitest";
import { StageError } from "../../../services/backup/src/kinds";
import { Status } from "../../../services/backup/src/status";

describe("readiness", () => {
  const now = new Date("2026-03-02T00:00:00Z");
  const one = (run: string, time: string) => ({
    id: run,
    time: new Date(time),
    kind: "full" as const,
    part: "database" as const,
    run,
    verified: true,
    paths: [],
    tables: 1,
    bytes: 7,
    seconds: 2,
    rows: {},
    ageSeconds: null,
  });

  test("a scheduler that died is a reason, whatever the backups", () => {
    const status = new Status(new Map([["full", 86_400]]), () => false);
    status.update([one("a", "2026-03-01T02:00:00Z")]);
    const { status: word, reasons } = status.readiness(now);
    expect([word, reasons]).toEqual(["unready", ["the scheduler does not run"]]);
    expect(status.liveness()).toEqual({ status: "dead", reasons: ["the scheduler does not run"] });
  });

  test("the last failure is told along with the missing backup", () => {
    const status = new Status(new Map([["full", 86_400]]), () => true);
    status.started("full", now);
    expect(status.readiness(now).reasons).toEqual(["full: no verified backup yet (one is running)"]);
    status.ended("full", new StageError("dump", "permission denied"));
    expect(status.readiness(now).reasons).toEqual([
      "full: no verified backup yet (the last failed: dump: permission denied)",
    ]);
    expect(status.liveness()).toEqual({ status: "live", reasons: [] });
    status.update([one("a", "2026-03-01T02:00:00Z")]);
    expect(status.readiness(now).reasons).toEqual([]);
  });

  test("an emptied repository takes its values away", async () => {
    const status = new Status(new Map([["full", 86_400]]), () => true);
    status.update([one("a", "2026-03-01T02:00:00Z"), one("b", "2026-03-01T03:00:00Z")]);
    const lines = async () =>
      (await status.metrics.registry.metrics())
        .split("\n")
        .filter((line) => /^backup_(last|snap)/.test(line));
    expect((await lines()).sort()).toEqual([
      'backup_last_attempt_timestamp_seconds{kind="full"} 1772334000',
      'backup_last_duration_seconds{kind="full"} 2',
      'backup_last_size_bytes{kind="full"} 7',
      'backup_last_success_timestamp_seconds{kind="full"} 1772334000',
      'backup_snapshots{kind="full"} 2',
    ]);
    status.update([]);
    expect((await lines()).sort()).toEqual([
      'backup_last_attempt_timestamp_seconds{kind="full"} 1772334000',
      'backup_snapshots{kind="full"} 0',
    ]);
    expect(status.readiness(now).status).toBe("unready");
  });
});
