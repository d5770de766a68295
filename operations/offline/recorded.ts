import { readFileSync } from "node:fs";
import { fromPreview, type PreviewDigest } from "../../graph/preview";
import type { Graph } from "../../graph/resource";
import { fromState, type State } from "../../graph/state";
import { UserError } from "../outcome";

/** The files a graph can be read from, and what prints each. */
export const RECORDED = {
  state: { what: "a state", from: "pulumi stack export" },
  preview: { what: "a preview", from: "pulumi preview --json --show-sames" },
} as const;

export type RecordedKind = keyof typeof RECORDED;

/**
 * Reads a graph the engine has recorded.
 *
 * @throws UserError if the file is missing, or is not what it is given for
 */
export function readRecorded(kind: RecordedKind, file: string): Graph {
  const { what, from } = RECORDED[kind];
  const content = readJson(file, `${what}, as ${from} prints it`);
  try {
    const graph = kind === "state" ? fromState(content as State) : fromPreview(content as PreviewDigest);
    if (graph.resources.length > 0) return graph;
  } catch (error) {
    // What stumbles over the content says nothing that helps.
    if (error instanceof Error && !(error instanceof TypeError))
      throw new UserError(`${file}: ${error.message}`);
  }
  throw new UserError(`${file} holds no resource; expected is ${what}, as ${from} prints it`);
}

/** @throws UserError if the file cannot be read, or holds no object of JSON */
export function readJson(file: string, wanted: string): object {
  try {
    const content = JSON.parse(readFileSync(file, "utf8")) as unknown;
    if (content !== null && typeof content === "object") return content;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code !== undefined;
    throw new UserError(`${file} ${missing ? "cannot be read" : "is not JSON"}; expected is ${wanted}`);
  }
  throw new UserError(`${file} is not JSON; expected is ${wanted}`);
}
