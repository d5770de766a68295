import type { Json } from "../../../graph/resource";
import type { Case } from "../support/cases";

/** A mount of a directory of the host. */
export const mountHost = (source: string) => ({ type: "bind", source, target: "/x", readOnly: true });

/** A service of a swarm, changed in one place of what starts its containers. */
const spec = (
  rule: string,
  path: string,
  bad: Json,
  says: string,
  { absent = "violation", also = [] }: Pick<Case, "absent" | "also"> = {},
): Case => ({
  rule,
  at: "service",
  path: `taskSpec.${path}`,
  bad,
  says: `taskSpec.${says}`,
  absent,
  also,
});

export const SERVICES: readonly Case[] = [
  spec(
    "dk-image-declared",
    "containerSpec.image",
    "postgres:17",
    'containerSpec.image is "postgres:17"; allowed: the id of a declared image, or a name with a digest.',
  ),
  spec(
    "dk-nonroot",
    "containerSpec.user",
    "0:0",
    'containerSpec.user is "0:0"; allowed: a user other than root.',
  ),
  spec("dk-readonly", "containerSpec.readOnly", false, "containerSpec.readOnly is false; allowed: true."),
  spec(
    "dk-cap-drop",
    "containerSpec.capDrops",
    ["NET_RAW"],
    "containerSpec.capDrops is a list of 1; allowed: a list with ALL.",
  ),
  spec(
    "dk-cap-drop",
    "containerSpec.capAdds",
    ["SYS_ADMIN"],
    "containerSpec.capAdds is a list of 1; allowed: only NET_BIND_SERVICE, CAP_NET_BIND_SERVICE, or not set.",
    { absent: "pass" },
  ),
  spec(
    "dk-no-secret-env",
    "containerSpec.env.PASSWORD",
    "in-plain-sight",
    "containerSpec.env.PASSWORD is a secret in PASSWORD; allowed: no secret.",
    { absent: "pass" },
  ),
  spec(
    "dk-no-secret-command",
    "containerSpec.args",
    ["--password=in-plain-sight"],
    "containerSpec.args is a secret in password; allowed: no secret.",
    { absent: "pass" },
  ),
  spec(
    "dk-health",
    "containerSpec.healthcheck",
    { tests: ["NONE"] },
    "containerSpec.healthcheck.tests is a list of 1; allowed: a command.",
  ),
  spec(
    "dk-no-socket",
    "containerSpec.mounts",
    [mountHost("/var/run/docker.sock")],
    'containerSpec.mounts[0].source is "/var/run/docker.sock"; allowed: no socket of a container runtime.',
    { absent: "pass", also: ["dk-no-sensitive-mount"] },
  ),
  spec(
    "dk-no-sensitive-mount",
    "containerSpec.mounts",
    [mountHost("/etc")],
    `containerSpec.mounts[0].source is "/etc"; allowed: no directory of the host's system.`,
    { absent: "pass" },
  ),
  spec(
    "dk-propagation",
    "containerSpec.mounts[0].bindOptions.propagation",
    "shared",
    'containerSpec.mounts[0].bindOptions.propagation is "shared"; allowed: private or rprivate, or not set.',
    { absent: "pass" },
  ),
  spec(
    "dk-volume-named",
    "containerSpec.mounts[0].source",
    "",
    `containerSpec.mounts[0].source is ""; allowed: a volume's name.`,
  ),
  spec(
    "dk-kernel-settings",
    "containerSpec.sysctl",
    { "kernel.msgmax": "1" },
    "containerSpec.sysctl is an object; allowed: only settings that start with net., or not set.",
    { absent: "pass" },
  ),
  spec(
    "dk-host-entries",
    "containerSpec.hosts",
    [{ host: "db", ip: "10.0.0.1" }],
    "containerSpec.hosts is a list of 1; allowed: nothing.",
    { absent: "pass" },
  ),
  spec(
    "dk-memory",
    "resources.limits.memoryBytes",
    1024,
    "resources.limits.memoryBytes is 1024; allowed: 6291456 or more.",
  ),
  spec("dk-cpu", "resources.limits.nanoCpus", 0, "resources.limits.nanoCpus is 0; allowed: 1 or more."),
  spec(
    "dk-log-rotation",
    "logDriver.options.max-size",
    "10g",
    'logDriver.options.max-size is "10g"; allowed: a size such as 10m.',
  ),
  spec(
    "dk-user-network",
    "networksAdvanceds",
    [],
    "networksAdvanceds is an empty list; allowed: 1 or more entries.",
  ),
  {
    rule: "dk-health-soon",
    at: "service",
    path: "taskSpec.containerSpec.healthcheck",
    bad: { tests: ["CMD", "x"], interval: "5m" },
    also: [],
    absent: "pass",
    says: "It may take more than 180 seconds until it is known that it is not healthy.",
  },
  {
    rule: "dk-log-encrypted",
    at: "service",
    path: "taskSpec.logDriver",
    bad: { name: "syslog", options: { "syslog-address": "udp://logs.example.com:514" } },
    absent: "pass",
    says: `taskSpec.logDriver.options.syslog-address is "udp://logs.example.com:514"; allowed: this host's own address, or one by tcp+tls, or not set.`,
  },
  {
    rule: "dk-bind-ip",
    at: "service",
    path: "endpointSpec.ports",
    bad: [{ targetPort: 8080, publishedPort: 8080 }],
    absent: "pass",
    says: "endpointSpec.ports is a list of 1; allowed: nothing.",
  },
  {
    rule: "dk-no-plain-upload",
    at: "config",
    path: "data",
    bad: Buffer.from("-----BEGIN PRIVATE KEY-----").toString("base64"),
    says: "data is plain text; allowed: a secret, or a file without keys and passwords, or not set.",
    absent: "pass",
  },
];
