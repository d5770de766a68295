/** Policies of IAM, statement by statement. */
import type { Resource } from "../../graph/resource";
import { conditionKeys, judgeDocument, statementsOf, type Statement } from "../documents";
import type { Finding } from "../rule";

const SCOPING = [
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:principalorgid",
  "aws:principalarn",
  "aws:sourcevpce",
  "aws:sourcevpc",
];

/** Whether a condition asks who is asking. */
export const isScoped = (condition: Statement["condition"]) =>
  conditionKeys(condition).some((key) => SCOPING.includes(key));

/** Judges each statement of the policies a resource holds, by name. */
export const statements =
  (inputs: readonly string[], wrong: (statement: Statement) => string | undefined, allowed: string) =>
  (resource: Resource): Finding[] =>
    inputs.flatMap((input) =>
      judgeDocument(resource, input, (content) =>
        statementsOf(content).flatMap((statement) => {
          const found = wrong(statement);
          return found === undefined
            ? []
            : [{ outcome: "violation", found: `${found} in ${statement.label}`, allowed } as const];
        }),
      ),
    );

/** Lets anybody in. */
export const opensToAll = ({ allows, principals, condition }: Statement) =>
  allows && principals.includes("*") && !isScoped(condition) ? "everyone" : undefined;
