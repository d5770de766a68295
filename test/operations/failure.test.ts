import { expect, test } from "vitest";
import { failure } from "../../operations/engine/failure";

/** What people are told below the engine's own words. */
function hints(message: string): string[] {
  const told = { diagnostics: [{ severity: "error" as const, message }], violations: [] };
  return failure("up", told, "").message.split("\n").slice(2);
}

const PORT =
  "A port of the host is taken, by another environment or another program. Give this stack one that is free: under mainstay:scale, edge.httpPort and edge.httpsPort are its users', operatorPorts its operators'.";
const NAME =
  "Something of that name is there that the state does not know, as a run that was killed leaves behind. Delete it by hand, then run this again.";
const ENDPOINT = "driver failed programming external connectivity on endpoint mainstay-local-database";

/** As Docker 20.10 says it. */
test.each([
  ["a container's port", `${ENDPOINT}: Bind for 127.0.0.1:5432 failed: port is already allocated`, [PORT]],
  [
    "a program's port",
    `${ENDPOINT}: Error starting userland proxy: listen tcp4 127.0.0.1:5432: bind: address already in use`,
    [PORT],
  ],
  [
    "a container's name",
    'Conflict. The container name "/mainstay-local-database" is already in use by container "6de152e35c92".',
    [NAME],
  ],
  ["a network's name", "network with name mainstay-local-front already exists", [NAME]],
])("of %s that is taken already people are told what to do", (_, message, expected) =>
  expect(hints(message)).toEqual(expected),
);

/** As the engine says it, with the command it proposes. */
const PROTECTED = `Preview failed: resource "urn:pulumi:prod::mainstay::mainstay:docker:Monitoring$docker:index/volume:Volume::grafana-data" cannot be deleted
because it is protected. To unprotect the resource, either remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\`, or use the command:
\`pulumi state unprotect 'urn:pulumi:prod::mainstay::mainstay:docker:Monitoring$docker:index/volume:Volume::grafana-data'\``;
const REPLACED = `unable to replace resource "urn:pulumi:prod::mainstay::docker:index/volume:Volume::database-data"
as it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\``;

test("what is protected and declared no longer people are told how to let go of, and of nothing else", () => {
  const [hint, ...more] = hints(PROTECTED).slice(2);
  expect(more).toEqual([]);
  expect(hint).toBe(
    "What is protected is declared no longer. It stays with its data, and nothing else is changed, until it is declared again or let go of on purpose. To delete it with its data: source docs/runbooks/shell.sh STACK, then pulumi state unprotect 'URN' --stack STACK, with the URN as it stands above, and run this again.",
  );
  expect(hints(REPLACED).slice(1)).toEqual([]);
});
