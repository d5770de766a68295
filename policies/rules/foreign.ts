/** Who else than the stack's own account is let in. */
import type { Resource } from "../../graph/resource";
import { judgeDocument } from "../documents";
import { graphRule, type Finding } from "../rule";
import { aws, BUCKET, s3 } from "../tokens";
import type { GraphView } from "../view";
import { ownAccounts } from "./accounts";
import { ROLE } from "./holders";
import { partsOfArn, statementsOf, type Principal } from "./statement";
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
    remediation: "Name principals of the account the stack is for; what another one needs has to be waived",
    link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    types: TRUSTS,
    check: judgeAccounts,
  }),
];

function judgeAccounts(resource: Resource, view: GraphView): Finding[] {
  const own = ownAccounts(view);
  const allowed = "principals of the stack's own account";
  return POLICY_INPUTS.flatMap((input) =>
    judgeDocument(resource, input, (content) => {
      if (holdsOpen(content)) return [{ outcome: "undecidable", found: "unknown until up", allowed }];
      return statementsOf(content)
        .filter(({ allows }) => allows)
        .flatMap(({ principals, label }) =>
          principals.flatMap((principal) => {
            const account = accountOf(principal);
            if (account === undefined || own.includes(account)) return [];
            const outcome = own.length === 0 && account !== "" ? "undecidable" : "violation";
            const found = account === "" ? "somebody whose account cannot be told" : `account ${account}`;
            return [{ outcome, found: `${found} in ${label}`, allowed } as const];
          }),
        );
    }),
  );
}

/** Undefined for whoever is in no account, or is judged by other rules; empty where it cannot be told. */
function accountOf({ kind, id }: Principal): string | undefined {
  if (kind === "CanonicalUser" || (kind === "AWS" && /^[A-Z0-9]{16,}$/.test(id))) return "";
  const account = /^\d{12}$/.test(id) ? id : partsOfArn(id)?.account;
  return account === "" ? undefined : account;
}
