import type { EngineEvent, StepEventMetadata, StepEventStateMetadata } from "@pulumi/pulumi/automation";
import { STACK_TYPE, type Json } from "../../graph/resource";
import { readProperties } from "../../graph/value";

/** A resource as the engine knows it at one moment; secrets are masked. */
export interface ResourceState {
  readonly inputs: Readonly<Record<string, Json>>;
  readonly outputs: Readonly<Record<string, Json>>;
  readonly protect: boolean;
}

/** What the engine does, or would do, with one resource. */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly custom: boolean;
  /** Paths of the properties that differ, as the provider compares them; undefined where it names none. */
  readonly differing?: readonly string[];
  readonly old?: ResourceState;
  readonly new?: ResourceState;
}

export interface Diagnostic {
  readonly severity: "warning" | "error";
  readonly urn?: string;
  readonly message: string;
}

/** What a policy pack of the engine's found. */
export interface PackViolation {
  readonly policy: string;
  readonly enforcement: string;
  readonly urn?: string;
  readonly message: string;
}

/** What one run of the engine reported. */
export interface RunRecord {
  /** One for each resource and operation, in the order they were completed. */
  readonly steps: readonly Step[];
  readonly diagnostics: readonly Diagnostic[];
  readonly violations: readonly PackViolation[];
  readonly outputs: Readonly<Record<string, Json>>;
}

/** A resource's step that has begun, is done or has failed. */
export type Progress = (moment: "begun" | "done" | "failed", step: Step) => void;

/** Listens to a run of the engine. */
export class Recorder {
  private readonly steps = new Map<string, Step>();
  private readonly diagnostics = new Map<string, Diagnostic>();
  private readonly violations: PackViolation[] = [];
  private outputs: Readonly<Record<string, Json>> = {};

  constructor(private readonly progress: Progress = () => undefined) {}

  readonly listen = (event: EngineEvent): void => {
    if (event.resourcePreEvent) this.progress("begun", readStep(event.resourcePreEvent.metadata));
    if (event.resOpFailedEvent) this.progress("failed", readStep(event.resOpFailedEvent.metadata));
    if (event.resOutputsEvent) this.finish(readStep(event.resOutputsEvent.metadata));
    if (event.policyEvent) {
      const { policyName, enforcementLevel, resourceUrn, message } = event.policyEvent;
      const text = withoutMarkup(message).trim();
      this.violations.push({
        policy: policyName,
        enforcement: enforcementLevel,
        urn: resourceUrn,
        message: text,
      });
    }
    if (event.diagnosticEvent) this.hear(event.diagnosticEvent);
  };

  result(): RunRecord {
    return {
      steps: [...this.steps.values()],
      diagnostics: [...this.diagnostics.values()],
      violations: this.violations,
      outputs: this.outputs,
    };
  }

  private finish(step: Step): void {
    // Components are reported twice: when they are registered, and with their outputs.
    this.steps.set(`${step.op} ${step.urn}`, step);
    if (step.type === STACK_TYPE && step.op !== "refresh" && step.new) this.outputs = step.new.outputs;
    this.progress("done", step);
  }

  private hear({ severity, urn, message }: NonNullable<EngineEvent["diagnosticEvent"]>): void {
    // Providers' debug output may hold a container's whole environment.
    if (severity !== "warning" && severity !== "error") return;
    const text = withoutMarkup(message).trim();
    if (text === "" || AMBIENT_PLUGIN.test(text)) return;
    this.diagnostics.set(`${severity} ${urn} ${text}`, { severity, urn: urn || undefined, message: text });
  }
}

/** Logged at every run for every plugin, and only of use to whoever builds plugins. */
const AMBIENT_PLUGIN = /^using pulumi-\S+ from \$PATH at /;

/** Removes the engine's colour markup. */
const withoutMarkup = (text: string) => text.replace(/<\{%[^%]*%\}>/g, "");

function readStep({ op, urn, type, old, new: fresh, detailedDiff, diffs }: StepEventMetadata): Step {
  const state = fresh ?? old;
  return {
    op,
    urn,
    type,
    parent: state?.parent || undefined,
    custom: state?.custom ?? false,
    differing: detailedDiff ? Object.keys(detailedDiff) : (diffs ?? undefined),
    old: old ? readState(old) : undefined,
    new: fresh ? readState(fresh) : undefined,
  };
}

function readState({ inputs, outputs, protect }: StepEventStateMetadata): ResourceState {
  return {
    inputs: readProperties(inputs ?? {}).values,
    outputs: readProperties(outputs ?? {}).values,
    protect: protect ?? false,
  };
}
