/** Sizes AWS offers, smallest first, and the smallest one that holds what an environment asks for. */

/** What is asked for: the same two figures as on a Docker host. */
export interface Need {
  readonly memoryMiB: number;
  readonly cpus: number;
}

/** A Fargate task's size, in the units a task definition is written in. */
export interface FargateSize {
  /** 1,024 are one core. */
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

/** An instance class of RDS or a node type of ElastiCache. */
export interface MachineSize extends Need {
  readonly name: string;
}

const GIB = 1024;

/** The numbers from one to another, both included. */
const steps = (from: number, to: number, step: number) =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/** Memory a task may have beside each number of CPU units: "Task size", Amazon ECS developer guide. */
const FARGATE: readonly (readonly [number, readonly number[]])[] = [
  [256, [512, GIB, 2 * GIB]],
  [512, steps(GIB, 4 * GIB, GIB)],
  [1024, steps(2 * GIB, 8 * GIB, GIB)],
  [2048, steps(4 * GIB, 16 * GIB, GIB)],
  [4096, steps(8 * GIB, 30 * GIB, GIB)],
  [8192, steps(16 * GIB, 60 * GIB, 4 * GIB)],
  [16384, steps(32 * GIB, 120 * GIB, 8 * GIB)],
];

const machine = (name: string, cpus: number, gib: number): MachineSize => ({
  name,
  cpus,
  memoryMiB: Math.floor(gib * GIB),
});

/** Graviton classes for PostgreSQL: "DB instance classes", Amazon RDS user guide. */
const DATABASE_CLASSES: readonly MachineSize[] = [
  machine("db.t4g.micro", 2, 1),
  machine("db.t4g.small", 2, 2),
  machine("db.t4g.medium", 2, 4),
  machine("db.m7g.large", 2, 8),
  machine("db.m7g.xlarge", 4, 16),
  machine("db.m7g.2xlarge", 8, 32),
  machine("db.m7g.4xlarge", 16, 64),
  machine("db.m7g.8xlarge", 32, 128),
  machine("db.m7g.12xlarge", 48, 192),
  machine("db.m7g.16xlarge", 64, 256),
];

/** Memory left for data and connections, by node type: "Supported node types", Amazon ElastiCache user guide. */
const CACHE_NODES: readonly MachineSize[] = [
  machine("cache.t4g.micro", 2, 0.5),
  machine("cache.t4g.small", 2, 1.37),
  machine("cache.t4g.medium", 2, 3.09),
  machine("cache.m7g.large", 2, 6.38),
  machine("cache.m7g.xlarge", 4, 12.93),
  machine("cache.m7g.2xlarge", 8, 26.04),
  machine("cache.m7g.4xlarge", 16, 52.26),
  machine("cache.m7g.8xlarge", 32, 103.68),
  machine("cache.m7g.12xlarge", 48, 157.12),
  machine("cache.m7g.16xlarge", 64, 209.55),
];

const smallest = (sizes: readonly MachineSize[], { memoryMiB, cpus }: Need) =>
  sizes.find((size) => size.memoryMiB >= memoryMiB && size.cpus >= cpus);

/** The smallest instance class for a database; undefined where none is large enough. */
export const databaseClass = (need: Need): MachineSize | undefined => smallest(DATABASE_CLASSES, need);

/** The smallest node type for a cache; undefined where none is large enough. */
export const cacheNode = (need: Need): MachineSize | undefined => smallest(CACHE_NODES, need);

/**
 * Ephemeral disk of a Fargate task: the most it can have, and what every task has for its images and files without
 * paying. "Fargate task ephemeral storage", ECS developer guide.
 */
export const TASK_DISK_GIB = { most: 200, own: 20 } as const;

/**
 * The smallest Fargate task for all its containers together; undefined where none is large enough.
 *
 * @param needs one per container
 */
export function fargateSize(needs: readonly Need[]): FargateSize | undefined {
  const total = (of: keyof Need) => needs.reduce((sum, need) => sum + need[of], 0);
  const cpuUnits = Math.ceil(total("cpus") * 1024);
  for (const [units, memories] of FARGATE) {
    const memoryMiB = units >= cpuUnits && memories.find((memory) => memory >= total("memoryMiB"));
    if (memoryMiB) return { cpuUnits: units, memoryMiB };
  }
  return undefined;
}
