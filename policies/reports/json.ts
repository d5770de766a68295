import { bySeverity, type Report } from "./report";

/** What `check --json` prints. */
export const toJson = ({ stacks, invalid, differences, changes, seconds }: Report) => ({
  stacks: stacks.map(({ stack, resources, violations, waived, undecidable, remediated }) => ({
    stack,
    resources,
    violations: bySeverity(violations),
    waived,
    undecidable,
    remediated,
  })),
  invalid,
  parity: { differences: differences ?? [] },
  ...(changes === undefined ? {} : { changes }),
  seconds,
});
