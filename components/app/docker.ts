import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Service } from "../../environment/environment";
import type { Wired } from "../../environment/variables";
import { container, type ContainerArgs } from "../docker/container";
import type { DockerContext, DockerKind } from "../docker/context";
import { Files } from "../docker/files";
import { generatedSecret } from "../secrets";
import type { ScrapeTarget } from "../kind";
import type { App, AppArgs, PublicService } from "./contract";
import { neededBy, wiredUrl } from "./needs";
import { serviceVariables } from "./variables";

const SECRETS_DIRECTORY = "/run/secrets";
const AUTHORITIES_FILE = `${SECRETS_DIRECTORY}/database-authorities.pem`;
const CANDIDATE = "candidate";

/**
 * A user id nothing else on a host is likely to have, so that the limit of processes counts one service only.
 * It follows from the name alone: a new service must not change the others'.
 */
const userOf = (service: string) => {
  const id = 20_000 + (createHash("sha256").update(service).digest().readUInt32BE(0) % 40_000);
  return `${id}:${id}`;
};
/** The one-shot migration before every service. */
const MIGRATION = "migration";

/** The app's services as containers, after its migrations. Owns the secrets the environment makes for it. */
export class DockerApp extends pulumi.ComponentResource implements App<DockerKind> {
  readonly publicServices: readonly PublicService[];
  readonly targets: readonly ScrapeTarget[];
  private readonly generated = new Map<string, pulumi.Output<string>>();

  constructor(
    private readonly context: DockerContext,
    private readonly componentName: string,
    private readonly args: AppArgs<DockerKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:docker:App", componentName, {}, opts);
    const { services } = context.environment;
    const migrated = this.migration();
    for (const service of services) this.service(service, migrated);
    this.publicServices = services.filter(({ routes }) => routes.length > 0).map(publicService);
    this.targets = services.flatMap(scrapeTarget);
    this.registerOutputs({});
  }

  /**
   * Runs the migration to its end.
   *
   * @returns its exit code, which is 0: with any other nothing that waits for it is started
   */
  private migration(): pulumi.Output<number> {
    const { migration, services } = this.context.environment;
    const like = services.find(({ needs }) => needs.includes("database"));
    if (!migration || !like) return pulumi.output(0);
    const { plain, files } = this.settings(MIGRATION, "migrator", like, migration.variables);
    const { network, database } = this.args;
    const job = container(
      this.context,
      MIGRATION,
      {
        component: this.componentName,
        image: migration.image,
        command: migration.command,
        user: userOf(MIGRATION),
        env: plain,
        memoryMiB: like.memoryMiB,
        cpus: like.cpus,
        networks: [network.tiers.database],
        files: [files],
        tmpfs: { "/tmp": 16 },
        processes: 128,
        runsOnce: true,
      },
      { parent: this, dependsOn: [database] },
    );
    return pulumi
      .all([job.exitCode, job.name])
      .apply(([exitCode, container]) => succeeded(exitCode, container));
  }

  /** Every copy of a service, and of its candidate where it has one. */
  private service(service: Service, migrated: pulumi.Output<number>): void {
    const { plain, files } = this.settings(service.name, service.name, service, service.variables);
    const shared = {
      component: this.componentName,
      command: service.command,
      user: userOf(service.name),
      env: plain,
      memoryMiB: service.memoryMiB,
      cpus: service.cpus,
      networks: this.networks(service),
      files: [files],
      labels: { "mainstay.migration": pulumi.interpolate`${migrated}` },
      tmpfs: { "/tmp": service.tmpMiB },
      health: { command: service.health.command },
      processes: 256,
      stopSeconds: service.stopSeconds,
    } satisfies Partial<ContainerArgs>;
    // One after the other: while a copy is replaced, those before and after it go on answering.
    const copies = (release: string, image: ContainerArgs["image"], replicas: number) => {
      let before = neededBy(service, this.args);
      for (let copy = 1; copy <= replicas; copy++) {
        const args = { ...shared, image, alias: release };
        const opts = { parent: this, dependsOn: before };
        before = [container(this.context, `${release}-${copy}`, args, opts)];
      }
    };
    copies(service.name, service.image, service.replicas);
    const { candidate } = service;
    if (!candidate) return;
    const release = `${service.name}-${CANDIDATE}`;
    copies(release, this.context.imageByReference(release, candidate.image), candidate.replicas);
  }

  private networks({ routes, needs, metricsPath }: Service): ContainerArgs["networks"] {
    const { tiers } = this.args.network;
    return [
      ...(routes.length > 0 ? [tiers.front] : []),
      ...(needs.includes("database") ? [tiers.database] : []),
      ...(needs.includes("cache") ? [tiers.cache] : []),
      ...(needs.includes("tracing") || metricsPath ? [tiers.telemetry] : []),
      ...(needs.includes("internet") ? [tiers.egress] : []),
    ];
  }

  /** A container's variables: plain ones for its environment, secret ones as files it is told the names of. */
  private settings(name: string, user: string, service: Service, variables: readonly string[]) {
    const { environment } = this.context;
    const { plain, secret } = serviceVariables(environment, service, variables, {
      secret: (from) => wiredUrl<DockerKind>(from, user, this.args),
      plain: (from) => this.wiredPlain(from),
      stored: (variable, source) =>
        source.kind === "generated"
          ? this.generatedOnce(variable, source.length)
          : this.context.givenSecret(variable),
    });
    const files = new Files(
      this.context,
      `${name}-secrets`,
      {
        component: this.componentName,
        directory: SECRETS_DIRECTORY,
        files: { ...secret, "database-authorities.pem": this.args.database.authorities },
      },
      { parent: this },
    );
    const references = Object.keys(secret).map((variable) => [
      `${variable}_FILE`,
      `${SECRETS_DIRECTORY}/${variable}`,
    ]);
    return { files, plain: { ...plain, ...(Object.fromEntries(references) as Record<string, string>) } };
  }

  private wiredPlain(from: Wired): string {
    if (from === "database.caFile") return AUTHORITIES_FILE;
    if (from === "tracing.endpoint") return this.args.tracing.endpoint;
    throw new Error(`${from} has no plain value`);
  }

  /** Services that are given the same generated variable get the same value. */
  private generatedOnce(variable: string, length: number): pulumi.Output<string> {
    const known = this.generated.get(variable);
    if (known) return known;
    const name = `${this.componentName}-${variable.toLowerCase().replaceAll("_", "-")}`;
    const fresh = generatedSecret(this.context.environment, name, length, { parent: this });
    this.generated.set(variable, fresh);
    return fresh;
  }
}

/** A failed migration stops the update, in one line. */
function succeeded(exitCode: number, container: string): number {
  // A preview still sees how the last one ended; the update runs a failed one again, and goes on if it ends well.
  if (exitCode === 0 || pulumi.runtime.isDryRun()) return 0;
  throw new pulumi.RunError(
    `the migration ended with exit code ${exitCode}; see: docker logs ${container}. The next up runs it again.`,
  );
}

function publicService({ name, routes, port, candidate }: Service): PublicService {
  const second = candidate && { host: `${name}-${CANDIDATE}`, weightPercent: candidate.weightPercent };
  return { name, routes, host: name, port, candidate: second };
}

function scrapeTarget({ name, replicas, candidate, port, metricsPath }: Service): ScrapeTarget[] {
  if (metricsPath === null) return [];
  const hosts = (release: string, copies: number) =>
    Array.from({ length: copies }, (_, copy) => `${release}-${copy + 1}`);
  const all = [...hosts(name, replicas), ...hosts(`${name}-${CANDIDATE}`, candidate?.replicas ?? 0)];
  return [{ job: name, hosts: all, port, path: metricsPath }];
}
