import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LOAD_BALANCER_LOGS } from "../aws/access-logs";
import type { AwsContext } from "../aws/context";
import type { AwsKind, AwsTarget } from "../aws/kind";
import type { Entrance } from "../aws/release";
import type { Network } from "../network/contract";
import { certificate } from "./aws-certificate";
import { entrances } from "./aws-entrances";
import { firewall } from "./aws-firewall";
import type { Edge } from "./contract";

const DAY_SECONDS = 86_400;
/** TLS 1.3, and 1.2 with forward secrecy; key exchange that will outlast quantum computers where clients know it. */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

/** A load balancer behind a firewall: the only one users can reach. */
export class AwsEdge extends pulumi.ComponentResource implements Edge<AwsKind> {
  readonly url: pulumi.Output<string>;
  readonly targets: readonly AwsTarget[];
  /** The way to each public service, by its name. */
  readonly entrances: ReadonlyMap<string, Entrance>;
  readonly loadBalancer: aws.lb.LoadBalancer;

  constructor(
    private readonly context: AwsContext,
    private readonly edgeName: string,
    network: Network<AwsKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:Edge", edgeName, {}, opts);
    const { environment } = context;
    const { public: reachable, front } = network.tiers;
    this.loadBalancer = this.balancer(network);
    const certificateArn = certificate(environment, edgeName, this);
    const listener = this.secure(certificateArn);
    this.redirect();
    const ways = { name: edgeName, loadBalancer: this.loadBalancer, listener, from: reachable, to: front };
    this.entrances = entrances(environment, ways, this);
    const webAcl = firewall(context, edgeName, this.loadBalancer, this);
    this.record();
    this.url = pulumi.output(environment.url);
    this.targets = [this.target(webAcl, certificateArn)];
    this.registerOutputs({ url: this.url });
  }

  private balancer({ tiers }: Network<AwsKind>): aws.lb.LoadBalancer {
    const { accessLogs, environment } = this.context;
    return new aws.lb.LoadBalancer(
      this.edgeName,
      {
        loadBalancerType: "application",
        internal: false,
        ipAddressType: "ipv4",
        subnets: [...tiers.public.subnetIds],
        securityGroups: [tiers.public.securityGroupId],
        // The longest request is ended by the service, which can say so, and not by a closed connection.
        idleTimeout: environment.edge.timeoutSeconds + 5,
        enableHttp2: true,
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "defensive",
        preserveHostHeader: true,
        // The last address in X-Forwarded-For is the client's own.
        xffHeaderProcessingMode: "append",
        enableWafFailOpen: false,
        enableDeletionProtection: environment.protectData,
        accessLogs: {
          enabled: true,
          bucket: accessLogs.bucket.bucket,
          prefix: LOAD_BALANCER_LOGS,
        },
      },
      { parent: this, dependsOn: [...accessLogs.ready, ...tiers.public.ready] },
    );
  }

  private secure(certificateArn: pulumi.Input<string>): aws.lb.Listener {
    const { edge } = this.context.environment;
    return new aws.lb.Listener(
      `${this.edgeName}-https`,
      {
        loadBalancerArn: this.loadBalancer.arn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: TLS_POLICY,
        certificateArn,
        // What no service has a route for.
        defaultActions: [
          {
            type: "fixed-response",
            fixedResponse: { statusCode: "404", contentType: "text/plain", messageBody: "Not found" },
          },
        ],
        routingHttpResponseServerEnabled: false,
        routingHttpResponseStrictTransportSecurityHeaderValue: `max-age=${edge.hstsDays * DAY_SECONDS}; includeSubDomains`,
        routingHttpResponseXContentTypeOptionsHeaderValue: "nosniff",
        routingHttpResponseXFrameOptionsHeaderValue: "DENY",
      },
      { parent: this },
    );
  }

  private redirect(): void {
    new aws.lb.Listener(
      `${this.edgeName}-http`,
      {
        loadBalancerArn: this.loadBalancer.arn,
        port: 80,
        protocol: "HTTP",
        defaultActions: [
          { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
        ],
      },
      { parent: this },
    );
  }

  private record(): void {
    const { domain, aws: account } = this.context.environment;
    new aws.route53.Record(
      this.edgeName,
      {
        zoneId: account.hostedZoneId,
        name: domain,
        type: "A",
        aliases: [
          { name: this.loadBalancer.dnsName, zoneId: this.loadBalancer.zoneId, evaluateTargetHealth: true },
        ],
      },
      { parent: this, deleteBeforeReplace: true },
    );
  }

  private target(webAcl: string, certificateArn: pulumi.Output<string>): AwsTarget {
    return {
      kind: "edge",
      loadBalancer: this.loadBalancer.arnSuffix,
      targetGroups: [...this.entrances].flatMap(([service, { targetGroups }]) =>
        targetGroups.map(({ arnSuffix }) => ({ service, arnSuffix })),
      ),
      webAcl: pulumi.output(webAcl),
      certificateArn,
    };
  }
}
