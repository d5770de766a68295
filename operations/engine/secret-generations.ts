import { SCALE_KEY } from "../../environment/context";
import { InvalidConfiguration, type Problem } from "../../environment/problems";
import { parseUrn, type Json } from "../../graph/resource";
import type { RunRecord, Step } from "./record";

/** The other of two passwords that take turns, as `components/secrets.ts` names them; undefined of any other. */
export function twinOf(name: string): string | undefined {
  const [, stem, turn] = /^(.*)-(even|odd)$/.exec(name) ?? [];
  return turn && `${stem}-${turn === "even" ? "odd" : "even"}`;
}

/**
 * Returns the same preview if all passwords that take turns stay at the deployed generation or move to the next. With
 * any other, the password running tasks log in with would be replaced as well, and lock them out.
 *
 * @throws InvalidConfiguration naming the generations that are allowed
 */
export function refuseLockOut(preview: RunRecord): RunRecord {
  const [deployed, wanted] = [generations(preview.steps, "old"), generations(preview.steps, "new")];
  const problems = new Map<number, Problem>();
  for (const urn of wanted.keys()) {
    const [before, after] = [newest(deployed, urn), newest(wanted, urn)];
    if (before === undefined || after === before || after === before + 1) continue;
    problems.set(before, {
      file: `Pulumi.${parseUrn(urn).stack}.yaml`,
      key: `${SCALE_KEY}.secretGeneration`,
      found: `${after}, and ${before} is deployed`,
      allowed: `${before} or ${before + 1}: any other locks what runs out of database and cache`,
    });
  }
  if (problems.size > 0) throw new InvalidConfiguration([...problems.values()]);
  return preview;
}

type Generations = ReadonlyMap<string, number>;

/**
 * Of the passwords that take turns, by URN: as they are deployed, or as they would be. Where an update that failed has
 * left the one of before beside the one that was to replace it, tasks may still log in with it: it counts.
 */
function generations(steps: readonly Step[], side: "old" | "new"): Generations {
  const oldest = new Map<string, number>();
  for (const { op, urn, [side]: state } of steps) {
    const generation = generationOf(state?.inputs.keepers);
    if (op === "refresh" || generation === undefined || twinOf(urn) === undefined) continue;
    oldest.set(urn, Math.min(generation, oldest.get(urn) ?? generation));
  }
  return oldest;
}

const generationOf = (keepers: Json | undefined) =>
  keepers && typeof keepers === "object" && "generation" in keepers ? Number(keepers.generation) : undefined;

/** The greater of the two; undefined where there is neither. */
function newest(of: Generations, urn: string): number | undefined {
  const both = [urn, twinOf(urn) ?? urn].flatMap((one) => of.get(one) ?? []);
  return both.length === 0 ? undefined : Math.max(...both);
}
