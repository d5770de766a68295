/** Whose a stack is. */
import { documentAt, list } from "../documents";
import type { GraphView } from "../view";

/** The accounts the stack is for, by its providers. The SDK hands their inputs over as text. */
export const ownAccounts = (view: GraphView): readonly string[] =>
  view.memo("own accounts", () =>
    view.ofType(["pulumi:providers:aws"]).flatMap((provider) => {
      const document = documentAt(provider, "allowedAccountIds");
      return document.state === "parsed" ? list(document.value).map(String) : [];
    }),
  );
