/** Who holds rights, and what gives them. */
import type { Resource } from "../../graph/resource";
import { aws } from "../tokens";
import type { GraphView } from "../view";

const HOLDERS = {
  role: aws("iam", "role"),
  user: aws("iam", "user"),
  group: aws("iam", "group"),
} as const;

export type Kind = keyof typeof HOLDERS;
const KINDS = Object.keys(HOLDERS) as readonly Kind[];

export const ROLE = HOLDERS.role;
export const INLINE = aws("iam", "rolePolicy", "userPolicy", "groupPolicy");
export const MANAGED = aws("iam", "policy");
export const ATTACHMENTS = aws(
  "iam",
  "rolePolicyAttachment",
  "userPolicyAttachment",
  "groupPolicyAttachment",
  "policyAttachment",
);

/** What holds documents of rights, and where: a role may have some of its own. */
export const RIGHTS = [...MANAGED, ...INLINE, ...ROLE];
export const RIGHTS_INPUTS = ["policy", "inlinePolicies[*].policy"];

export interface Holder {
  readonly kind: Kind;
  readonly resource: Resource;
}

/** Whose a policy or an attachment is, as far as they are of this stack. What a role holds itself is its own. */
export function holdersOf(resource: Resource, view: GraphView): Holder[] {
  if (ROLE.includes(resource.type)) return [{ kind: "role", resource }];
  if (MANAGED.includes(resource.type))
    return [
      ...view.referring(ATTACHMENTS, "policyArn", resource).sure,
      ...view.referring(ROLE, "managedPolicyArns", resource).sure,
    ].flatMap((one) => holdersOf(one, view));
  return KINDS.flatMap((kind) =>
    [kind, `${kind}s`]
      .flatMap((input) => view.targets(resource, input, HOLDERS[kind]).sure)
      .map((holder) => ({ kind, resource: holder })),
  );
}
