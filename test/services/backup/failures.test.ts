/** What goes wrong, with a real PostgreSQL and a real restic: no failure leaves something that looks good. */
import { spawn } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { damage } from "./support/damage";
import { heldBackup, isAlive } from "./support/held";
import { ROLE } from "./support/postgres";
import type { Runner } from "./support/runner";
import { lacking, serverUser } from "./support/tools";
import { eventually, secretsIn, World } from "./support/world";

describe.skipIf(lacking)(`failing backups${lacking}`, { timeout: 300_000 }, () => {
  let world: World;
  beforeAll(async () => void (world = await World.create()), 120_000);
  afterAll(() => world?.destroy(), 60_000);

  const held = (runner: Runner) => heldBackup(world, runner);

  test("a dump that loses its permission midway leaves no snapshot at all", async () => {
    const runner = world.runner();
    const { done, letGo } = await held(runner);
    world.database.sql("shop", `REVOKE pg_read_all_data FROM ${ROLE}`);
    letGo();
    const { code, stdout, log } = await done;
    world.database.sql("shop", `GRANT pg_read_all_data TO ${ROLE}`);
    expect([code, stdout]).toEqual([1, ""]);
    expect([log.at(-1)?.stage, log.at(-1)?.msg]).toEqual(["dump", "backup failed"]);
    expect(log.at(-1)?.reason).toMatch(/ERROR: {2}permission denied for schema app/);
    expect(runner.snapshots()).toEqual([]);
    expect(runner.locks()).toEqual([]);
  });

  test("SIGTERM midway ends the children and leaves neither snapshot nor lock", async () => {
    const runner = world.runner();
    const { child, done, below, letGo } = await held(runner);
    const children = below();
    child.kill("SIGTERM");
    letGo();
    const { code, log } = await done;
    expect(code).toBe(1);
    expect([log.at(-1)?.stage, log.at(-1)?.reason]).toEqual(["interrupted", "it was told to stop"]);
    expect(children.filter(({ pid }) => isAlive(pid))).toEqual([]);
    expect(runner.snapshots()).toEqual([]);
    expect(runner.locks()).toEqual([]);
  });

  test("a runner that is killed midway leaves an unverified snapshot, and the next run is good", async () => {
    const runner = world.runner();
    const { child, done, below, letGo } = await held(runner);
    const children = below();
    child.kill("SIGKILL");
    letGo();
    await done;
    await eventually(() => (children.some(({ pid }) => isAlive(pid)) ? undefined : true));
    expect(runner.snapshots().map(({ tags }) => tags.filter((tag) => tag.endsWith("verified")))).toEqual([
      ["unverified"],
    ]);

    expect((await runner.run("once", "full")).code).toBe(0);
    const { snapshots } = JSON.parse((await runner.run("list")).stdout);
    expect(snapshots.map(({ verified }: { verified: boolean }) => verified)).toEqual([false, true]);
  });

  test("processes that find no repository at the same moment make one between them", async () => {
    const runner = world.runner();
    const outcomes = await Promise.all([1, 2, 3].map(() => runner.run("once", "events")));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
    const made = (line: Record<string, unknown>) =>
      line.msg === "there was no repository: an empty one has been made";
    expect(outcomes.flatMap(({ log }) => log.filter(made)).length).toBe(1);
    expect(readdirSync(join(runner.env.BACKUP_REPOSITORY ?? "", "keys")).length).toBe(1);
    expect(runner.snapshots().map(({ tags }) => tags.includes("verified"))).toEqual([true, true, true]);
  });

  test("a repository whose making was cut short is told, not used", async () => {
    const runner = world.runner();
    runner.restic("init");
    rmSync(join(runner.env.BACKUP_REPOSITORY ?? "", "config"));
    const { code, log } = await runner.run("once", "events");
    expect([code, log.at(-1)?.stage, log.at(-1)?.reason]).toEqual([
      1,
      "repository",
      "the repository was made twice at the same moment, or its making was cut short: empty it and start again",
    ]);
  });

  test("a lock left by a process of this host that is gone is removed", async () => {
    const runner = world.runner();
    runner.restic("init");
    const env = {
      ...process.env,
      RESTIC_REPOSITORY: runner.env.BACKUP_REPOSITORY,
      RESTIC_PASSWORD_FILE: runner.env.BACKUP_PASSWORD_FILE,
    };
    const dead = spawn("restic", ["--no-cache", "backup", "--stdin", "--quiet"], {
      ...serverUser,
      env,
      stdio: ["pipe", "ignore", "ignore"],
    });
    await eventually(() => (runner.locks().length === 1 ? true : undefined));
    dead.kill("SIGKILL");
    await new Promise((resolve) => dead.once("close", resolve));

    const { code, log } = await runner.run("once", "full");
    expect(code).toBe(0);
    expect(log.map(({ msg }) => msg)).toEqual([
      "stored, not yet verified",
      "the repository is locked: removing stale locks, then trying again",
      "backup verified",
      "retention applied",
    ]);
    expect(runner.locks()).toEqual([]);
  });

  test("retention removes the old and the abandoned, and keeps the newest of each kind and what is not ours", async () => {
    const runner = world.runner();
    runner.restic("init");
    const old = (days: number, host: string, ...tags: string[]) => {
      const time = new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19).replace("T", " ");
      const labels = [...tags, "part=database", `run=${days}`].flatMap((tag) => ["--tag", tag]);
      runner.restic(
        "backup",
        "--quiet",
        "--host",
        host,
        "--time",
        time,
        ...labels,
        join(runner.directory, "password"),
      );
    };
    old(60, "mainstay", "kind=full", "verified");
    old(31, "mainstay", "kind=full", "verified");
    old(29, "mainstay", "kind=full", "verified");
    old(90, "mainstay", "kind=events", "verified");
    old(50, "mainstay", "kind=events", "verified");
    old(4, "mainstay", "kind=full", "unverified");
    old(2, "mainstay", "kind=full", "unverified");
    old(80, "mainstay", "kind=drill", "verified");
    old(40, "mainstay", "kind=drill", "verified");
    old(99, "another", "kind=full", "verified");
    const { code, stdout, log } = await runner.run("once", "full");
    expect(code).toBe(0);
    expect(log.at(-1)).toMatchObject({
      msg: "retention applied",
      expired: { full: 2, events: 1, drill: 1 },
      abandoned: 1,
    });
    const run = (tags: string[]) => tags.find((tag) => tag.startsWith("run="))?.slice(4);
    expect(
      runner
        .snapshots()
        .map(({ hostname, tags }) => `${hostname} ${run(tags)}`)
        .sort(),
    ).toEqual(
      [
        `mainstay ${JSON.parse(stdout).run}`,
        "another 99",
        "mainstay 2",
        "mainstay 29",
        "mainstay 40",
        "mainstay 50",
      ].sort(),
    );
  });

  test("a wrong password of the repository is named, and nothing is made or changed", async () => {
    const runner = world.runner();
    await runner.run("once", "events");
    const before = runner.snapshots();
    runner.file("other", "another-password-of-24-chars");
    const other = { BACKUP_PASSWORD_FILE: join(runner.directory, "other") };
    const { code, stderr, log } = await runner.start(["once", "full"], other).done;
    expect([code, log.length, log[0]?.stage, log[0]?.reason]).toEqual([
      1,
      1,
      "repository",
      "the password in BACKUP_PASSWORD_FILE does not open the repository",
    ]);
    expect(secretsIn(stderr)).toEqual([]);
    expect(stderr).not.toContain("another-password-of-24-chars");
    expect(runner.snapshots()).toEqual(before);
  });

  test("a wrong password of the database is named by PostgreSQL, and the password is not", async () => {
    const runner = world.runner({}, world.url("127.0.0.1", "wrong-role-password"));
    const { code, stderr, log } = await runner.run("once", "full");
    expect([code, log.at(-1)?.stage]).toEqual([1, "database"]);
    expect(log.at(-1)?.reason).toMatch(/FATAL: {2}password authentication failed for user "backup_reader"/);
    expect(stderr).not.toContain("wrong-role-password");
  });

  test("an event table that is not there is named", async () => {
    const runner = world.runner({ BACKUP_EVENT_TABLES: "app.events,app.outbox" });
    const { code, log } = await runner.run("once", "events");
    expect([code, log.at(-1)?.stage, log.at(-1)?.reason]).toEqual([
      1,
      "database",
      "of BACKUP_EVENT_TABLES, the database does not have app.outbox",
    ]);
  });

  test("a database without tables is no backup", async () => {
    world.database.sql("postgres", "CREATE DATABASE hollow");
    const { code, log } = await world.runner({}, world.url().replace("/shop", "/hollow")).run("once", "full");
    expect([code, log.at(-1)?.stage, log.at(-1)?.reason]).toEqual([
      1,
      "database",
      "there is no table in the database to back up",
    ]);
  });

  test("a damaged repository fails the check, and no further backup in it is verified", async () => {
    const runner = world.runner();
    expect((await runner.run("once", "full")).code).toBe(0);
    const sound = JSON.parse((await runner.run("check")).stdout);
    expect([sound.ok, sound.newest.full.tables.length, sound.problems]).toEqual([
      false,
      5,
      ["events: there is no verified backup"],
    ]);
    damage(runner);

    const { code, stdout } = await runner.run("check");
    const { ok, problems } = JSON.parse(stdout);
    expect([code, ok, problems.length]).toEqual([1, false, 3]);
    expect(problems.map((problem: string) => problem.split(":")[0])).toEqual([
      "full",
      "events",
      "repository",
    ]);

    const next = await runner.run("once", "full");
    expect([next.code, next.log.at(-1)?.stage]).toEqual([1, "verify"]);
    expect(runner.snapshots().map(({ tags }) => tags.includes("verified"))).toEqual([true, false]);
  });
});
