/** Which subnets lead to the internet: by the route tables and what they are associated with. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import { some } from "../expect";
import type { Answer } from "../rule";
import { aws, SUBNET } from "../tokens";
import { refers, type GraphView } from "../view";

const TABLES = aws("ec2", "routeTable");
const ROUTES = aws("ec2", "route");
const ASSOCIATIONS = aws("ec2", "routeTableAssociation");
const GATEWAYS = aws("ec2", "internetGateway");

const EVERYWHERE = ["0.0.0.0/0", "::/0"];

/** Subnets whose route table has a default route to an internet gateway. */
export const subnetsThatLeadOut = (view: GraphView): Resource[] =>
  view.memo("subnets that lead out", () => {
    const tables = view.ofType(TABLES).filter((table) => leadsOut(table, view) === true);
    const associations = tables.flatMap((table) => view.referring(ASSOCIATIONS, "routeTableId", table).sure);
    return view
      .ofType(SUBNET)
      .filter((subnet) =>
        associations.some((association) => refers(association, "subnetId", subnet) === true),
      );
  });

/** Whether a route table sends what it has no other way for to an internet gateway. */
export function leadsOut(table: Resource, view: GraphView): Answer {
  const own = list(table.inputs.routes).map((route) => {
    const { cidrBlock, ipv6CidrBlock, gatewayId } = object(route);
    return leadsToGateway([cidrBlock, ipv6CidrBlock], gatewayId, table, "routes", view);
  });
  const apart = view.referring(ROUTES, "routeTableId", table).sure.map((route) => {
    const { destinationCidrBlock, destinationIpv6CidrBlock, gatewayId } = route.inputs;
    return leadsToGateway(
      [destinationCidrBlock, destinationIpv6CidrBlock],
      gatewayId,
      route,
      "gatewayId",
      view,
    );
  });
  return some([...own, ...apart]);
}

/** A gateway's id is unknown in a preview; that it is one is told by what the id comes from. */
function leadsToGateway(
  destinations: readonly unknown[],
  gatewayId: unknown,
  from: Resource,
  property: string,
  view: GraphView,
): Answer {
  if (!destinations.some((one) => EVERYWHERE.includes(String(one))))
    return destinations.includes(UNKNOWN) ? undefined : false;
  if (gatewayId === undefined || gatewayId === null) return false;
  const sources = from.propertyDependencies[property] ?? [];
  if (sources.some((urn) => GATEWAYS.includes(view.get(urn)?.type ?? ""))) return true;
  if (gatewayId !== UNKNOWN) return String(gatewayId).startsWith("igw-");
  return sources.length === 0 ? undefined : false;
}
