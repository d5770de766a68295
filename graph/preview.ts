/** The graph from what `pulumi preview --json --show-sames` prints. */
import { graphOf, type Graph } from "./resource";
import { readResources, type EngineResource } from "./engine";

/** The parts used here of what Pulumi calls `PreviewDigest`. */
export interface PreviewDigest {
  readonly steps?: readonly {
    readonly op: string;
    readonly urn: string;
    readonly newState?: EngineResource | null;
  }[];
  readonly diagnostics?: readonly { readonly message?: string; readonly severity?: string }[];
  readonly changeSummary?: Readonly<Record<string, number>>;
}

/**
 * Operations whose new state is what the program declares. The others (delete, delete-replaced, discard-replaced, read,
 * refresh, remove-pending-replace) are about resources it does not declare, or about the state before.
 */
const DECLARING = new Set([
  "same",
  "create",
  "update",
  "replace",
  "create-replacement",
  "import",
  "import-replacement",
]);

/**
 * Reads a preview. It must be a whole one: with a preview's errors, or with its unchanged resources left
 * out (they are shown with `--show-sames` only), the graph would be judged without the missing ones.
 *
 * A preview masks its secrets with a text that cannot be told from a plain value of the same text, and
 * records no outputs of the stack.
 */
export function fromPreview(preview: PreviewDigest): Graph {
  const errors = (preview.diagnostics ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    throw new Error(`the preview failed: ${errors.map(({ message }) => message?.trim()).join("; ")}`);
  }
  const steps = preview.steps ?? [];
  const unchanged = new Set(steps.filter(({ op }) => op === "same").map(({ urn }) => urn)).size;
  const missing = (preview.changeSummary?.same ?? 0) - unchanged;
  if (missing > 0)
    throw new Error(`the preview leaves out ${missing} unchanged resources: run it with --show-sames`);

  // A replacement is several steps with the same new state.
  const records = new Map<string, EngineResource>();
  for (const { op, urn, newState } of steps) {
    if (DECLARING.has(op) && newState) records.set(urn, newState);
  }
  return graphOf(readResources([...records.values()], { masked: true }), {});
}
