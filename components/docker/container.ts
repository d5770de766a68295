import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { labels, type Bridge, type DockerContext } from "./context";
import type { Files } from "./files";

/** What differs between containers. All that is safe to decide once is decided in `container`. */
export interface ContainerArgs {
  /** Component it belongs to, for its labels. */
  readonly component: string;
  /** Key in the images table, or the id of an image that is not in it. */
  readonly image: string | pulumi.Output<string>;
  /** Numeric `uid:gid`; never 0. */
  readonly user: string;
  /** Replaces the image's entry point. */
  readonly entrypoints?: readonly string[];
  readonly command?: readonly string[];
  /** Plain settings; secrets come as files. */
  readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
  readonly memoryMiB: number;
  readonly cpus: number;
  /** Networks it is on. */
  readonly networks: readonly Bridge[];
  /** A name it answers to beside its own, shared with its copies. */
  readonly alias?: string;
  /** Attempts of a DNS look-up, a second each. @default 2 */
  readonly lookUps?: number;
  readonly ports?: readonly {
    readonly internal: number;
    readonly external: number;
    readonly ip: string;
    /** @default tcp */
    readonly protocol?: "tcp" | "udp";
  }[];
  /** Volumes of data, writable. */
  readonly data?: readonly { readonly volume: docker.Volume; readonly target: string }[];
  /** Configuration and secrets, read-only; a change in them replaces the container. */
  readonly files?: readonly Files[];
  /** More labels. */
  readonly labels?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Writable directories in memory, with their size in MiB. */
  readonly tmpfs?: Readonly<Record<string, number>>;
  /** Shared memory in MiB. @default 64 */
  readonly shmMiB?: number;
  /** Run inside it; exit code 0 means healthy. None for one that runs to its end. */
  readonly health?: { readonly command: readonly string[]; readonly startSeconds?: number };
  /**
   * Where its log lines go: to the log store, or to the host's disk only, which is for the containers that carry the
   * lines of others.
   *
   * @default store
   */
  readonly logs?: "store" | "host";
  /**
   * Limit of processes and threads. Docker's own pids limit is not among the provider's inputs, so this is the
   * kernel's limit per user id: containers that share a user id share it, too.
   */
  readonly processes: number;
  /** Time to finish after SIGTERM. @default 30 */
  readonly stopSeconds?: number;
  /** Whether it runs to its end, once, before others start. @default false */
  readonly runsOnce?: boolean;
}

const HEALTH = { interval: "5s", timeout: "3s", retries: 3, startInterval: "0s" };

/** A time the way Docker's API spells it: `60s` comes back from it as `1m0s`, and would look like a change. */
const duration = (seconds: number) =>
  seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;

/** The kernel's default for writable memory file systems, less everything a program could run from there. */
const tmpfsOptions = (sizeMiB: number) => `rw,noexec,nosuid,nodev,size=${sizeMiB}m,mode=1777`;

/**
 * Declares a container that can do nothing it does not have to: not root, no capability, a read-only root file
 * system, no new privileges, bounded memory, CPU, processes and logs.
 *
 * Every input the provider would fill in by itself is given, so that a refresh of the running container shows no
 * differences that are none.
 */
export function container(
  context: DockerContext,
  name: string,
  args: ContainerArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const files = args.files ?? [];
  const health = args.health && {
    ...HEALTH,
    tests: ["CMD", ...args.health.command],
    startPeriod: duration(args.health.startSeconds ?? 30),
  };
  return new docker.Container(
    name,
    {
      name: `${context.prefix}-${name}`,
      // Docker answers to the host name on every network, so it must not be the name others look it up by.
      hostname: `${context.prefix}-${name}`,
      image: typeof args.image === "string" ? context.image(args.image) : args.image,
      user: args.user,
      entrypoints: args.entrypoints && [...args.entrypoints],
      command: args.command && [...args.command],
      envs: Object.entries(args.env ?? {}).map(([key, value]) => pulumi.interpolate`${key}=${value}`),
      labels: labels(context, args.component, { ...args.labels, ...fileLabels(files) }),

      readOnly: true,
      privileged: false,
      capabilities: { adds: [], drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      ipcMode: "private",
      init: true,
      memory: args.memoryMiB,
      memorySwap: args.memoryMiB,
      cpus: Number.isInteger(args.cpus) ? args.cpus.toFixed(1) : String(args.cpus),
      shmSize: args.shmMiB ?? 64,
      ulimits: [
        { name: "nproc", soft: args.processes, hard: args.processes },
        { name: "nofile", soft: 16_384, hard: 16_384 },
      ],
      ...logging(context, args),

      // By default Docker's DNS takes twenty seconds to answer that a stopped container is not there.
      dnsOpts: ["timeout:1", `attempts:${args.lookUps ?? 2}`],
      networkMode: "bridge",
      networksAdvanced: args.networks.map(({ network, connects }) => ({
        name: network.name,
        // An alias on a network where it cannot be reached would be tried there, and time out.
        aliases: connects ? [name, ...(args.alias ? [args.alias] : [])] : [],
      })),
      ports: args.ports?.map((port) => ({ protocol: "tcp", ...port })),
      mounts: [...(args.data ?? []).map(dataMount), ...files.map((file) => file.mount)],
      tmpfs: Object.fromEntries(
        Object.entries(args.tmpfs ?? {}).map(([path, size]) => [path, tmpfsOptions(size)]),
      ),

      restart: args.runsOnce ? "no" : "unless-stopped",
      stopTimeout: args.stopSeconds ?? 30,
      destroyGraceSeconds: args.stopSeconds ?? 30,
      mustRun: !args.runsOnce,
      attach: args.runsOnce ?? false,
      logs: args.runsOnce ?? false,
      healthcheck: health,
      wait: health !== undefined,
      waitTimeout: 180,
    },
    // Names and host ports are fixed, so the old one has to go first.
    pulumi.mergeOptions(opts, { deleteBeforeReplace: true, dependsOn: [...files] }),
  );
}

/** The port the log shipper takes lines on, inside its container. */
export const LINES_PORT = 5514;

/**
 * The daemon sends each line to the shipper as a datagram: nothing waits for it, so a container neither stops nor
 * hangs because the shipper is away, and no container is given the daemon's socket or directories. The daemon keeps
 * the newest lines of every container on disk as well, for `docker logs`.
 */
function logging(
  { environment }: DockerContext,
  { logs = "store" }: ContainerArgs,
): { readonly logDriver: string; readonly logOpts: Record<string, string> } {
  if (logs === "host") return { logDriver: "json-file", logOpts: { "max-size": "10m", "max-file": "3" } };
  return {
    logDriver: "syslog",
    logOpts: {
      "syslog-address": `udp://127.0.0.1:${environment.operatorPorts.logs}`,
      "syslog-format": "rfc5424micro",
      tag: "{{.Name}}",
      "cache-max-size": "10m",
      "cache-max-file": "3",
    },
  };
}

const dataMount = ({ volume, target }: { volume: docker.Volume; target: string }) => ({
  type: "volume",
  source: volume.name,
  target,
  readOnly: false,
});

const fileLabels = (files: readonly Files[]) =>
  Object.fromEntries(files.map((file) => [`mainstay.files.${file.label}`, file.digest]));
