import { classify, toReplace } from "./drift/classify";
import { changesOf, countOf, isChange, renderChanges, summaryOf, type Change } from "./engine/changes";
import { describeViolation } from "./engine/failure";
import type { RunRecord } from "./engine/record";
import { refuseLockOut } from "./engine/secret-generations";
import { renderOutputs } from "./outputs";
import type { Paint } from "./terminal";

/** What `up` will do with a stack. */
export interface Plan {
  readonly record: RunRecord;
  readonly changes: readonly Change[];
  /** What the engine has to be told to replace, because its provider sees nothing to do. */
  readonly replace: readonly string[];
}

/**
 * Makes a plan of a preview.
 *
 * @throws InvalidConfiguration if it would lock out what runs
 */
export function planFrom(preview: RunRecord): Plan {
  const record = refuseLockOut(preview);
  const differences = classify(record.steps);
  const replace = toReplace(differences);
  const changes = changesOf(record.steps).map((change): Change => {
    if (!replace.includes(change.urn)) return change;
    const lost = differences.find(({ urn }) => urn === change.urn)?.properties ?? [];
    const properties = lost.map(({ path, reality, program }) => ({ path, from: reality, to: program }));
    return { ...change, operation: "replace", properties };
  });
  return { record, changes, replace };
}

/** The plan for programs. */
export function planAsJson({ changes, record: { outputs, violations } }: Plan) {
  return { summary: countOf(changes), changes: changes.filter(isChange), outputs, violations };
}

/** The plan for people. */
export function renderPlan(stack: string, { changes, record }: Plan, paint: Paint): string[] {
  return [
    paint("bold", `${stack}: ${summaryOf(changes)}`),
    ...(changes.some(isChange) ? ["", ...renderChanges(record.steps, changes, paint)] : []),
    ...renderOutputs(record.outputs),
    ...record.violations.map(describeViolation),
  ];
}
