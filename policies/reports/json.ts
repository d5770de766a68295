import { bySeverity, type Report } from "./report";

/** What `check --json` prints. */
export const toJson = ({ stacks, eased, invalid, differences, changes, seconds }: Report) => ({
  stacks: stacks.map(({ stack, resources, violations, waived, undecidable, remediated, unjudged }) => ({
    stack,
    resources,
    violations: bySeverity(violations),
    waived,
    undecidable,
    remediated,
    unjudged,
  })),
  eased,
  invalid,
  parity: differences === undefined ? null : { differences },
  ...(changes === undefined ? {} : { changes }),
  seconds,
});
