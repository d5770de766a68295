/** What stands in the cloud: a file for each resource, in the folder STAND_IN_AWS. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../../graph";

export type Properties = Readonly<Record<string, Json>>;

/** A resource as the cloud has it. */
export interface Kept {
  readonly urn: string;
  readonly id: string;
  /** What sets it apart from one before or after it with the same URN. */
  readonly mark: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

const folder = process.env.STAND_IN_AWS ?? "";
if (folder === "") throw new Error("STAND_IN_AWS names no folder");
mkdirSync(folder, { recursive: true });

export const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

/** Of "aws:ec2/vpc:Vpc" it is "ec2/vpc". */
export const kindOf = (urn: string): string => typeOf(urn).split(":")[1] ?? "";

const startOf = (kind: string) => `${kind.replace("/", ".")}-`;

/** Ids of different kinds may be alike, and while one is replaced two have its URN. */
const fileOf = (urn: string, id: string) =>
  join(
    folder,
    `${startOf(kindOf(urn))}${createHash("sha256").update(`${urn} ${id}`).digest("hex").slice(0, 24)}.json`,
  );

const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Kept;

export function kept(urn: string, id: string): Kept | undefined {
  try {
    return read(fileOf(urn, id));
  } catch {
    return undefined;
  }
}

/** @param kind such as "ec2/vpc"; default: all there is */
export const keptOf = (kind?: string): Kept[] =>
  readdirSync(folder)
    .filter((file) => kind === undefined || file.startsWith(startOf(kind)))
    .map((file) => read(join(folder, file)));

export const keep = (resource: Kept): void =>
  writeFileSync(fileOf(resource.urn, resource.id), JSON.stringify(resource, null, 1));

export const remove = ({ urn, id }: Kept): void => rmSync(fileOf(urn, id));
