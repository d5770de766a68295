/** The service: what it answers while it works, after a restart and when nothing works. */
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../support/free-port";
import type { Runner, Started } from "./support/runner";
import { lacking } from "./support/tools";
import { eventually, secretsIn, World } from "./support/world";

describe.skipIf(lacking)(`the service${lacking}`, { timeout: 300_000 }, () => {
  let world: World;
  let port: number;
  const running: Started[] = [];
  beforeAll(async () => {
    world = await World.create();
    port = await freePort();
  }, 300_000);
  afterEach(async () => {
    for (const { child, done } of running.splice(0)) {
      child.kill("SIGKILL");
      await done;
    }
  });
  afterAll(() => world?.destroy(), 60_000);

  function serve(runner: Runner, settings: Record<string, string> = {}): Started {
    const started = runner.start(["run"], { BACKUP_PORT: `${port}`, ...settings });
    running.push(started);
    return started;
  }

  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    return response && { code: response.status, body: await response.text() };
  };
  const ready = () =>
    eventually(async () => ((await get("/health/ready"))?.code === 200 ? true : undefined), 60);
  /** Our own metrics as a map from the name with its labels to the value. */
  const metrics = async () => {
    const lines =
      (await get("/metrics"))?.body.split("\n").filter((line) => line.startsWith("backup_")) ?? [];
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
    );
  };

  test("takes what is missing at the start, and knows it again after a restart", async () => {
    const runner = world.runner({ BACKUP_FULL_SCHEDULE: "0 0 1 * *", BACKUP_EVENTS_SCHEDULE: "0 0 1 * *" });
    const first = serve(runner);
    const early = await eventually(() => get("/health/ready"));
    expect([early.code, JSON.parse(early.body).status]).toEqual([503, "unready"]);
    expect(await get("/health/live")).toEqual({ code: 200, body: '{"status":"live","reasons":[]}\n' });
    await ready();
    await eventually(async () =>
      (await metrics())['backup_running{kind="events"}'] === 0 ? true : undefined,
    );

    const [full, events] = JSON.parse((await runner.run("list")).stdout).snapshots;
    const stored = {
      'backup_last_success_timestamp_seconds{kind="full"}': new Date(full.time).getTime() / 1000,
      'backup_last_success_timestamp_seconds{kind="events"}': new Date(events.time).getTime() / 1000,
      'backup_last_duration_seconds{kind="full"}': full.seconds,
      'backup_last_duration_seconds{kind="events"}': events.seconds,
      'backup_last_size_bytes{kind="full"}': full.bytes,
      'backup_last_size_bytes{kind="events"}': events.bytes,
      'backup_snapshots{kind="full"}': 1,
      'backup_snapshots{kind="events"}': 1,
    };
    const before = await metrics();
    expect(before).toMatchObject({ ...stored, 'backup_running{kind="full"}': 0 });
    expect(Object.keys(before).filter((name) => name.startsWith("backup_failures_total")).length).toBe(20);
    expect(
      Object.entries(before).filter(([name, value]) => name.startsWith("backup_failures_total") && value > 0),
    ).toEqual([]);
    const health = await runner.start(["health"], { BACKUP_PORT: `${port}` }).done;
    expect([health.code, health.stdout]).toEqual([0, "live\n"]);

    first.child.kill("SIGTERM");
    const { code, stdout, log } = await first.done;
    expect([code, log.at(-1)?.msg]).toEqual([0, "stopped"]);
    expect(secretsIn(stdout)).toEqual([]);

    const second = serve(runner);
    await ready();
    expect(await metrics()).toMatchObject(stored);
    second.child.kill("SIGTERM");
    const outcome = await second.done;
    expect(outcome.log.filter(({ msg }) => msg === "stored, not yet verified")).toEqual([]);
    expect(runner.snapshots().length).toBe(2);
  });

  test("follows its schedule", async () => {
    const everySecond = { BACKUP_FULL_SCHEDULE: "0 0 1 * *", BACKUP_EVENTS_SCHEDULE: "* * * * * *" };
    const runner = world.runner({ ...everySecond, BACKUP_INITIAL: "false" });
    const { child, done } = serve(runner);
    await eventually(
      async () => ((await metrics())['backup_snapshots{kind="events"}'] ?? 0) >= 2 || undefined,
      60,
    );
    expect(JSON.parse((await get("/health/ready"))?.body ?? "").reasons).toEqual([
      "full: no verified backup yet",
    ]);
    child.kill("SIGTERM");
    expect((await done).code).toBe(0);
    expect(runner.locks()).toEqual([]);
  });

  test("holds drills by schedule, tells what they found, and knows it again after a restart", async () => {
    const runner = world.runner({
      BACKUP_FULL_SCHEDULE: "0 0 1 * *",
      BACKUP_EVENTS_SCHEDULE: "0 0 1 * *",
      BACKUP_DRILL_SCHEDULE: "0 0 1 * *",
      BACKUP_DRILL_MIB: "512",
    });
    runner.env.BACKUP_DRILL_DIR = join(runner.directory, "drill");
    const ofDrills = async () =>
      Object.fromEntries(
        Object.entries(await metrics()).filter(
          ([name, value]) => name.startsWith("backup_drill_") && !(name.includes("failures") && value === 0),
        ),
      );
    const first = serve(runner);
    await eventually(
      async () => ("backup_drill_duration_seconds" in (await metrics()) ? true : undefined),
      200,
    );
    const [backup, , drill] = JSON.parse((await runner.run("list")).stdout).snapshots;
    const known = {
      backup_drill_last_success_timestamp_seconds: new Date(drill.time).getTime() / 1000,
      backup_drill_duration_seconds: drill.seconds,
      backup_drill_data_age_seconds: drill.ageSeconds,
      backup_drill_running: 0,
    };
    expect(await ofDrills()).toEqual(known);
    first.child.kill("SIGTERM");
    const { log } = await first.done;
    const done = log.filter(({ msg }) => msg === "backup verified" || msg === "drill succeeded");
    expect(done.map(({ msg, kind }) => kind ?? msg)).toEqual(["full", "events", "drill succeeded"]);
    expect(done.at(-1)?.backup).toEqual({ id: backup.id, time: backup.time });

    // Too small for what there is: drills fail, and what the newest that succeeded found stays.
    const second = serve(runner, { BACKUP_DRILL_SCHEDULE: "* * * * * *", BACKUP_DRILL_MIB: "64" });
    const failed = 'backup_drill_failures_total{stage="space"}';
    await eventually(async () => ((await metrics())[failed] ?? 0) > 0 || undefined, 200);
    expect(await ofDrills()).toMatchObject({ ...known, backup_drill_running: expect.any(Number) });
    expect((await get("/health/ready"))?.code).toBe(200);
    second.child.kill("SIGTERM");
    expect((await second.done).code).toBe(0);
  });

  test("says why it is not ready, and counts the failure by its stage", async () => {
    const runner = world.runner({}, `${world.url("127.0.0.1", "wrong-role-password")}?sslmode=require`);
    const { child, done } = serve(runner);
    const failures = await eventually(async () => {
      const all = Object.entries(await metrics());
      const counted = all.filter(([name, value]) => name.startsWith("backup_failures_total") && value > 0);
      return counted.length >= 2 ? counted : undefined;
    }, 60);
    expect(failures).toEqual([
      ['backup_failures_total{kind="full",stage="database"}', 1],
      ['backup_failures_total{kind="events",stage="database"}', 1],
    ]);
    const { code, body } = (await get("/health/ready")) ?? { code: 0, body: "" };
    expect(code).toBe(503);
    const reason = `no verified backup yet (the last failed: database: psql: error: connection to server at "127.0.0.1", port ${world.database.port} failed: FATAL:  password authentication failed for user "backup_reader")`;
    expect(JSON.parse(body).reasons).toEqual([`full: ${reason}`, `events: ${reason}`]);
    const health = await runner.start(["health"], { BACKUP_PORT: `${port}` }).done;
    // The container is none the worse for it: an update that mends the backups has to get this far.
    expect([health.code, health.stdout]).toEqual([0, "live\n"]);
    child.kill("SIGTERM");
    const { stdout } = await done;
    expect(stdout).not.toContain("wrong-role-password");
  });

  test("a wrong configuration ends it with 78 and one line that has all problems", async () => {
    const { code, stdout } = await world.runner().start(["run"], { BACKUP_PORT: "x", BACKUP_INITIAL: "x" })
      .done;
    const { time, ...line } = JSON.parse(stdout);
    expect(code).toBe(78);
    expect(typeof time).toBe("string");
    expect(line).toEqual({
      level: "fatal",
      service: "backup",
      problems: [
        "BACKUP_INITIAL: allowed are true and false",
        'BACKUP_PORT: "x" is not a whole number from 1 to 65535',
      ],
      msg: "the configuration is wrong",
    });
  });

  test.each([["once"], ["once", "all"], ["run", "now"], ["restore"]])(
    "%s %s is wrong usage",
    async (...args) => {
      const { code, stderr } = await world.runner().run(...args.filter(Boolean));
      expect([code, stderr.split("\n")[0]]).toEqual([
        64,
        "usage: backup [run | once full|events|drill | list | check | health]",
      ]);
    },
  );
});
