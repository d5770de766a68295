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
