/**
 * What a snapshot in the repository says about itself. Everything that must outlive this process stands in
 * its tags: kind, part, run, database, server, and once verified also tables, bytes and seconds.
 */
import * as z from "zod";
import type { Kind } from "./kinds";

/** A full run has a snapshot for each: the dump, and the directories where there are any. */
export type Part = "database" | "files";

export interface Snapshot {
  readonly id: string;
  readonly time: Date;
  readonly kind: Kind;
  readonly part: Part;
  readonly run: string;
  readonly verified: boolean;
  readonly paths: readonly string[];
  readonly tables: number | null;
  readonly bytes: number | null;
  readonly seconds: number | null;
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
      const kind = value("kind");
      const part = value("part");
      if ((kind !== "full" && kind !== "events") || (part !== "database" && part !== "files")) return [];
      const number = (key: string) => (value(key) === undefined ? null : Number(value(key)));
      const verified = tags?.includes("verified") ?? false;
      const figures = { tables: number("tables"), bytes: number("bytes"), seconds: number("seconds") };
      return [{ id, time, kind, part, run: value("run") ?? "", verified, paths, ...figures } as const];
    })
    .sort((a, b) => a.time.getTime() - b.time.getTime());
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

/** Turns values into tags. A comma would make two tags of one. */
export function tags(values: Record<string, string | number>): string[] {
  return Object.entries(values).map(([key, value]) => `${key}=${String(value).replaceAll(",", "_")}`);
}
