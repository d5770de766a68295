import { stringify } from "yaml";
import type { DockerEnvironment, Service } from "../../environment/environment";
import type { ScrapeTarget } from "../kind";
import { EDGE_PORTS } from "./nginx";

/** Where the blackbox exporter listens, and where it finds the certificate that signed the edge's. */
export const PROBE_PORT = 9115;
export const AUTHORITY_FILE = "/run/secrets/authority.pem";

/** One way in that is tried again and again. */
interface Probe {
  readonly name: string;
  readonly module: "page" | "redirect";
  readonly target: string;
}

/** Every public service through the edge, and the way from HTTP to HTTPS. */
function probes(edge: string, services: readonly Service[]): Probe[] {
  const pages = services
    .filter(({ routes }) => routes.length > 0)
    .map((service) => ({
      name: service.name,
      module: "page" as const,
      target: `https://${edge}:${EDGE_PORTS.https}${pageOf(service, services)}`,
    }));
  return [...pages, { name: "redirect", module: "redirect", target: `http://${edge}:${EDGE_PORTS.http}/` }];
}

/** Whether it is ready, where that can be asked from outside: under no other service's prefix. Else its page. */
function pageOf(service: Service, services: readonly Service[]): string {
  const path = service.health.ready;
  const prefixes = services.flatMap(({ name, routes }) => routes.map((route) => ({ name, route })));
  const longest = prefixes
    .filter(({ route }) => path.startsWith(route))
    .sort((a, b) => b.route.length - a.route.length)[0];
  return longest?.name === service.name ? path : (service.routes[0] ?? "/");
}

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
export function blackboxConfig({ domain, edge }: DockerEnvironment): string {
  const http = { preferred_ip_protocol: "ip4", follow_redirects: false, headers: { Host: domain } };
  const authority = edge.certificate.kind === "internal" ? { ca_file: AUTHORITY_FILE } : {};
  return stringify({
    modules: {
      page: {
        prober: "http",
        timeout: "5s",
        http: {
          ...http,
          valid_status_codes: [200],
          fail_if_not_ssl: true,
          tls_config: { server_name: domain, ...authority },
        },
      },
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
  });
}
