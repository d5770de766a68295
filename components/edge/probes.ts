import { stringify } from "yaml";
import type { DockerEnvironment, Service } from "../../environment/environment";
import { answersOf, type Answered } from "../../environment/routes";
import type { ScrapeTarget } from "../kind";
import { EDGE_PORTS } from "./nginx";

/** Where the blackbox exporter listens, and where it finds the certificate that signed the edge's. */
export const PROBE_PORT = 9115;
export const AUTHORITY_FILE = "/run/secrets/authority.pem";

/** One way in that is tried again and again. */
interface Probe {
  readonly name: string;
  readonly module: string;
  readonly target: string;
}

/** The module that takes an answer of one status for a good one. */
const moduleOf = ({ status }: Answered) => `page-${status}`;

/** What is asked of each public service: the first that is known of its answers. */
function pages(services: readonly Service[]): [name: string, page: Answered][] {
  const byName = Object.fromEntries(services.map((service) => [service.name, service]));
  return services
    .filter(({ routes }) => routes.length > 0)
    .map(({ name }) => {
      const [page] = answersOf(byName, name);
      if (!page) throw new Error(`nothing can be asked of ${name}; the configuration was not checked`);
      return [name, page];
    });
}

/** Every public service through the edge, and the way from HTTP to HTTPS. */
const probes = (edge: string, services: readonly Service[]): Probe[] => [
  ...pages(services).map(([name, page]) => ({
    name,
    module: moduleOf(page),
    target: `https://${edge}:${EDGE_PORTS.https}${page.path}`,
  })),
  { name: "redirect", module: "redirect", target: `http://${edge}:${EDGE_PORTS.http}/` },
];

/** What Prometheus asks the blackbox exporter: one target for each probe. */
export const probeTargets = (exporter: string, edge: string, services: readonly Service[]): ScrapeTarget[] =>
  probes(edge, services).map(({ name, module, target }) => ({
    job: "probe",
    hosts: [exporter],
    port: PROBE_PORT,
    path: "/probe",
    query: { module, target },
    labels: { probe: name },
  }));

/**
 * blackbox_exporter's configuration: what a good answer is.
 *
 * The name users know stands in the request and in the certificate; the address is the edge's inside.
 */
export function blackboxConfig({ domain, edge, services }: DockerEnvironment): string {
  const http = { preferred_ip_protocol: "ip4", follow_redirects: false, headers: { Host: domain } };
  const { certificate } = edge;
  const isPublic = certificate.kind === "provided" && certificate.authority === undefined;
  const authority = isPublic ? {} : { ca_file: AUTHORITY_FILE };
  const answering = (page: Answered) => ({
    prober: "http",
    timeout: "5s",
    http: {
      ...http,
      valid_status_codes: [page.status],
      fail_if_not_ssl: true,
      tls_config: { server_name: domain, ...authority },
    },
  });
  return stringify(
    {
      modules: {
        ...Object.fromEntries(pages(services).map(([, page]) => [moduleOf(page), answering(page)])),
        redirect: {
          prober: "http",
          timeout: "5s",
          http: {
            ...http,
            valid_status_codes: [308],
            fail_if_header_not_matches: [{ header: "Location", regexp: "^https://" }],
          },
        },
      },
    },
    { aliasDuplicateObjects: false },
  );
}
