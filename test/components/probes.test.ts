import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { AUTHORITY_FILE, blackboxConfig, probeTargets } from "../../components/edge/probes";
import type { DockerEnvironment, Service } from "../../environment/environment";
import { resolveConfig } from "../../environment/config";
import { readStackFiles } from "../../environment/stack-files";
import { AUTHORITY } from "../environment/support/authority";

const { stack, config } = readStackFiles(join(__dirname, "../.."), "local");
const local = resolveConfig(stack, config).environment as DockerEnvironment;

/** What is asked of each, and which status is right, with services that differ from those of the stack `local`. */
function asked(
  change: (service: Service) => Partial<Service>,
): [probe: string, target: string, statuses: number[]][] {
  const services = local.services.map((service) => ({ ...service, ...change(service) }));
  const { modules } = parse(blackboxConfig({ ...local, services })) as {
    modules: Record<string, { http: { valid_status_codes: number[] } }>;
  };
  return probeTargets("exporter", "edge", services).map(({ labels, query }) => [
    labels?.["probe"] ?? "",
    query?.["target"] ?? "",
    modules[query?.["module"] ?? ""]?.http.valid_status_codes ?? [],
  ]);
}
/** The file of the authority that has to have signed the edge's certificate; none where a public one has. */
function trusted(certificate: DockerEnvironment["edge"]["certificate"]): (string | undefined)[] {
  const { modules } = parse(blackboxConfig({ ...local, edge: { ...local.edge, certificate } })) as {
    modules: Record<string, { http: { tls_config?: { ca_file?: string } } }>;
  };
  return Object.values(modules).flatMap(({ http }) => (http.tls_config ? [http.tls_config.ca_file] : []));
}

const REDIRECT = ["redirect", "http://edge:8080/", [308]];

test("a service is asked whether it is ready, or for its probe where another one answers that path", () => {
  expect(asked(() => ({}))).toEqual([
    ["api", "https://edge:8443/health/ready", [200]],
    ["web", "https://edge:8443/", [200]],
    REDIRECT,
  ]);
});

test("its probe has the status that is declared", () => {
  const probe = { path: "/start", status: 302 };
  expect(asked(({ name }) => (name === "web" ? { probe } : {}))).toEqual([
    ["api", "https://edge:8443/health/ready", [200]],
    ["web", "https://edge:8443/start", [302]],
    REDIRECT,
  ]);
  const unreachable = ({ name }: Service) => (name === "api" ? { routes: ["/v1"] } : {});
  expect(asked(unreachable)[0]).toEqual([
    "api",
    "https://edge:8443/v1/documents/00000000-0000-4000-8000-000000000000",
    [401],
  ]);
});

test("the edge's certificate is of the environment's authority, of one that is named, or of a public one", () => {
  const provided = { kind: "provided", chainSecret: "CHAIN", keySecret: "KEY" } as const;
  expect(trusted({ kind: "internal" })).toEqual([AUTHORITY_FILE]);
  expect(trusted({ ...provided, authority: AUTHORITY })).toEqual([AUTHORITY_FILE]);
  expect(trusted(provided)).toEqual([undefined]);
});
