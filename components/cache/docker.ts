import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { container } from "../docker/container";
import { httpHealth, operatorPort } from "../docker/container-parts";
import type { DockerContext, DockerKind } from "../docker/context";
import { Files } from "../docker/files";
import { overlappingPasswords, servicesThatNeed, type Overlapping } from "../secrets";
import type { ScrapeTarget } from "../kind";
import type { Cache, CacheArgs } from "./contract";
import { accessList, redisConf, type CacheUserKind } from "./settings";

const PORT = 6379;
type Passwords = Readonly<Record<string, Overlapping>>;

/** Redis in a container, its exporter beside it. Keeps nothing on disk. */
export class DockerCache extends pulumi.ComponentResource implements Cache<DockerKind> {
  readonly host: pulumi.Output<string>;
  readonly port = PORT;
  readonly urls: Readonly<Record<string, pulumi.Output<string>>>;
  readonly targets: readonly ScrapeTarget[] = [
    { job: "redis", hosts: ["cache-exporter"], port: 9121, path: "/metrics" },
  ];

  constructor(
    context: DockerContext,
    name: string,
    args: CacheArgs<DockerKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:docker:Cache", name, {}, opts);
    const users = [...servicesThatNeed(context.environment, "cache"), "exporter", "health"];
    const passwords = overlappingPasswords(context.environment, name, users, { parent: this });
    const server = this.server(context, name, args, passwords);
    this.host = pulumi.output(name);
    this.urls = Object.fromEntries(
      Object.entries(passwords).map(([user, { current }]) => [
        user,
        pulumi.interpolate`redis://${user}:${current}@${name}:${PORT}`,
      ]),
    );
    this.exporter(context, name, args, passwords, server);
    this.registerOutputs({ host: this.host, port: PORT });
  }

  private server(
    context: DockerContext,
    name: string,
    { network }: CacheArgs<DockerKind>,
    passwords: Passwords,
  ): docker.Container {
    const { environment } = context;
    const config = new Files(
      context,
      `${name}-config`,
      { component: name, directory: "/etc/redis", files: { "redis.conf": redisConf(environment) } },
      { parent: this },
    );
    const secrets = new Files(
      context,
      `${name}-secrets`,
      {
        component: name,
        directory: "/run/secrets",
        files: {
          "users.acl": pulumi.output(passwords).apply(users).apply(accessList),
          health: passwords.health?.current ?? "",
        },
      },
      { parent: this },
    );
    return container(
      context,
      name,
      {
        component: name,
        image: "redis",
        user: "999:999",
        entrypoints: ["redis-server"],
        command: ["/etc/redis/redis.conf"],
        memoryMiB: environment.cache.memoryMiB,
        cpus: environment.cache.cpus,
        networks: [network.tiers.cache, network.tiers.operator],
        ports: [operatorPort(PORT, environment.operatorPorts.cache)],
        files: [config, secrets],
        // The image declares a volume at /data; without this it would be one nobody bounds.
        tmpfs: { "/tmp": 4, "/data": 1 },
        health: {
          command: [
            "sh",
            "-c",
            'REDISCLI_AUTH="$(cat /run/secrets/health)" redis-cli --user health --no-auth-warning ping | grep -q PONG',
          ],
        },
        processes: 512,
      },
      { parent: this },
    );
  }

  private exporter(
    context: DockerContext,
    name: string,
    { network }: CacheArgs<DockerKind>,
    passwords: Passwords,
    server: docker.Container,
  ): void {
    const address = `redis://${name}:${PORT}`;
    // The exporter looks the password up by an address that names the user; older ones by the plain address.
    const key = `redis://exporter@${name}:${PORT}`;
    const secrets = new Files(
      context,
      `${name}-exporter-secrets`,
      {
        component: name,
        directory: "/run/secrets",
        files: {
          "passwords.json": pulumi.jsonStringify({
            [key]: passwords.exporter?.current,
            [address]: passwords.exporter?.current,
          }),
        },
      },
      { parent: this },
    );
    container(
      context,
      `${name}-exporter`,
      {
        component: name,
        image: "redis-exporter",
        user: "59000:59000",
        env: {
          REDIS_ADDR: address,
          REDIS_USER: "exporter",
          // Less than a scrape takes: that Redis does not answer has to be said while Prometheus still listens.
          REDIS_EXPORTER_CONNECTION_TIMEOUT: "1s",
          REDIS_PASSWORD_FILE: "/run/secrets/passwords.json",
        },
        ...context.environment.monitoring.exporter,
        // A scrape does not wait for long.
        lookUps: 1,
        networks: [network.tiers.cache, network.tiers.telemetry],
        files: [secrets],
        health: httpHealth(9121, "/health"),
        processes: 256,
      },
      { parent: this, dependsOn: [server] },
    );
  }
}

/** Copies of a service from before log in with the password of before, until they are replaced. */
function users(passwords: pulumi.Unwrap<Passwords>) {
  const kind = (name: string): CacheUserKind => (name === "exporter" || name === "health" ? name : "service");
  return Object.entries(passwords).map(([name, { current, previous }]) => ({
    name,
    kind: kind(name),
    passwords: [current, previous],
  }));
}
