import { expect, test } from "vitest";
import { docker, containerName, eventually, run } from "./support/environment";
import { samples } from "./support/prometheus";

const runner = async (...args: string[]) => {
  const { exitCode, output } = await run("backups", ["node", "/backup/backup.cjs", ...args]);
  expect([args, exitCode, exitCode === 0 ? "" : output]).toEqual([args, 0, ""]);
  // The log comes with it, in lines of their own, before it or after it.
  const start = output.indexOf("{\n");
  return JSON.parse(output.slice(start, output.indexOf("\n}\n", start) + 2));
};

/** Of the real server, asked as its superuser. */
const real = async (statement: string) => {
  const how = ["-XAt", "--host=/run/postgresql", "--username=postgres", "--dbname=app"];
  return (await run("database", ["psql", ...how, "-c", statement])).output.trim();
};

interface Report {
  readonly run: string;
  readonly tables: number;
  readonly rows: Readonly<Record<string, number>>;
}

test("a drill restores a backup beside the real database, within the runner's limits, and leaves its report", async () => {
  const databases = "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database";
  const before = await real(databases);
  await runner("once", "full");
  const report: Report = await runner("once", "drill");

  const tables = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'app'::regnamespace";
  expect(report.tables).toBe(Number(await real(tables)));
  expect(Object.keys(report.rows)).toEqual(["app.events"]);
  expect(await real(databases)).toBe(before);
  expect((await run("backups", ["ls", "-A", "/drill"])).output).toBe("");
  const { State } = await docker.getContainer(containerName("backups")).inspect();
  expect([State.OOMKilled, State.Running]).toEqual([false, true]);

  const { snapshots }: { snapshots: { kind: string; run: string }[] } = await runner("list");
  expect(snapshots.filter(({ kind }) => kind === "drill").at(-1)?.run).toBe(report.run);
}, 300_000);

test("what a new environment is due is held by itself, and told", async () => {
  const [sample] = await eventually(120, async () => {
    const found = await samples("backup_drill_last_success_timestamp_seconds");
    return found.length > 0 ? found : undefined;
  });
  expect(sample?.metric).toMatchObject({ job: "backup", instance: "backups:9560" });
}, 180_000);
