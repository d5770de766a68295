import type * as pulumi from "@pulumi/pulumi";
import type { AwsSecret } from "./kind";

/** A directory of a container that lasts as long as its task, in a volume containers of the task can share. */
export interface TaskMount {
  /** Name of the volume, the same for all containers that share it. */
  readonly volume: string;
  /**
   * Where it is mounted. A container that is not root can write to it only where its image declares the path as
   * a VOLUME that belongs to the user: Fargate gives the volume the owner and mode the image's directory has.
   */
  readonly path: string;
  /** @default the container may write */
  readonly readOnly?: boolean;
}

/** Where a secret is read from; one that AWS makes and rotates itself has no version to wait for. */
type SecretSource = Pick<AwsSecret, "arn" | "valueFrom"> & Partial<Pick<AwsSecret, "version">>;

/** One container of a task: hardened, so that it runs neither as root nor with a writable root file system. */
export type TaskContainer = ContainerSettings & (Running | RunsOnce);

/** It runs as long as the task does. */
interface Running {
  readonly runsOnce?: false;
  readonly memoryMiB: number;
  readonly cpus: number;
}

/** It runs to its end, and those that name it in `after` start when it succeeded. Until then the task is its own. */
interface RunsOnce {
  readonly runsOnce: true;
}

interface ContainerSettings {
  readonly name: string;
  /** From `imageOf`: always a digest. */
  readonly image: string;
  /** In the place of the image's entry point. */
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  /** Numeric, `uid:gid`; never root. */
  readonly user: string;
  /** What anybody who may describe the task can read. */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Secrets by the name of the variable they come as. */
  readonly secrets?: Readonly<Record<string, SecretSource>>;
  /** Port others reach it on. One that only listens for the task's other containers has none. */
  readonly port?: number;
  readonly mounts?: readonly TaskMount[];
  /** Run inside the container; exit code 0 means healthy. Required of what keeps running. */
  readonly health?: readonly string[];
  /** Containers of the task that have to be through (runsOnce) or healthy before this one starts. */
  readonly after?: readonly string[];
  /** Time to finish after SIGTERM, at most 120. @default 30 */
  readonly stopSeconds?: number;
}
