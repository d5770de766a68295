import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { complaint, pipe, run } from "../../../services/backup/src/child";

const never = new AbortController().signal;

describe("a pipe that holds back the end", () => {
  let directory: string;
  beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), "backup-pipe-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  const sh = (script: string) => ({
    file: "sh",
    args: ["-c", script],
    env: { PATH: process.env.PATH ?? "", DIR: directory },
  });
  const store = () => sh("cat > $DIR/read && touch $DIR/stored");
  const done = () => existsSync(join(directory, "stored"));

  test("a sink sees the end after its source has succeeded", async () => {
    const { source, sink, culprit } = await pipe(sh("head -c 3000000 /dev/zero"), store(), never);
    expect([source.code, sink.code, culprit, done()]).toEqual([0, 0, undefined, true]);
    expect(readFileSync(join(directory, "read")).length).toBe(3_000_000);
  });

  test("a sink is ended, and never sees the end, where its source fails", async () => {
    const { source, culprit } = await pipe(sh("echo half; echo broken >&2; exit 3"), store(), never);
    expect([source.code, source.stderr, culprit, done()]).toEqual([3, "broken\n", "source", false]);
  });

  test("a source that waits is ended where its sink fails", async () => {
    const { sink, culprit } = await pipe(sh("exec sleep 60"), sh("exit 5"), never);
    expect([sink.code, culprit]).toEqual([5, "sink"]);
  });

  test("both are ended by the signal", async () => {
    const { source, sink } = await pipe(sh("exec sleep 60"), store(), AbortSignal.timeout(200));
    expect([source.code, sink.code, done()]).toEqual([null, null, false]);
  });

  test("what is not installed is named", async () => {
    const exit = await run({ file: "no-such-tool", args: [], env: {} }, never);
    expect([exit.code, complaint(exit)]).toEqual([127, "no-such-tool cannot be run"]);
  });
});
