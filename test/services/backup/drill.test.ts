/** Restore drills, with a real PostgreSQL and a real restic: what they prove, what they notice, what they leave. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assertRoom } from "../../../services/backup/src/scratch";
import { freePort } from "../../support/free-port";
import { damage } from "./support/damage";
import { heldBackup, heldDrill, isAlive } from "./support/held";
import { ROLE } from "./support/postgres";
import type { Outcome, Runner } from "./support/runner";
import { lacking, serverUser } from "./support/tools";
import { descendants, eventually, secretsIn, TABLES, World } from "./support/world";

/** What a dump does not hold, and a restore must not need: the owner's role, grants, and a rule for a role. */
const OF_THE_SERVER = `
CREATE EXTENSION pg_stat_statements;
CREATE ROLE clerk;
ALTER TABLE app.orders OWNER TO clerk;
GRANT SELECT ON app.orders TO ${ROLE};
ALTER TABLE billing.invoices ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON billing.invoices TO clerk USING (true);
ALTER ROLE ${ROLE} BYPASSRLS;
`;
/** Nobody listens there: who asks the database fails. */
const NO_DATABASE = "postgresql://nobody:no-password@127.0.0.1:1/shop";

describe.skipIf(lacking)(`drills${lacking}`, { timeout: 300_000 }, () => {
  let world: World;
  let runner: Runner;
  const settings = (place: Runner, sizeMiB = 512) => ({
    BACKUP_DRILL_SCHEDULE: "0 4 * * 0",
    BACKUP_DRILL_DIR: join(place.directory, "drill"),
    BACKUP_DRILL_MIB: `${sizeMiB}`,
  });
  const drill = (place: Runner, sizeMiB?: number) =>
    place.start(["once", "drill"], settings(place, sizeMiB)).done;
  /** What is still there of a drill: data, sockets, locks. */
  const left = (place: Runner) => [
    ...["drill", "tmp"].flatMap((name) => readdirSync(join(place.directory, name))),
    ...place.locks(),
  ];
  const failure = ({ code, stdout, log }: Outcome) => [code, stdout, log.at(-1)?.msg, log.at(-1)?.stage];
  /** A dump as it is stored by a backup, of all tables but these. */
  function storeDump(into: Runner, without: readonly string[], ...tags: string[]): void {
    const labels = ["kind=full", "part=database", "verified", ...tags].flatMap((tag) => ["--tag", tag]);
    const { port } = world.database;
    const omit = without.map((table) => `--exclude-table=${table}`).join(" ");
    const store = `restic --no-cache backup --quiet --host mainstay ${labels.join(" ")} --stdin --stdin-filename /full.pgdump`;
    const env = {
      ...process.env,
      PGPASSWORD: "owner-password",
      RESTIC_REPOSITORY: into.env.BACKUP_REPOSITORY,
      RESTIC_PASSWORD_FILE: into.env.BACKUP_PASSWORD_FILE,
    };
    const dump = `pg_dump -h 127.0.0.1 -p ${port} -U owner -Fc -Z0 ${omit} shop`;
    execFileSync("bash", ["-o", "pipefail", "-c", `${dump} | ${store}`], {
      ...serverUser,
      env,
      stdio: "pipe",
    });
  }

  beforeAll(async () => {
    world = await World.create();
    world.database.sql("shop", OF_THE_SERVER);
    runner = world.runner();
    expect((await runner.run("once", "full")).code).toBe(0);
  }, 300_000);
  afterAll(() => world?.destroy(), 60_000);

  test("restores the newest backup without the database, counts it, and leaves nothing but its report", async () => {
    runner.file("database-url", NO_DATABASE);
    const { code, stdout, stderr, log } = await drill(runner);
    runner.file("database-url", world.url());
    expect([code, log.map(({ msg }) => msg)]).toEqual([0, ["drill succeeded"]]);
    expect(secretsIn(stdout + stderr)).toEqual([]);
    expect(left(runner)).toEqual([]);

    const [backup, stored, ...others] = JSON.parse((await runner.run("list")).stdout).snapshots;
    expect(others).toEqual([]);
    const report = JSON.parse(stdout);
    expect(report).toEqual({
      run: stored.run,
      backup: { id: backup.id, time: backup.time },
      tables: TABLES.length,
      rows: { "app.events": 160_037 },
      bytes: expect.any(Number),
      seconds: stored.seconds,
      ageSeconds: stored.ageSeconds,
    });
    // More than the dump, and not more than it was allowed.
    expect(report.bytes).toBeGreaterThan(backup.bytes);
    expect(report.bytes).toBeLessThan(512 * 2 ** 20);
    const began = Date.parse(report.run.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z"));
    // The tag has lost the fraction of its second, and the age is rounded.
    expect(Math.abs(report.ageSeconds - (began - Date.parse(backup.time)) / 1000)).toBeLessThan(1.5);
    expect(stored).toMatchObject({ kind: "drill", part: "report", verified: true, paths: ["/drill.json"] });
    expect([stored.tables, stored.rows, stored.bytes]).toEqual([report.tables, report.rows, report.bytes]);
    expect(JSON.parse(runner.restic("dump", stored.id, "/drill.json"))).toEqual(report);
  });

  test("a damaged repository fails the restore", async () => {
    const damaged = world.runner();
    expect((await damaged.run("once", "full")).code).toBe(0);
    damage(damaged);
    const outcome = await drill(damaged);
    expect(failure(outcome)).toEqual([1, "", "drill failed", "restore"]);
    expect(outcome.log.at(-1)?.reason).toMatch(/^restic: .*(ciphertext|hash|blob|pack)/);
    expect(left(damaged)).toEqual([]);
    expect(damaged.snapshots().length).toBe(1);
  });

  test("a missing table and missing rows are counted", async () => {
    const partial = world.runner();
    partial.restic("init");
    storeDump(partial, ["app.events_2026"], "tables=5", "rows:app.events=160037", "rows:app.outbox=3");
    const outcome = await drill(partial);
    expect(failure(outcome)).toEqual([1, "", "drill failed", "compare"]);
    expect(outcome.log.at(-1)?.reason).toBe(
      "not all was restored: 4 tables of 5, 160000 of 160037 rows in app.events, none of 3 rows in app.outbox",
    );
    expect(left(partial)).toEqual([]);
  });

  test("what cannot be restored is told in PostgreSQL's words", async () => {
    const broken = world.runner();
    broken.restic("init");
    // Its invoices refer to orders.
    storeDump(broken, ["app.orders"]);
    const outcome = await drill(broken);
    expect(failure(outcome)).toEqual([1, "", "drill failed", "restore"]);
    expect(outcome.log.at(-1)?.reason).toMatch(/relation "app.orders" does not exist/);
  });

  test("without a verified backup there is nothing to restore", async () => {
    const empty = world.runner();
    empty.restic("init");
    const outcome = await drill(empty);
    expect(failure(outcome)).toEqual([1, "", "drill failed", "repository"]);
    expect(outcome.log.at(-1)?.reason).toBe("there is no verified full backup to restore");
  });

  test("data that outgrow their room are ended, and told", async () => {
    const outcome = await drill(runner, 64);
    expect(failure(outcome)).toEqual([1, "", "drill failed", "space"]);
    expect(outcome.log.at(-1)?.reason).toBe("the restored data outgrew the 64 MiB of BACKUP_DRILL_MIB");
    expect(left(runner)).toEqual([]);
  });

  test("a disk that has not the room is told before anything is written to it", async () => {
    const outcome = await drill(runner, 64 * 1024 * 1024);
    expect(failure(outcome)).toEqual([1, "", "drill failed", "space"]);
    expect(outcome.log.at(-1)?.reason).toMatch(
      /\/drill has \d+ MiB free of the 67108864 MiB of BACKUP_DRILL_MIB$/,
    );
    const place = { directory: runner.directory, sizeMiB: 64 };
    await expect(assertRoom(place, 64 * 2 ** 20 + 1)).rejects.toThrow(
      "the data alone are 65 MiB, and BACKUP_DRILL_MIB is 64",
    );
    await expect(assertRoom(place, 64 * 2 ** 20)).resolves.toBeUndefined();
  });

  test("SIGTERM midway ends the server and leaves nothing", async () => {
    const { child, done, below, letGo } = await heldDrill(runner, settings(runner));
    const children = below();
    child.kill("SIGTERM");
    letGo();
    const outcome = await done;
    expect([...failure(outcome), outcome.log.at(-1)?.reason]).toEqual([
      ...[1, "", "drill failed", "interrupted"],
      "it was told to stop",
    ]);
    expect(children.map(({ arguments: [program = ""] }) => basename(program))).toEqual(
      expect.arrayContaining(["cat", "postgres", "restic"]),
    );
    expect(children.filter(({ pid }) => isAlive(pid))).toEqual([]);
    expect(left(runner)).toEqual([]);
  });

  test("what a killed drill leaves is removed at the service's start, and its server ends", async () => {
    const { child, done, below, letGo } = await heldDrill(runner, settings(runner));
    const server = below().find((one) => one.arguments[0] === "postgres");
    child.kill("SIGKILL");
    letGo();
    await done;
    const data = () => readdirSync(join(runner.directory, "drill"));
    expect(data().length).toBe(1);

    const service = runner.start(["run"], {
      ...settings(runner),
      BACKUP_FULL_SCHEDULE: "0 0 1 1 *",
      BACKUP_EVENTS_SCHEDULE: "0 0 1 1 *",
      BACKUP_INITIAL: "false",
      BACKUP_PORT: `${await freePort()}`,
    });
    await eventually(() => data().length === 0 || undefined);
    service.child.kill("SIGTERM");
    expect((await service.done).code).toBe(0);
    // It looks for its directory once a minute.
    await eventually(() => !isAlive(server?.pid ?? 0) || undefined, 150);
  });

  test("a drill waits until a backup is done, and a backup until a drill is", async () => {
    const place = settings(runner);
    const backup = await heldBackup(world, runner, place);
    const waiting = runner.start(["once", "drill"], place);
    await eventually(() => isWaiting(waiting.child.pid) || undefined);
    expect(readdirSync(join(runner.directory, "drill"))).toEqual([]);
    backup.letGo();
    expect((await backup.done).code).toBe(0);
    const restored = JSON.parse((await waiting.done).stdout);
    expect(restored.backup.id).toBe(newest(runner, "kind=full"));

    const held = await heldDrill(runner, place);
    const next = runner.start(["once", "events"], place);
    await eventually(() => isWaiting(next.child.pid) || undefined);
    expect(newest(runner, "kind=events")).toBeUndefined();
    held.letGo();
    const taken = await next.done;
    expect([(await held.done).code, taken.code]).toEqual([0, 0]);
    const events = runner.snapshots().filter(({ tags }) => tags.includes("kind=events"));
    expect(events.map(({ tags }) => tags.find((tag) => tag.startsWith("run=")))).toEqual([
      `run=${JSON.parse(taken.stdout).run}`,
    ]);
  });
});

/** It has asked for the lock, and does not have it: flock becomes the program it runs when it does. */
const isWaiting = (pid = 0) => descendants(pid).some((one) => one.arguments[0] === "flock");

const newest = (runner: Runner, tag: string) =>
  runner.snapshots().findLast(({ tags }) => tags.includes(tag))?.id;
