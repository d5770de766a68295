/** A container is kept apart from its host: no privileges, no namespaces, no devices, no directories of it. */
import { SECRET, UNKNOWN, type Resource } from "../../graph/resource";
import * as expect from "../expect";
import { resourceRule, type Expectation, type Finding } from "../rule";
import { CONTAINER, docker } from "../tokens";
import { hostPaths, RUN_REFERENCE, whenStarted } from "./docker-containers";
import { ofEither, STARTS } from "./docker-services";

const {
  is,
  isEmptyOrAbsent,
  matches,
  matchesNot,
  oneOf,
  onlyOf,
  orAbsent,
  property,
  properties,
  withAny,
  withoutAny,
} = expect;

/** What can bind a directory of the host. */
const MOUNTS = [...STARTS, ...docker("volume")];

const SOCKET = /(^|\/)(docker|containerd|podman|crio|dockershim)\.sock$/;

/** The host itself, and the places from which all of it can be read or changed. */
const SENSITIVE =
  /^\/$|^\/(bin|boot|dev|etc|home|lib|lib64|proc|root|sbin|sys|usr|run|var\/run|var\/lib)(\/|$)|^\/var\/?$/;

const paths = (unwanted: RegExp, allowed: string) => (resource: Resource) => {
  const expected: Expectation = orAbsent(matchesNot(unwanted, allowed));
  return hostPaths(resource).flatMap(({ path, value }): Finding[] => {
    const answer = expect.hold(value, expected);
    if (answer === true) return [];
    const outcome = answer === false ? "violation" : "undecidable";
    return [{ outcome, resource, property: path, found: expect.shown(value), allowed }];
  });
};

/** A namespace of its own, and neither the host's nor another container's. */
const ownNamespace = (input: string) =>
  property(input, orAbsent(matchesNot(/^(host$|container:)/, "a namespace of its own")));

export const dockerIsolation = [
  resourceRule({
    name: "dk-not-privileged",
    description: "A container does not run privileged.",
    severity: "critical",
    references: { cis: "5.5" },
    remediation: "Set privileged: false and add the one capability that is needed",
    link: `${RUN_REFERENCE}#privileged`,
    types: CONTAINER,
    check: property("privileged", orAbsent(is(false))),
  }),
  resourceRule({
    name: "dk-no-socket",
    description: "No container runtime's socket is mounted: whoever reaches it owns the host.",
    severity: "critical",
    references: { cis: "5.32" },
    remediation: "Remove the mount; read what is needed through an exporter on the host",
    link: "https://docs.docker.com/engine/security/protect-access/",
    types: MOUNTS,
    check: ofEither(paths(SOCKET, "no socket of a container runtime")),
  }),
  resourceRule({
    name: "dk-no-sensitive-mount",
    description: "No directory of the host's own system is mounted.",
    severity: "high",
    references: { cis: "5.6" },
    remediation: "Use a named volume, or a directory made for this container alone",
    link: "https://docs.docker.com/engine/storage/bind-mounts/",
    types: MOUNTS,
    check: ofEither(paths(SENSITIVE, "no directory of the host's system")),
  }),
  resourceRule({
    name: "dk-no-new-privs",
    description: "Processes cannot gain privileges by set-user-id programs.",
    severity: "high",
    references: { cis: "5.26" },
    remediation: 'Add "no-new-privileges:true" to securityOpts',
    link: `${RUN_REFERENCE}#security-opt`,
    types: CONTAINER,
    check: property("securityOpts", {
      allowed: "a list with no-new-privileges:true",
      absent: false,
      given: false,
      test: (value) =>
        expect.some(
          (Array.isArray(value) ? value : []).map((option) =>
            option === UNKNOWN || option === SECRET
              ? undefined
              : /^no-new-privileges([:=]true)?$/.test(String(option)),
          ),
        ),
    }),
  }),
  resourceRule({
    name: "dk-cap-drop",
    description: "All capabilities are dropped, and none but binding a low port is given back.",
    severity: "high",
    references: { cis: "5.4" },
    remediation: 'Set capabilities: { drops: ["ALL"], adds: [] }',
    link: "https://docs.docker.com/engine/security/#linux-kernel-capabilities",
    types: STARTS,
    check: ofEither(
      properties({
        "capabilities.drops": withAny(/^all$/i, "a list with ALL"),
        "capabilities.adds": orAbsent(onlyOf("NET_BIND_SERVICE", "CAP_NET_BIND_SERVICE")),
      }),
    ),
  }),
  resourceRule({
    name: "dk-seccomp",
    description: "The system call filter is not switched off.",
    severity: "high",
    references: { cis: "5.22" },
    remediation: "Remove seccomp=unconfined from securityOpts",
    link: "https://docs.docker.com/engine/security/seccomp/",
    types: CONTAINER,
    check: property("securityOpts", orAbsent(withoutAny(/^seccomp[:=]unconfined$/, "no seccomp=unconfined"))),
  }),
  resourceRule({
    name: "dk-apparmor",
    description: "The mandatory access control profile is not switched off.",
    severity: "high",
    references: { cis: "5.2 5.3" },
    remediation: "Remove apparmor=unconfined and label=disable from securityOpts",
    link: "https://docs.docker.com/engine/security/apparmor/",
    types: CONTAINER,
    check: property(
      "securityOpts",
      orAbsent(
        withoutAny(
          /^(apparmor[:=]unconfined|label[:=]disable|systempaths=unconfined)$/,
          "no profile switched off",
        ),
      ),
    ),
  }),
  resourceRule({
    name: "dk-own-network",
    description: "A container has a network of its own, neither the host's nor another container's.",
    severity: "high",
    references: { cis: "5.10" },
    remediation: 'Set networkMode: "bridge" and name the networks in networksAdvanced',
    link: `${RUN_REFERENCE}#network`,
    types: CONTAINER,
    check: ownNamespace("networkMode"),
  }),
  resourceRule({
    name: "dk-own-pids",
    description: "A container cannot see the processes of its host or of another container.",
    severity: "high",
    references: { cis: "5.16" },
    remediation: "Remove pidMode",
    link: `${RUN_REFERENCE}#pid`,
    types: CONTAINER,
    check: ownNamespace("pidMode"),
  }),
  resourceRule({
    name: "dk-own-ipc",
    description: "A container shares no memory with its host or with another container.",
    severity: "high",
    references: { cis: "5.17" },
    remediation: 'Set ipcMode: "private"',
    link: `${RUN_REFERENCE}#ipc`,
    types: CONTAINER,
    check: property("ipcMode", oneOf("private", "none")),
  }),
  resourceRule({
    name: "dk-own-users",
    description: "Where the daemon remaps user ids, no container opts out.",
    severity: "high",
    references: { cis: "5.31" },
    remediation: "Remove usernsMode",
    link: "https://docs.docker.com/engine/security/userns-remap/",
    types: CONTAINER,
    check: ownNamespace("usernsMode"),
  }),
  resourceRule({
    name: "dk-own-cgroup",
    description: "A container has a control group namespace of its own, below the daemon's own group.",
    severity: "medium",
    remediation: "Remove cgroupnsMode and cgroupParent",
    link: `${RUN_REFERENCE}#cgroupns`,
    types: CONTAINER,
    check: properties({
      cgroupnsMode: orAbsent(matchesNot(/^host$/, "private")),
      cgroupParent: isEmptyOrAbsent,
    }),
  }),
  resourceRule({
    name: "dk-readonly",
    description: "The root file system is read-only; what has to be written goes to volumes and tmpfs.",
    severity: "medium",
    references: { cis: "5.13" },
    remediation: "Set readOnly: true and name the writable directories in tmpfs",
    link: `${RUN_REFERENCE}#read-only`,
    types: STARTS,
    check: ofEither(whenStarted(property("readOnly", is(true)))),
  }),
  resourceRule({
    name: "dk-nonroot",
    description: "A container's processes do not run as root.",
    severity: "high",
    references: { cis: "4.1" },
    remediation: "Set user to a numeric uid:gid other than 0",
    link: `${RUN_REFERENCE}#user`,
    types: STARTS,
    check: ofEither(property("user", matches(/^(?!(0+|root)(:|$))./, "a user other than root"))),
  }),
  resourceRule({
    name: "dk-devices",
    description: "No device of the host is given to a container.",
    severity: "medium",
    references: { cis: "5.18" },
    remediation: "Remove devices, deviceRequests, deviceCgroupRules and gpus",
    link: `${RUN_REFERENCE}#device`,
    types: CONTAINER,
    check: properties({
      devices: isEmptyOrAbsent,
      deviceRequests: isEmptyOrAbsent,
      deviceCgroupRules: isEmptyOrAbsent,
      gpus: isEmptyOrAbsent,
    }),
  }),
  resourceRule({
    name: "dk-propagation",
    description: "Mounts made inside a container do not show on the host.",
    severity: "medium",
    references: { cis: "5.20" },
    remediation: 'Set bindOptions.propagation to "rprivate" or remove it',
    link: "https://docs.docker.com/engine/storage/bind-mounts/#configure-bind-propagation",
    types: STARTS,
    check: ofEither(
      property(
        "mounts[*].bindOptions.propagation",
        orAbsent(matchesNot(/^r?(shared|slave)$/, "private or rprivate")),
      ),
    ),
  }),
  resourceRule({
    name: "dk-kernel-settings",
    description: "Kernel settings are not changed but for those of the container's own network.",
    severity: "medium",
    remediation: "Remove every sysctl but those of the network (net.*)",
    link: `${RUN_REFERENCE}#sysctl`,
    types: STARTS,
    check: ofEither(
      property("sysctls", orAbsent(withoutAny(/^(?!net\.)/, "only settings that start with net."))),
    ),
  }),
];
