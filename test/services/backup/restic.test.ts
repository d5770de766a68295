import { afterEach, expect, test, vi } from "vitest";
import { createLog } from "../../../services/backup/src/log";
import { heapLimit, Restic } from "../../../services/backup/src/restic";
import type { Settings } from "../../../services/backup/src/settings";

const MIB = 1024 * 1024;

afterEach(() => vi.restoreAllMocks());

test.each([
  ["three eighths of the container's memory", 256 * MIB, { GOMEMLIMIT: "96MiB" }],
  ["rounded down", 200 * MIB + 1, { GOMEMLIMIT: "75MiB" }],
  ["none where the limit is not known", 0, {}],
  ["none where there is no limit", 2 ** 64, {}],
])("restic's heap: %s", (_, bytes, expected) => {
  expect(heapLimit(bytes)).toEqual(expected);
});

test("every restic command is held to it", () => {
  vi.spyOn(process, "constrainedMemory").mockReturnValue(256 * MIB);
  const settings = { repository: "/bucket/restic", passwordFile: "/run/secrets/password" } as Settings;
  expect(new Restic(settings, createLog("stderr")).command("prune").env).toMatchObject({
    GOMEMLIMIT: "96MiB",
    RESTIC_REPOSITORY: "/bucket/restic",
  });
});
