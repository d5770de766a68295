/** Backups that succeed, with a real PostgreSQL and a real restic. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Runner } from "./support/runner";
import { find, lacking } from "./support/tools";
import { secretsIn, TABLES, World } from "./support/world";

const TOOLS = ["flock", "pg_dump", "pg_restore", "psql", "restic"];

/**
 * A folder for the PATH whose programs write down how they were started, and become the real ones.
 *
 * @param log where: a line for each start
 */
function observedTools(runner: Runner, log: string): string {
  const folder = join(runner.directory, "observed");
  mkdirSync(folder);
  for (const tool of TOOLS) {
    const script = `#!/bin/sh\necho "${tool} $*" >>'${log}'\nexec '${find(tool)}' "$@"\n`;
    writeFileSync(join(folder, tool), script, { mode: 0o755 });
  }
  return folder;
}

describe.skipIf(lacking)(`backups${lacking}`, { timeout: 300_000 }, () => {
  let world: World;
  /** With one full backup, taken below the eyes of the first test. */
  let runner: Runner;
  beforeAll(async () => {
    world = await World.create();
    runner = world.runner();
  }, 300_000);
  afterAll(() => world?.destroy(), 60_000);

  test("a full backup is verified, lists every table, restores to equal row counts and shows no secret", async () => {
    const started = runner.file("started", "");
    const PATH = `${observedTools(runner, started)}:${runner.env.PATH}`;
    const { code, stdout, stderr, log } = await runner.start(["once", "full"], { PATH }).done;
    const lines = readFileSync(started, "utf8").trim().split("\n");
    expect([...new Set(lines.map((line) => line.split(" ")[0]))].sort()).toEqual(TOOLS);
    expect(secretsIn([...lines, stdout, stderr].join("\n"))).toEqual([]);
    expect(readdirSync(runner.env.TMPDIR ?? "")).toEqual([]);

    expect(log.map((line) => line.msg)).toEqual([
      "there was no repository: an empty one has been made",
      "stored, not yet verified",
      "backup verified",
      "retention applied",
    ]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.tables).toEqual(TABLES);

    const [snapshot, ...others] = runner.snapshots();
    expect(others).toEqual([]);
    expect(snapshot?.hostname).toBe("mainstay");
    expect(snapshot?.paths).toEqual(["/full.pgdump"]);
    const server = world.database.sql("shop", "SHOW server_version")[0]?.split(" ")[0];
    expect([...(snapshot?.tags ?? [])].sort()).toEqual([
      `bytes=${report.bytes}`,
      "database=shop",
      "kind=full",
      "part=database",
      "rows:app.events=160037",
      `run=${report.run}`,
      `seconds=${report.seconds}`,
      `server=${server}`,
      "tables=5",
      "verified",
    ]);

    const id = snapshot?.id ?? "";
    world.restore(runner, id, "/full.pgdump", "restored_full");
    expect(world.counts("restored_full")).toEqual({
      'app.Gift "Cards"': 0,
      "app.events_2025": 160_000,
      "app.events_2026": 37,
      "app.orders": 500,
      "billing.invoices": 211,
    });
    expect(world.counts("restored_full")).toEqual(world.counts("shop"));
    expect(report.bytes).toBe(
      Number(runner.restic("stats", "--json", "--mode", "restore-size", id).match(/"total_size":(\d+)/)?.[1]),
    );
  });

  test("a second backup of the same database stores little: the two dumps share most of their pieces", async () => {
    const first = Number(
      runner.restic("stats", "--json", "--mode", "raw-data").match(/"total_size":(\d+)/)?.[1],
    );
    const { stdout } = await runner.run("once", "full");
    const second = Number(
      runner.restic("stats", "--json", "--mode", "raw-data").match(/"total_size":(\d+)/)?.[1],
    );
    expect(runner.snapshots().length).toBe(2);
    expect(JSON.parse(stdout).bytes).toBeGreaterThan(15_000_000);
    expect((second - first) / first).toBeLessThan(0.25);
  });

  test("an events backup holds the event tables with their partitions and nothing else", async () => {
    const { code, stdout } = await runner.run("once", "events");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).tables).toEqual(["app.events_2025", "app.events_2026"]);
    const snapshot = runner.snapshots().at(-1);
    expect(snapshot?.paths).toEqual(["/events.pgdump"]);

    world.restore(runner, snapshot?.id ?? "", "/events.pgdump", "restored_events", "CREATE SCHEMA app");
    const relations = `SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'app'::regnamespace`;
    expect(world.database.sql("restored_events", `${relations} ORDER BY 1`)).toEqual([
      "events",
      "events_2025",
      "events_2026",
    ]);
    expect(world.database.sql("restored_events", "SELECT count(*) FROM app.events")).toEqual(["160037"]);
  });

  test("directories go into a full backup, and both snapshots are verified", async () => {
    const assets = join(world.directory, "assets");
    mkdirSync(join(assets, "deep"), { recursive: true });
    writeFileSync(join(assets, "logo.svg"), "<svg/>");
    writeFileSync(join(assets, "deep", "app.yaml"), "debug: false\n");
    const withFiles = world.runner({ BACKUP_PATHS: assets });
    const { code, stdout } = await withFiles.run("once", "full");
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    const { snapshots } = JSON.parse((await withFiles.run("list")).stdout);
    const rows = snapshots.map((one: Record<string, unknown>) => [
      one.kind,
      one.part,
      one.verified,
      one.run,
      one.paths,
    ]);
    expect(rows).toEqual([
      ["full", "database", true, report.run, ["/full.pgdump"]],
      ["full", "files", true, report.run, [assets]],
    ]);
    const target = join(withFiles.directory, "restored-assets");
    withFiles.restic("restore", snapshots[1].id, "--target", target);
    expect(readFileSync(join(target, assets, "logo.svg"), "utf8")).toBe("<svg/>");
    expect(readFileSync(join(target, assets, "deep", "app.yaml"), "utf8")).toBe("debug: false\n");
  });

  test("the connection is encrypted and the server proven where there is a CA", async () => {
    const { ca, strangerCa } = world.database;
    const good = await world.runner({ DATABASE_CA_FILE: ca }, world.url("localhost")).run("once", "events");
    expect(good.code).toBe(0);
    const stranger = await world
      .runner({ DATABASE_CA_FILE: strangerCa }, world.url("localhost"))
      .run("once", "events");
    expect([stranger.code, stranger.log.at(-1)?.stage]).toEqual([1, "database"]);
    expect(stranger.log.at(-1)?.reason).toMatch(/SSL error: certificate verify failed/);
    const address = await world
      .runner({ DATABASE_CA_FILE: ca }, world.url("127.0.0.1"))
      .run("once", "events");
    expect([address.code, address.log.at(-1)?.stage]).toEqual([1, "database"]);
    expect(address.log.at(-1)?.reason).toMatch(
      /server certificate for "localhost" .*does not match host name "127.0.0.1"$/,
    );
  });
});
