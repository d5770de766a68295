import { httpHealth } from "../docker/container-parts";
import type { ScrapeTarget } from "../kind";
import type { ContainerFactory } from "./container-factory";

export const HOST_EXPORTER = "host-exporter";
const PORT = 9100;

export const hostTarget: ScrapeTarget = { job: "host", hosts: [HOST_EXPORTER], port: PORT, path: "/metrics" };

/** What a container can see of its host without being given anything of it. */
const COLLECTORS = [
  ...["cpu", "diskstats", "filefd", "filesystem", "loadavg", "meminfo"],
  ...["pressure", "stat", "time", "timex", "uname", "vmstat"],
];
/** Where the commands leave what they found out and did: a file of metrics each. */
export const RECORDS = "/records";
/** File systems that have no disk of their own. */
const NO_DISKS = "^(proc|sysfs|tmpfs|devpts|devtmpfs|mqueue|cgroup2?)$";

/**
 * node_exporter in a container, for the figures of the host. It is given no directory of it: the kernel's own
 * figures in /proc are the whole host's in every container, and the root file system lies on the disk Docker keeps
 * images, volumes and logs on, so its size and room are that disk's.
 */
export function hostExporter(factory: ContainerFactory): void {
  const { telemetry } = factory.network.tiers;
  factory.container(HOST_EXPORTER, {
    image: "node-exporter",
    user: "10063:10063",
    command: [
      "--collector.disable-defaults",
      ...COLLECTORS.map((collector) => `--collector.${collector}`),
      "--collector.filesystem.mount-points-exclude=^/.+",
      `--collector.filesystem.fs-types-exclude=${NO_DISKS}`,
      "--collector.textfile",
      `--collector.textfile.directory=${RECORDS}`,
    ],
    // Docker copies files into a running container only where it may write, too.
    data: [{ volume: factory.volume("host-records"), target: RECORDS }],
    ...factory.context.environment.monitoring.exporter,
    networks: [telemetry],
    health: httpHealth(PORT, "/"),
    processes: 256,
  });
}
