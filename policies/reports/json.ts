import { bySeverity, type Report } from "./report";

/** What `check --json` prints. */
export const toJson = ({ stacks, differences, seconds }: Report) => ({
  stacks: stacks.map(({ stack, resources, violations, waived, undecidable }) => ({
    stack,
    resources,
    violations: bySeverity(violations),
    waived,
    undecidable,
  })),
  parity: { differences },
  seconds,
});
