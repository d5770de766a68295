/** What a drill's data take on their disk, while its server makes and removes files. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sizeOf } from "../../../services/backup/src/disk-usage";

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "disk-usage-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function fill(directory: string): void {
  for (const inner of ["a", "a/b", "c"]) mkdirSync(join(directory, inner), { recursive: true });
  for (const [file, bytes] of Object.entries({ "a/one": 10_000, "a/b/two": 100_000, "c/none": 0 }))
    writeFileSync(join(directory, file), Buffer.alloc(bytes, 1));
}

test("is what du says of it", async () => {
  fill(root);
  const [kibibytes] = execFileSync("du", ["-sk", root], { encoding: "utf8" }).split("\t");
  expect(await sizeOf(root)).toBe(Number(kibibytes) * 1024);
});

test("of what is not there is nothing", async () => {
  expect(await sizeOf(join(root, "gone"))).toBe(0);
});

test("is found out although files and directories go meanwhile", async () => {
  const busy = join(root, "busy");
  let over = false;
  const looking = (async () => {
    for (let looks = 0; looks < 200; looks++) await sizeOf(root);
  })();
  const failure = looking.then(
    () => undefined,
    (error: Error) => error,
  );
  void failure.then(() => (over = true));
  while (!over) {
    fill(busy);
    await turn();
    rmSync(busy, { recursive: true });
    await turn();
  }
  expect(await failure).toBeUndefined();
});
