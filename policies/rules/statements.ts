/** Judges the policies a resource holds, statement by statement. */
import { SECRET, UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { judgeDocument } from "../documents";
import type { Finding } from "../rule";
import { isScoped } from "./conditions";
import { statementsOf, type Statement } from "./statement";

/** Judges each statement of the policies a resource holds, by name. */
export const statements =
  (inputs: readonly string[], wrong: (statement: Statement) => string | undefined, allowed: string) =>
  (resource: Resource): Finding[] =>
    inputs.flatMap((input) =>
      judgeDocument(resource, input, (content) => {
        const findings = statementsOf(content).flatMap((statement) => {
          const found = wrong(statement);
          return found === undefined
            ? []
            : [{ outcome: "violation", found: `${found} in ${statement.label}`, allowed } as const];
        });
        // A policy that is given as an object may have some of it told, and some not.
        return findings.length === 0 && holdsOpen(content)
          ? [{ outcome: "undecidable", found: "unknown until up", allowed }]
          : findings;
      }),
    );

export function holdsOpen(value: Json): boolean {
  if (Array.isArray(value)) return value.some(holdsOpen);
  if (value !== null && typeof value === "object") return Object.values(value).some(holdsOpen);
  return value === UNKNOWN || value === SECRET;
}

/** Whether a statement names everybody, or everybody but some. */
export const namesEverybody = ({ principals, notPrincipals }: Statement): boolean =>
  notPrincipals.length > 0 || principals.some(({ id }) => /[*?]/.test(id));

/** Lets anybody in. */
export const opensToAll = (statement: Statement): string | undefined =>
  statement.allows && namesEverybody(statement) && !isScoped(statement) ? "everyone" : undefined;
