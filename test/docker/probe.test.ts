import { expect, test } from "vitest";
import { join } from "node:path";
import { resolveConfig } from "../../environment/config";
import type { Check } from "../../operations/probe/check";
import { look } from "../../operations/probe/look";
import { targetOf } from "../../operations/probe/target";
import { fileOf, STACK, testConfiguration, token } from "./support/environment";

const { config, secretKeys } = testConfiguration(join(__dirname, "../.."));
const { environment } = resolveConfig(STACK, config, secretKeys);

test("from outside the environment is healthy, as far as a user can tell", async () => {
  if (!environment) throw new Error("the environment is not valid");
  const ca = fileOf("api-secrets", "database-authorities.pem");
  const report = await look(targetOf(environment), { ca, token: await token("acme"), repeat: 20 });
  // How fast it is, is the machine's: only that it is judged is looked at.
  const judged = ({ name, verdict }: Check) =>
    name === "api pace" && verdict !== "skipped" ? "judged" : verdict;
  expect(report.checks.map((check) => [check.name, judged(check)])).toEqual([
    ["tls", "ok"],
    ["old tls", "ok"],
    ["redirect", "ok"],
    ["api live", "ok"],
    ["api ready", "ok"],
    ["api read", "ok"],
    ["api pace", "judged"],
    ["api pace", "skipped"],
    ["web read", "ok"],
  ]);
  expect(report.figures.map(({ service, reads, failed }) => ({ service, reads, failed }))).toEqual([
    { service: "api", reads: 20, failed: 0 },
    { service: "web", reads: 20, failed: 0 },
  ]);
});
