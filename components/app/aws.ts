import * as pulumi from "@pulumi/pulumi";
import type { Service } from "../../environment/environment";
import type { AwsContext } from "../aws/context";
import { FargateService } from "../aws/fargate";
import { imageOf } from "../aws/images";
import type { AwsKind, AwsTarget, AwsTier } from "../aws/kind";
import { ShiftedReleases, type ReleaseArgs } from "../aws/release";
import type { TaskContainer } from "../aws/task-container";
import { authoritiesFile } from "../database/aws-authorities";
import type { AwsEdge } from "../edge/aws";
import { AwsMigration } from "./aws-migration";
import { scalingOf } from "./aws-scaling";
import { AwsSettings } from "./aws-settings";
import type { App, AppArgs, PublicService } from "./contract";
import { neededBy } from "./needs";

/** The user services' images are made for: their /tmp belongs to it, and they can read what it can. */
const USER = "1000:1000";

/** The app's services on Fargate, after its migrations. Owns the secrets the environment makes for it. */
export class AwsApp extends pulumi.ComponentResource implements App<AwsKind> {
  readonly publicServices: readonly PublicService[];
  readonly targets: readonly AwsTarget[];
  private readonly settings: AwsSettings;

  constructor(
    private readonly context: AwsContext,
    private readonly componentName: string,
    private readonly edge: AwsEdge,
    private readonly args: AppArgs<AwsKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:App", componentName, {}, opts);
    const { services } = context.environment;
    this.settings = new AwsSettings(context, componentName, args, this);
    const migrated = this.migration();
    const releases = this.releases();
    this.targets = services.map((service) => this.service(service, migrated, releases).target);
    this.publicServices = services
      .filter(({ routes }) => routes.length > 0)
      .map(({ name, routes, port }) => ({ name, routes, host: name, port }));
    this.registerOutputs({});
  }

  /** What has to be over before a service starts. */
  private migration(): pulumi.Resource[] {
    const { migration, services } = this.context.environment;
    const like = services.find(({ needs }) => needs.includes("database"));
    if (!migration || !like) return [];
    const { network, database } = this.args;
    const job = new AwsMigration(
      this.context,
      this.componentName,
      { migration, like, user: USER, network, database, settings: this.settings },
      { parent: this },
    );
    return [job.done];
  }

  /** How versions of the public services follow one another; there may be none. */
  private releases(): ShiftedReleases | undefined {
    if (this.edge.entrances.size === 0) return undefined;
    const { arnSuffix } = this.edge.loadBalancer;
    return new ShiftedReleases(this.context, `${this.componentName}-releases`, arnSuffix, { parent: this });
  }

  private service(
    service: Service,
    migrated: readonly pulumi.Resource[],
    releases: ShiftedReleases | undefined,
  ): FargateService {
    const { name, metricsPath, needs, port } = service;
    const entrance = this.edge.entrances.get(name);
    const scaling = scalingOf(service, entrance);
    return new FargateService(
      this.context,
      name,
      {
        component: this.componentName,
        containers: this.containers(service),
        tiers: this.tiers(service),
        replicas: service.replicas,
        scaling,
        scrape: metricsPath === null ? undefined : { job: name, port, path: metricsPath },
        traces: needs.includes("tracing"),
        figures: scaling?.figure ? [scaling.figure.name] : [],
        release: this.release(service, releases),
        waitsFor: [...migrated, ...neededBy(service, this.args)],
      },
      { parent: this },
    );
  }

  private release({ name, port }: Service, releases: ShiftedReleases | undefined): ReleaseArgs | undefined {
    const entrance = this.edge.entrances.get(name);
    return entrance && releases?.of(name, entrance, { name, port });
  }

  private containers(service: Service): TaskContainer[] {
    const { name, memoryMiB, cpus, port, routes, health, stopSeconds, needs } = service;
    const authorities = needs.includes("database")
      ? authoritiesFile(this.context, this.args.database.authorities)
      : undefined;
    const { plain, secret } = this.settings.of(service, name, service.variables, authorities?.path);
    return [
      ...(authorities ? [authorities.writer] : []),
      {
        name,
        image: imageOf(this.context, service.image),
        command: service.command,
        user: USER,
        memoryMiB,
        cpus,
        environment: plain,
        secrets: secret,
        ...(routes.length > 0 ? { port } : {}),
        mounts: [{ volume: "tmp", path: "/tmp" }, ...(authorities ? [authorities.mount] : [])],
        after: authorities ? [authorities.writer.name] : [],
        health: health.command,
        stopSeconds,
      },
    ];
  }

  /** Every task reaches AWS itself; the rest is as on a Docker host. */
  private tiers({ routes, needs }: Service): AwsTier[] {
    const { tiers } = this.args.network;
    return [
      tiers.telemetry,
      ...(routes.length > 0 ? [tiers.front] : []),
      ...(needs.includes("database") ? [tiers.database] : []),
      ...(needs.includes("cache") ? [tiers.cache] : []),
      ...(needs.includes("internet") ? [tiers.egress] : []),
    ];
  }
}
