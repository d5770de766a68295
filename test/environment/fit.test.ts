import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changed, linesOf, rename, saysOf, set, type Change, type Json } from "./support/configuration";
import { resolve } from "../../environment/resolve";

const memory = fc.integer({ min: 16, max: 1024 });
const storage = fc.integer({ min: 1, max: 50 });
const copies = fc.integer({ min: 1, max: 20 });
const release = fc.record({
  memoryMiB: memory,
  replicas: copies,
  candidate: fc.option(copies, { nil: undefined }),
});

/** Sizes of everything that runs on a host. */
const sizes = fc.record({
  api: release,
  worker: fc.record({ memoryMiB: memory, replicas: copies }),
  web: release,
  database: fc.record({ memoryMiB: memory, storageGiB: storage }),
  cache: fc.record({ memoryMiB: memory }),
  edge: fc.record({ memoryMiB: memory }),
  // Room for the metrics of as many copies as there may be: they are judged apart.
  prometheus: fc.record({ memoryMiB: memory, storageGiB: fc.integer({ min: 100, max: 150 }) }),
  alertmanager: fc.record({ memoryMiB: memory, storageGiB: storage }),
  grafana: fc.record({ memoryMiB: memory }),
  jaeger: fc.record({ memoryMiB: memory }),
  loki: fc.record({ memoryMiB: memory, storageGiB: storage }),
  shipper: fc.record({ memoryMiB: memory }),
  exporter: fc.record({ memoryMiB: memory }),
  backups: fc.record({ memoryMiB: memory, drillGiB: storage, bucketGiB: storage }),
});
type Sizes = typeof sizes extends fc.Arbitrary<infer T> ? T : never;

const candidateOf = (replicas: number | undefined): Json =>
  replicas === undefined ? {} : { candidate: { image: "mainstay/app:0.2.0", weightPercent: 10, replicas } };

/** The stack `local` with these sizes, and a pool so small that only the host can be too small. */
function sized(s: Sizes, host: { memoryMiB: number; diskGiB: number }): Change[] {
  const service = ({ memoryMiB, replicas, candidate }: Sizes["api"]): Json => ({
    memoryMiB,
    replicas,
    cpus: 1,
    ...(candidateOf(candidate) as object),
  });
  return [
    set("scale.host", { ...host, cpus: 2 }),
    set("scale.services", { api: service(s.api), worker: { ...s.worker, cpus: 1 }, web: service(s.web) }),
    set("scale.database", { ...s.database, cpus: 2 }),
    set("scale.cache", { ...s.cache, cpus: 2 }),
    set("scale.edge.memoryMiB", s.edge.memoryMiB),
    set("scale.backups.memoryMiB", s.backups.memoryMiB),
    set("scale.backups.drillGiB", s.backups.drillGiB),
    set("scale.backups.bucket", { kind: "volume", storageGiB: s.backups.bucketGiB }),
    ...(["prometheus", "alertmanager", "grafana", "jaeger", "loki", "shipper", "exporter"] as const).map(
      (part) => set(`scale.monitoring.${part}`, { ...s[part], cpus: 0.5 }),
    ),
    set("scale.variables.DATABASE_POOL_MIN", 0),
    set("scale.variables.DATABASE_POOL_MAX", 1),
    set("shape.database.maxConnections", 1000),
  ];
}

/** The sums, worked out part by part. */
function sums(s: Sizes) {
  const instances = ({ replicas, candidate }: { replicas: number; candidate?: number | undefined }) =>
    replicas + (candidate ?? 0);
  const services =
    s.api.memoryMiB * instances(s.api) +
    s.worker.memoryMiB * s.worker.replicas +
    s.web.memoryMiB * instances(s.web);
  const data = s.database.memoryMiB + s.cache.memoryMiB + s.edge.memoryMiB + s.backups.memoryMiB;
  const tools = [s.prometheus, s.alertmanager, s.grafana, s.jaeger, s.loki, s.shipper];
  const watching = tools.reduce((sum, tool) => sum + tool.memoryMiB, 0);
  return {
    memoryMiB: services + data + watching + 4 * s.exporter.memoryMiB,
    diskGiB:
      s.database.storageGiB +
      s.prometheus.storageGiB +
      s.alertmanager.storageGiB +
      s.loki.storageGiB +
      s.backups.drillGiB +
      s.backups.bucketGiB,
  };
}

const keysOf = (changes: Change[]) => resolve(changed(...changes)).problems.map(({ key }) => key);

describe("everything declared fits its host", () => {
  test("exactly the sum of memory and of storage fits; one less of either does not", () => {
    fc.assert(
      fc.property(sizes, (s) => {
        const { memoryMiB, diskGiB } = sums(s);
        fc.pre(memoryMiB > 1024 && diskGiB > 10);
        expect(keysOf(sized(s, { memoryMiB, diskGiB }))).toEqual([]);
        expect(keysOf(sized(s, { memoryMiB: memoryMiB - 1, diskGiB }))).toEqual([
          "mainstay:scale.host.memoryMiB",
        ]);
        expect(keysOf(sized(s, { memoryMiB, diskGiB: diskGiB - 1 }))).toEqual([
          "mainstay:scale.host.diskGiB",
        ]);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test("CPU is shared in time: each limit has to fit, not their sum", () => {
    expect(
      saysOf(set("scale.database.cpus", 2), set("scale.edge.cpus", 2), set("scale.services.api.cpus", 2)),
    ).toEqual([]);
    expect(saysOf(set("scale.monitoring.exporter.cpus", 2.01), set("scale.backups.cpus", 3))).toEqual([
      "Pulumi.local.yaml: mainstay:scale.monitoring.exporter.cpus: found 2.01; allowed: at most the host's 2",
      "Pulumi.local.yaml: mainstay:scale.backups.cpus: found 3; allowed: at most the host's 2",
    ]);
  });

  test("a port of the scale's own takes the place of the shape's; the others stay", () => {
    const ports = (...changes: Change[]) => resolve(changed(...changes)).environment?.operatorPorts;
    expect(ports(set("scale.operatorPorts", { database: 15432 }))).toEqual({ ...ports(), database: 15432 });
    expect(ports()?.database).toBe(5432);
  });

  test("the stack local fits the smallest host there may be", () => {
    const smallest = { memoryMiB: 4096, cpus: 2, diskGiB: 50 };
    expect(resolve(changed()).environment).toMatchObject({
      host: { address: "unix:///var/run/docker.sock", ...smallest },
    });
  });
});

describe("the database's connections", () => {
  test("exactly all that are not reserved may be pooled; one more may not", () => {
    const pools = (max: number, replicas: number, reserved: number) => [
      set("scale.variables.DATABASE_POOL_MAX", max),
      set("scale.services.api.replicas", replicas),
      set("scale.services.api.candidate", { image: "mainstay/app:0.2.0", weightPercent: 10, replicas: 2 }),
      set("scale.host", { memoryMiB: 65_536, cpus: 2, diskGiB: 200 }),
      set("scale.monitoring.prometheus.storageGiB", 100),
      set("shape.database.maxConnections", max * (replicas + 3) + reserved),
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 1, max: 15 }),
        fc.integer({ min: 12, max: 49 }),
        (max, replicas, reserved) => {
          const changes = pools(max, replicas, reserved);
          expect(keysOf([...changes, set("shape.database.reservedConnections", reserved)])).toEqual([]);
          expect(keysOf([...changes, set("shape.database.reservedConnections", reserved + 1)])).toEqual([
            "mainstay:scale.variables.DATABASE_POOL_MAX",
          ]);
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });
});

describe("the host names of containers", () => {
  const of = (stack: string, ...changes: Change[]) =>
    linesOf(resolve({ ...changed(...changes), stack }).problems).filter((line) =>
      line.includes("a container"),
    );
  const candidate = (replicas: number) => ({ image: "mainstay/app:0.2.0", weightPercent: 10, replicas });
  const called = (name: string) => [
    rename("shape.services.web", name),
    rename("scale.services.web", name),
    set("scale.host", { memoryMiB: 65_536, cpus: 2, diskGiB: 200 }),
  ];

  test("may have 64 characters and no more, the copies' numbers among them", () => {
    const name = "of-twenty-characters";
    const copies = (replicas: number) => [...called(name), set(`scale.services.${name}.replicas`, replicas)];
    // mainstay- is 9 characters, -of-twenty-characters-9 is 23.
    const stack = "s".repeat(32);
    expect(of(stack, ...copies(9))).toEqual([]);
    expect(of(`${stack}s`, ...copies(9))).toEqual([
      `Pulumi.yaml: mainstay:shape.services.${name}: found a name of which a container is called mainstay-${stack}s-${name}-9, 65 characters; allowed: one that leaves it at most 64, as Linux wants of a host: a shorter one, or a shorter name of the stack`,
    ]);
    expect(of(stack, ...copies(10))).toEqual([
      `Pulumi.yaml: mainstay:shape.services.${name}: found a name of which a container is called mainstay-${stack}-${name}-10, 65 characters; allowed: one that leaves it at most 64, as Linux wants of a host: a shorter one, or a shorter name of the stack`,
    ]);
  });

  test("are a candidate's, too", () => {
    const name = "of-twenty-characters";
    const stack = "s".repeat(22);
    const changes = [...called(name), set(`scale.services.${name}.candidate`, candidate(1))];
    expect(of(stack, ...changes)).toEqual([]);
    expect(of(`${stack}s`, ...changes)).toEqual([
      `Pulumi.yaml: mainstay:shape.services.${name}: found a name of which a container is called mainstay-${stack}s-${name}-candidate-1, 65 characters; allowed: one that leaves it at most 64, as Linux wants of a host: a shorter one, or a shorter name of the stack`,
    ]);
  });

  test("leave less room for the stack's where the environment's own are longer", () => {
    const stack = "s".repeat(37);
    expect(of(stack)).toEqual([]);
    expect(of(`${stack}s`)).toEqual([
      `Pulumi.${stack}s.yaml: the stack's name: found a name of which a container is called mainstay-${stack}s-database-exporter, 65 characters; allowed: one that leaves it at most 64, as Linux wants of a host: a shorter one`,
    ]);
  });
});
