import type { Resource } from "../graph/resource";
import type { DownOptions } from "./commands/down";
import { confirms, requireConsent } from "./consent";
import { changesOf, countOf, isChange, renderChanges, summaryOf } from "./engine/changes";
import type { RunRecord, Step } from "./engine/record";
import { shortType } from "./engine/names";
import { openEngine } from "./engine/open";
import type { EngineStack } from "./engine/stack";
import { removeWorkingCopy } from "./engine/stack-file";
import { EXIT, OperationFailed, type ExitCode } from "./outcome";
import { progressLines } from "./progress";
import { openProject, requireStack } from "./project";
import { protectionOf } from "./protection";
import { plural } from "./text";
import { note, paintFor, printJson, stopwatch } from "./terminal";

/** What a stack has deployed, by what `down` does with it. */
interface Deployed {
  readonly all: readonly Resource[];
  readonly protectedOnes: readonly Resource[];
  /** Left in the cloud, and forgotten by the state. */
  readonly retained: readonly Resource[];
}

/**
 * Deletes what a stack has deployed; what is protected only where that is asked for by name. The state's history and
 * the passphrase stay: they tell what there was, and another `up` can follow.
 */
export async function down(stack: string, options: DownOptions): Promise<ExitCode> {
  requireConsent("down", options);
  const seconds = stopwatch();
  const project = openProject(options.project);
  // The configuration may be invalid by now: what runs can be deleted all the same.
  requireStack(project, stack);
  const engine = await openEngine(project, stack, { doing: "looking at", create: false });
  const keepProtected = options.keepProtected ?? false;
  const deployed = sorted(await engine.deployed());
  const { protectedOnes } = deployed;
  const withProtected = protectedOnes.length > 0 && !keepProtected;
  if (withProtected && !options.withData) refuse(stack, protectedOnes);
  const protection = withProtected ? await protectionOf(project, stack, deployed.all) : undefined;

  if (deployed.all.length > 0) {
    // The engine plans no deletion of what is still protected.
    const steps = protection
      ? deployed.all.map(deletion)
      : (await engine.previewDestroy({ keepProtected })).steps;
    showPlan(stack, steps.filter(reallyDeletes(deployed)), protection ? protectedOnes : []);
    const question = "\nThis cannot be undone. The stack's name, to delete all this: ";
    if (!options.yes && !(await confirms(question, stack))) {
      note("nothing was deleted");
      return EXIT.failed;
    }
  }

  const record = await destroy(engine, deployed, { keepProtected, protection });
  const left = await engine.deployed();
  if (left.length === 0) removeWorkingCopy(project, stack);
  report(stack, { record, deployed, left, seconds: seconds(), json: options.json ?? false });
  return EXIT.done;
}

const sorted = (all: readonly Resource[]): Deployed => ({
  all,
  protectedOnes: all.filter(({ protect }) => protect),
  retained: all.filter(({ retainOnDelete }) => retainOnDelete),
});

/** The engine reports what it only forgets in the same way as what it deletes. */
const reallyDeletes =
  ({ retained }: Deployed) =>
  ({ urn }: Step) =>
    !retained.some((resource) => resource.urn === urn);

function showPlan(stack: string, steps: readonly Step[], protectedOnes: readonly Resource[]): void {
  const paint = paintFor(process.stderr);
  const changes = changesOf(steps);
  note(paint("bold", `${stack}: ${summaryOf(changes)}`));
  for (const line of ["", ...renderChanges(steps, changes, paint)]) note(line);
  if (protectedOnes.length === 0) return;
  for (const line of ["", "Protected, and deleted all the same:", ...named(protectedOnes)]) note(line);
}

/** @param protection URNs to take the protection off first; undefined where there is none to take off */
async function destroy(
  engine: EngineStack,
  deployed: Deployed,
  { keepProtected, protection }: { keepProtected: boolean; protection: readonly string[] | undefined },
): Promise<RunRecord> {
  const { progress, stop } = progressLines(paintFor(process.stderr));
  const deletes = reallyDeletes(deployed);
  try {
    if (protection) await engine.unprotect({ targets: protection, progress });
    return await engine.destroy({
      keepProtected,
      progress: (moment, step) => deletes(step) && progress(moment, step),
    });
  } finally {
    stop();
  }
}

interface Outcome {
  readonly record: RunRecord;
  readonly deployed: Deployed;
  readonly left: readonly Resource[];
  readonly seconds: number;
  readonly json: boolean;
}

function report(stack: string, { record, deployed, left, seconds, json }: Outcome): void {
  const retained = deployed.retained.filter(({ urn }) => left.every((resource) => resource.urn !== urn));
  if (json) {
    printJson({
      stack,
      summary: countOf(changesOf(record.steps.filter(reallyDeletes(deployed))).filter(isChange)),
      left: left.map(({ urn }) => urn),
      retained: retained.map(({ urn, outputs }) => ({ urn, id: outputs?.id })),
      seconds,
    });
  }
  if (retained.length > 0) {
    note("Retained for what outlives the stack, and of no stack from now on:");
    for (const resource of retained) note(`${named([resource]).join()} ${resource.outputs?.id}`);
  }
  const rest =
    left.length === 0 ? `nothing of ${stack} is left` : `${plural(left.length, "resource")} of ${stack} left`;
  note(`${rest}, in ${seconds} s`);
}

const deletion = ({ urn, type, parent, custom }: Resource): Step => ({
  op: "delete",
  urn,
  type,
  parent: parent ?? undefined,
  custom,
});

const named = (resources: readonly Resource[]) =>
  resources.map(({ type, name }) => `  ${shortType(type)} ${name}`);

function refuse(stack: string, protectedOnes: readonly Resource[]): never {
  const ways = [
    `To delete everything else: npm run down -- ${stack} --keep-protected`,
    `To delete these too, for good: npm run down -- ${stack} --with-data`,
  ];
  throw new OperationFailed([`${stack} protects:`, ...named(protectedOnes), ...ways].join("\n"));
}
