import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { labels, type Bridge, type DockerContext, type DockerKind } from "../docker/context";
import { TIERS, type Network, type Tier } from "./contract";

const BRIDGE = "com.docker.network.bridge";

/** Members cannot reach each other, only what Docker forwards to them, or what they reach outside. */
const separate = { [`${BRIDGE}.enable_icc`]: "false" };

/** Members reach each other and nothing else. */
const inside = { internal: true, options: {} };

const KIND: Record<Tier, { internal: boolean; options: Record<string, string> }> = {
  public: { internal: false, options: { ...separate, [`${BRIDGE}.enable_ip_masquerade`]: "false" } },
  front: inside,
  database: inside,
  cache: inside,
  telemetry: inside,
  operations: inside,
  // Docker takes a container's way out from the first of its outward networks by name, and its published ports' way
  // in: "egress" stands before "operator", which leads nowhere. What users reach is on "public" alone.
  egress: { internal: false, options: { ...separate, [`${BRIDGE}.enable_ip_masquerade`]: "true" } },
  operator: {
    internal: false,
    options: {
      ...separate,
      [`${BRIDGE}.enable_ip_masquerade`]: "false",
      [`${BRIDGE}.host_binding_ipv4`]: "127.0.0.1",
    },
  },
};

/** One bridge per tier. */
export class DockerNetwork extends pulumi.ComponentResource implements Network<DockerKind> {
  readonly tiers: Readonly<Record<Tier, Bridge>>;
  readonly targets = [];

  constructor(context: DockerContext, name: string, opts: pulumi.ComponentResourceOptions) {
    super("mainstay:docker:Network", name, {}, opts);
    const bridge = (tier: Tier): Bridge => ({
      connects: KIND[tier].internal,
      network: new docker.Network(
        `${name}-${tier}`,
        {
          name: `${context.prefix}-${tier}`,
          driver: "bridge",
          internal: KIND[tier].internal,
          options: KIND[tier].options,
          attachable: false,
          ingress: false,
          ipv6: false,
          labels: labels(context, "network"),
        },
        { parent: this, deleteBeforeReplace: true },
      ),
    });
    this.tiers = Object.fromEntries(TIERS.map((tier) => [tier, bridge(tier)])) as Record<Tier, Bridge>;
    this.registerOutputs({});
  }
}
