/** Who else than the stack's own account is let in. */
import type { Resource } from "../../graph/resource";
import { judgeDocument } from "../documents";
import { graphRule, type Finding } from "../rule";
import { aws, BUCKET, s3 } from "../tokens";
import type { GraphView } from "../view";
import { ownAccounts } from "./accounts";
import { ownersAskedFor } from "./conditions";
import { ROLE } from "./holders";
import { partsOfArn, statementsOf, type Principal, type Statement } from "./statement";
import { holdsOpen } from "./statements";

const TRUSTS = [
  ...ROLE,
  ...BUCKET,
  ...s3("bucketPolicy"),
  ...aws("kms", "key", "keyPolicy"),
  ...aws("sqs", "queue", "queuePolicy"),
  ...aws("sns", "topic", "topicPolicy"),
  ...aws("ecr", "repositoryPolicy"),
  ...aws("cloudwatch", "logResourcePolicy"),
  ...aws("secretsmanager", "secret", "secretPolicy"),
  ...aws("backup", "vaultPolicy"),
];
const POLICY_INPUTS = ["policy", "assumeRolePolicy", "policyDocument"];

export const foreign = [
  graphRule({
    name: "iam-own-account",
    description: "Nobody of another account is let in.",
    severity: "high",
    references: { fsbp: "S3.6", checkov: "CKV_AWS_61" },
    remediation:
      "Name principals of the account the stack is for, or ask for it in a condition; what another one needs has to be waived",
    link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    types: TRUSTS,
    check: judgeAccounts,
  }),
];

const ALLOWED = "principals of the stack's own account";

function judgeAccounts(resource: Resource, view: GraphView): Finding[] {
  const own = ownAccounts(view);
  return POLICY_INPUTS.flatMap((input) =>
    judgeDocument(resource, input, (content) => {
      if (holdsOpen(content))
        return [{ outcome: "undecidable", found: "unknown until up", allowed: ALLOWED }];
      return statementsOf(content)
        .filter(({ allows }) => allows)
        .flatMap((statement) =>
          letIn(statement, own).map(
            (owner) =>
              ({
                outcome: own.length === 0 && owner !== "" ? "undecidable" : "violation",
                found: `${inWords(owner)} in ${statement.label}`,
                allowed: ALLOWED,
              }) as const,
          ),
        );
    }),
  );
}

const OWNER = /^(\d{12}|o-\w+)$/;

/** Others whom a statement lets in, by their accounts: by name, or by what is asked of those who are in none. */
function letIn(statement: Statement, own: readonly string[]): readonly string[] {
  const accounts = statement.principals.map(accountOf);
  const named = accounts.filter((account) => account !== undefined);
  const isOpen = accounts.includes(undefined) || statement.notPrincipals.length > 0;
  const asked = isOpen ? ownersAskedFor(statement) : [];
  // All questions have to be answered with yes: one that lets nobody else in is enough.
  const isOwn = asked.some((owners) => owners.every((owner) => own.includes(owner)));
  const others = isOwn ? [] : asked.flat().filter((owner) => OWNER.test(owner));
  return [...named, ...others].filter((owner) => !own.includes(owner));
}

const inWords = (owner: string) =>
  owner === ""
    ? "somebody whose account cannot be told"
    : `${owner.startsWith("o-") ? "organization" : "account"} ${owner}`;

/** Undefined for whoever is in no account, such as everybody and services; empty where it cannot be told. */
function accountOf({ kind, id }: Principal): string | undefined {
  if (kind === "CanonicalUser" || (kind === "AWS" && /^[A-Z0-9]{16,}$/.test(id))) return "";
  const account = /^\d{12}$/.test(id) ? id : partsOfArn(id)?.account;
  return account === "" ? undefined : account;
}
