import { parseArgs } from "node:util";
import { createTokens } from "../api/tokens";
import { loadConfig } from "../config/load";
import { TENANT_NAME } from "../config/variables";

/** Prints a token: `token --tenant acme --subject ada`. Whoever may run it holds the signing key anyway. */
export async function run(args: readonly string[]): Promise<void> {
  const config = loadConfig("token");
  const { values } = parseArgs({
    args: [...args],
    options: { tenant: { type: "string" }, subject: { type: "string" } },
  });
  if (!values.subject || (values.tenant !== undefined && !TENANT_NAME.test(values.tenant))) {
    console.error(
      "usage: token --subject NAME [--tenant TENANT]   (TENANT: lower-case letters, digits and hyphens)",
    );
    process.exitCode = 2;
    return;
  }
  const tokens = await createTokens(config);
  process.stdout.write(`${await tokens.issue(values.subject, values.tenant)}\n`);
}
