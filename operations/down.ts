import type { Resource } from "../graph/resource";
import type { DownOptions } from "./commands/down";
import { confirms, requireConsent } from "./consent";
import { changesOf, countOf, isChange, renderChanges, summaryOf } from "./engine/changes";
import type { Step } from "./engine/record";
import { shortType } from "./engine/names";
import { removeWorkingCopy } from "./engine/stack-file";
import { openEngine } from "./engine/open";
import { EXIT, OperationFailed, type ExitCode } from "./outcome";
import { progressLines } from "./progress";
import { openProject, requireStack } from "./project";
import { protectionOf } from "./protection";
import { plural } from "./text";
import { note, paintFor, printJson, stopwatch } from "./terminal";

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
  const deployed = await engine.deployed();
  const protectedOnes = deployed.filter((resource) => resource.protect);
  const outliving = deployed.filter((resource) => resource.retainOnDelete);
  // The engine tells of what it only forgets as it does of what it deletes.
  const deletes = ({ urn }: Step) => !outliving.some((resource) => resource.urn === urn);
  const guarded = protectedOnes.length > 0 && !keepProtected;
  if (guarded && !options.withData) refuse(stack, protectedOnes);
  const protection = guarded ? await protectionOf(project, stack, deployed) : undefined;

  const paint = paintFor(process.stderr);
  if (deployed.length > 0) {
    // The engine plans no deletion of what is still protected.
    const planned = protection
      ? deployed.map(deletion)
      : (await engine.previewDestroy({ keepProtected })).steps;
    const steps = planned.filter(deletes);
    const changes = changesOf(steps);
    note(paint("bold", `${stack}: ${summaryOf(changes)}`));
    for (const line of ["", ...renderChanges(steps, changes, paint)]) note(line);
    if (protection) {
      for (const line of ["", "Protected, and deleted all the same:", ...named(protectedOnes)]) note(line);
    }
    const question = "\nThis cannot be undone. The stack's name, to delete all this: ";
    if (!options.yes && !(await confirms(question, stack))) {
      note("nothing was deleted");
      return EXIT.failed;
    }
  }

  const { progress, stop } = progressLines(paint);
  const record = await (async () => {
    if (protection) await engine.unprotect({ targets: protection, progress });
    return engine.destroy({
      keepProtected,
      progress: (moment, step) => deletes(step) && progress(moment, step),
    });
  })().finally(stop);
  const left = await engine.deployed();
  const retained = outliving.filter(({ urn }) => left.every((resource) => resource.urn !== urn));
  if (left.length === 0) removeWorkingCopy(project, stack);
  if (options.json) {
    const summary = countOf(changesOf(record.steps.filter(deletes)).filter(isChange));
    printJson({
      stack,
      summary,
      left: left.map(({ urn }) => urn),
      retained: retained.map(({ urn, outputs }) => ({ urn, id: outputs?.id })),
      seconds: seconds(),
    });
  }
  if (retained.length > 0) {
    note("Retained for what outlives the stack, and of no stack from now on:");
    for (const resource of retained) note(`${named([resource]).join()} ${resource.outputs?.id}`);
  }
  const rest =
    left.length === 0 ? `nothing of ${stack} is left` : `${plural(left.length, "resource")} of ${stack} left`;
  note(`${rest}, in ${seconds()} s`);
  return EXIT.done;
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
