import { shortName } from "./engine/names";
import { isChange, isAside, operationOf } from "./engine/changes";
import type { Progress, Step } from "./engine/record";
import { note, type Paint } from "./terminal";

const DONE: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  import: "imported",
};

/** What takes long is told about again and again, so that nobody takes it for stuck. */
const REMINDER_MS = 15_000;

/** Tells of every resource as it is done, and of those that take long. */
export function progressLines(paint: Paint): { progress: Progress; stop: () => void } {
  const begun = new Map<string, { step: Step; at: number }>();
  const seconds = (at: number) => `${((performance.now() - at) / 1000).toFixed(1)} s`;
  const reminder = setInterval(() => {
    for (const { step, at } of begun.values()) {
      if (performance.now() - at > REMINDER_MS)
        note(paint("dim", `  … ${shortName(step.urn)}, for ${seconds(at)}`));
    }
  }, REMINDER_MS);
  const progress: Progress = (moment, step) => {
    const operation = operationOf(step);
    // A replacement is told about by its creation.
    if (operation === undefined || step.op === "replace" || isAside(step) || !isChange({ operation })) return;
    const key = `${step.op} ${step.urn}`;
    if (moment === "begun") return void begun.set(key, { step, at: performance.now() });
    const at = begun.get(key)?.at ?? performance.now();
    begun.delete(key);
    const told =
      moment === "failed"
        ? paint("red", `failed to ${operation}`)
        : paint("green", DONE[operation] ?? operation);
    note(`  ${told} ${shortName(step.urn)} ${paint("dim", `(${seconds(at)})`)}`);
  };
  return { progress, stop: () => clearInterval(reminder) };
}
