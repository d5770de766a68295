/**
 * What a snapshot in the repository says about itself. Everything that must outlive this process stands in
 * its tags: kind, part, run, database, server, and once verified also tables, bytes, seconds and the rows of the
 * event tables. The kind of a drill's report is `drill`.
 */
import * as z from "zod";
import type { Job, Kind } from "./kinds";

/** A full run has a snapshot for each: the dump, and the directories where there are any. A drill has a report. */
export type Part = "database" | "files" | "report";

const JOBS: readonly string[] = ["full", "events", "drill"] satisfies readonly Job[];
const PARTS: readonly string[] = ["database", "files", "report"] satisfies readonly Part[];

export interface Snapshot {
  readonly id: string;
  readonly time: Date;
  readonly kind: Job;
  readonly part: Part;
  readonly run: string;
  readonly verified: boolean;
  readonly paths: readonly string[];
  readonly tables: number | null;
  readonly bytes: number | null;
  readonly seconds: number | null;
  /** Of a backup, by table: the rows of the event tables, as the database counted them when it was dumped. */
  readonly rows: Readonly<Record<string, number>>;
  /** Of a drill: how old what it restored was when it began. */
  readonly ageSeconds: number | null;
}

const listing = z.array(
  z.object({
    id: z.string(),
    time: z.coerce.date(),
    paths: z.array(z.string()),
    tags: z.array(z.string()).nullish(),
  }),
);

/** Reads `restic snapshots --json`, oldest first; snapshots that are not ours (no kind, no part) are left out. */
export function parseSnapshots(json: string): Snapshot[] {
  return listing
    .parse(JSON.parse(json))
    .flatMap(({ id, time, paths, tags }) => {
      const value = (key: string) => tags?.find((tag) => tag.startsWith(`${key}=`))?.slice(key.length + 1);
      const kind = value("kind") as Job;
      const part = value("part") as Part;
      if (!JOBS.includes(kind) || !PARTS.includes(part)) return [];
      const number = (key: string) => (value(key) === undefined ? null : Number(value(key)));
      const verified = tags?.includes("verified") ?? false;
      const figures = {
        tables: number("tables"),
        bytes: number("bytes"),
        seconds: number("seconds"),
        rows: rowsIn(tags ?? []),
        ageSeconds: number("age"),
      };
      return [{ id, time, kind, part, run: value("run") ?? "", verified, paths, ...figures }];
    })
    .sort((a, b) => a.time.getTime() - b.time.getTime());
}

/** Tables' names as the settings allow them: they become part of a statement again. */
const ROWS = /^rows:([^."',\s]+\.[^."',\s]+)=(\d+)$/;

/** Rows by table as tags: `rows:app.events=37`. */
export function rowTags(rows: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(rows).map(([table, count]) => [`rows:${table}`, count]));
}

function rowsIn(tags: readonly string[]): Record<string, number> {
  const found = tags.flatMap((tag) => {
    const [, table, count] = ROWS.exec(tag) ?? [];
    return table === undefined ? [] : [[table, Number(count)]];
  });
  return Object.fromEntries(found);
}

const forgotten = z.array(z.object({ remove: z.array(z.unknown()).nullish() })).nullable();

/** How many snapshots `restic forget --json` let go of. */
export function countRemoved(json: string): number {
  return (forgotten.parse(JSON.parse(json || "null")) ?? []).reduce(
    (sum, group) => sum + (group.remove?.length ?? 0),
    0,
  );
}

/** The verified database snapshots of a kind, oldest first: what a restore can choose from. */
export function restorable(snapshots: readonly Snapshot[], kind: Kind): Snapshot[] {
  return snapshots.filter((one) => one.kind === kind && one.part === "database" && one.verified);
}

/** The report of the newest drill that succeeded. */
export function newestDrill(snapshots: readonly Snapshot[]): Snapshot | undefined {
  return snapshots.findLast((one) => one.kind === "drill" && one.verified);
}

/** The name of a run that began at this time: 20260301T020000Z. */
export function runName(startedMs: number): string {
  return new Date(startedMs).toISOString().replace(/[-:]|\.\d+/g, "");
}

/** Turns values into tags. A comma would make two tags of one. */
export function tags(values: Record<string, string | number>): string[] {
  return Object.entries(values).map(([key, value]) => `${key}=${String(value).replaceAll(",", "_")}`);
}
