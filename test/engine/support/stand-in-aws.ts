import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ROOT } from "./project";

const MAIN = join(__dirname, "../stand-in-aws/main.ts");

/** The stand-in provider, where an engine finds it, and the cloud it keeps things in. */
export interface StandIn {
  /** To be given to the engine. */
  readonly env: Record<string, string>;
  /** What stands in the cloud: a resource's file by its URN. */
  readonly cloud: () => Map<string, string>;
  readonly remove: () => void;
}

export function makeStandIn(): StandIn {
  const directory = mkdtempSync(join(tmpdir(), "mainstay-stand-in-"));
  const cloud = join(directory, "cloud");
  const command = `exec "${process.execPath}" --require "${join(ROOT, "transpile.js")}" "${MAIN}" "$@"`;
  writeFileSync(join(directory, "pulumi-resource-aws"), `#!/bin/sh\n${command}\n`, { mode: 0o755 });
  return {
    env: { PATH: `${directory}${delimiter}${process.env.PATH ?? ""}`, STAND_IN_AWS: cloud },
    cloud: () => {
      const files = readdirSync(cloud).map((file) => join(cloud, file));
      return new Map(
        files.map((file) => [(JSON.parse(readFileSync(file, "utf8")) as { urn: string }).urn, file]),
      );
    },
    remove: () => rmSync(directory, { recursive: true }),
  };
}
