/** A container takes no more than its share, says how it is, and comes back by itself. */
import { SECRET, UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import * as expect from "../expect";
import { resourceRule, type Finding } from "../rule";
import { CONTAINER } from "../tokens";
import { RUN_REFERENCE, isStarted, runsOnce, whenStarted } from "./docker-containers";
import { isService, ofEither, STARTS } from "./docker-services";

const { atLeast, between, judge, matches, oneOf, orAbsent, longerThan, property, properties } = expect;

/** Below this the daemon refuses to start a container. */
const LEAST_MEMORY_MIB = 6;
const BYTES_PER_MIB = 1024 ** 2;
/** Where a service has them. */
const LIMITS = "taskSpec.resources.limits";
const MOST_PROCESSES = 8192;
const MOST_RETRIES = 5;

export const dockerLimits = [
  resourceRule({
    name: "dk-memory",
    description: "A container's memory is limited.",
    severity: "medium",
    references: { cis: "5.11" },
    remediation: "Set memory, in MiB; of a service limits.memoryBytes",
    link: `${RUN_REFERENCE}#memory`,
    types: STARTS,
    check: (resource) =>
      isService(resource)
        ? judge(resource, `${LIMITS}.memoryBytes`, atLeast(LEAST_MEMORY_MIB * BYTES_PER_MIB))
        : judge(resource, "memory", atLeast(LEAST_MEMORY_MIB)),
  }),
  resourceRule({
    name: "dk-swap",
    description: "A container does not swap beyond its memory limit: the limit is the limit.",
    severity: "low",
    remediation: "Set memorySwap to the same as memory",
    link: "https://docs.docker.com/engine/containers/resource_constraints/#--memory-swap-details",
    types: CONTAINER,
    check: judgeSwap,
  }),
  resourceRule({
    name: "dk-cpu",
    description: "A container's share of the processors is limited.",
    severity: "low",
    references: { cis: "5.12" },
    remediation: "Set cpus; of a service limits.nanoCpus",
    link: `${RUN_REFERENCE}#cpus`,
    types: STARTS,
    check: judgeCpu,
  }),
  resourceRule({
    name: "dk-pids",
    description: "The number of a container's processes is limited.",
    severity: "medium",
    references: { cis: "5.29" },
    remediation: "Set an ulimit with the name nproc; the provider has no input for Docker's own limit",
    link: `${RUN_REFERENCE}#ulimit`,
    types: CONTAINER,
    check: whenStarted((resource) => judgeUlimit(resource, "nproc", MOST_PROCESSES)),
  }),
  resourceRule({
    name: "dk-restart",
    description:
      "A container that is meant to run is started again when it fails, and one that is not, is not.",
    severity: "low",
    references: { cis: "5.15" },
    remediation: 'Set restart to "unless-stopped", or to "on-failure" with a maxRetryCount of at most 5',
    link: "https://docs.docker.com/engine/containers/start-containers-automatically/",
    types: CONTAINER,
    check: judgeRestart,
  }),
  resourceRule({
    name: "dk-health",
    description: "A container that is meant to run tells whether it is healthy.",
    severity: "medium",
    references: { cis: "5.27" },
    remediation: 'Set healthcheck.tests to a command, such as ["CMD", "wget", …]',
    link: "https://docs.docker.com/reference/dockerfile/#healthcheck",
    types: STARTS,
    check: ofEither(
      whenRunning((resource) =>
        judge(resource, "healthcheck.tests", {
          ...longerThan(2),
          allowed: "a command",
          test: (value) => (list(value)[0] === "NONE" ? false : longerThan(2).test(value)),
        }),
      ),
    ),
  }),
  resourceRule({
    name: "dk-health-soon",
    description: "That a container is not healthy any more is known within three minutes.",
    severity: "medium",
    remediation: "Set healthcheck.interval, timeout and retries to three minutes or less together",
    link: "https://docs.docker.com/reference/dockerfile/#healthcheck",
    types: STARTS,
    check: ofEither(whenRunning(judgeHealthTime)),
  }),
  resourceRule({
    name: "dk-health-waited-for",
    description:
      "A deployment waits until a container is healthy, so that a broken release is noticed at once.",
    severity: "medium",
    remediation: "Set wait: true and waitTimeout",
    link: "https://www.pulumi.com/registry/packages/docker/api-docs/container/",
    types: CONTAINER,
    check: whenRunning((resource) =>
      resource.inputs.healthcheck === undefined
        ? []
        : properties({ wait: expect.is(true), waitTimeout: atLeast(1) })(resource),
    ),
  }),
  resourceRule({
    name: "dk-log-rotation",
    description: "A container's log cannot fill the disk.",
    severity: "medium",
    references: { cis: "2.13" },
    remediation: 'Set logDriver: "json-file" and logOpts: { "max-size": "10m", "max-file": "3" }',
    link: "https://docs.docker.com/engine/logging/drivers/json-file/",
    types: STARTS,
    check: ofEither(judgeLog),
  }),
  resourceRule({
    name: "dk-log-encrypted",
    description: "A container's log leaves its host encrypted only.",
    severity: "medium",
    remediation: "Send it to this host's own address, or by tcp+tls://",
    link: "https://docs.docker.com/engine/logging/drivers/syslog/",
    types: STARTS,
    check: ofEither(
      property(
        "logOpts.syslog-address",
        orAbsent(
          matches(
            /^(unix(gram)?:|tcp\+tls:|(udp|tcp):\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])/,
            "this host's own address, or one by tcp+tls",
          ),
        ),
      ),
    ),
  }),
  resourceRule({
    name: "dk-tmpfs",
    description: "Writable directories in memory are bounded, and nothing can be run from them.",
    severity: "medium",
    remediation: 'Give each tmpfs the options "rw,noexec,nosuid,nodev,size=…"',
    link: "https://docs.docker.com/engine/storage/tmpfs/",
    types: CONTAINER,
    check: judgeTmpfs,
  }),
  resourceRule({
    name: "dk-stop-time",
    description: "A container that is meant to run has time to finish its work when it is stopped.",
    severity: "low",
    remediation: "Set stopTimeout to 5 seconds or more",
    link: `${RUN_REFERENCE}#stop-timeout`,
    types: CONTAINER,
    check: whenStarted(property("stopTimeout", atLeast(5))),
  }),
  resourceRule({
    name: "dk-open-files",
    description: "The number of a container's open files is limited.",
    severity: "low",
    remediation: "Set an ulimit with the name nofile",
    link: `${RUN_REFERENCE}#ulimit`,
    types: CONTAINER,
    check: whenStarted((resource) => judgeUlimit(resource, "nofile", 1_048_576)),
  }),
];

/** A check of containers that are meant to run, and not to end. */
function whenRunning(check: (resource: Resource) => Finding[]) {
  return whenStarted((resource) => {
    if (runsOnce(resource)) return [];
    return resource.inputs.mustRun === UNKNOWN ? expect.softened(check(resource)) : check(resource);
  });
}

function judgeSwap(resource: Resource): Finding[] {
  const { memory, memorySwap } = resource.inputs;
  if (memory === UNKNOWN || memorySwap === UNKNOWN) {
    return judge(resource, memory === UNKNOWN ? "memory" : "memorySwap", atLeast(0));
  }
  // Without a memory limit there is nothing to hold it against; that is another rule's business.
  if (memory === undefined) return [];
  return judge(resource, "memorySwap", {
    allowed: "the same as memory",
    absent: false,
    given: false,
    test: (value) => value === memory,
  });
}

function judgeCpu(resource: Resource): Finding[] {
  if (isService(resource)) return judge(resource, `${LIMITS}.nanoCpus`, atLeast(1));
  const ways: readonly (Json | undefined)[] = ["cpus", "cpuQuota", "cpuShares"].map(
    (key) => resource.inputs[key],
  );
  if (ways.some((value) => value !== undefined && value !== UNKNOWN && Number(value) > 0)) return [];
  if (ways.includes(UNKNOWN))
    return judge(resource, "cpus", { ...atLeast(0), test: () => undefined, absent: false });
  return [{ outcome: "violation", resource, property: "cpus", found: "not set", allowed: "more than 0" }];
}

function judgeUlimit(resource: Resource, name: string, most: number): Finding[] {
  const { ulimits } = resource.inputs;
  if (ulimits === UNKNOWN) return judge(resource, "ulimits", atLeast(1));
  const limits = list(ulimits);
  const index = limits.findIndex((limit) => object(limit).name === name);
  if (index >= 0)
    return judge(resource, `ulimits[*].hard`, between(1, most)).filter(
      ({ property }) => property === `ulimits[${index}].hard`,
    );
  const uncertain = limits.some((limit) => limit === UNKNOWN || object(limit).name === UNKNOWN);
  const what = `ulimits have no ${name}`;
  return [{ outcome: uncertain ? "undecidable" : "violation", resource, property: "ulimits", what }];
}

function judgeRestart(resource: Resource): Finding[] {
  const { start, mustRun } = resource.inputs;
  if (start === UNKNOWN || mustRun === UNKNOWN)
    return expect.unless(undefined, resource, "it is meant to run", "mustRun");
  if (!isStarted(resource) || runsOnce(resource)) {
    return judge(resource, "restart", expect.orAbsent(matches(/^(no|on-failure)$/, "no or on-failure")));
  }
  const findings = judge(resource, "restart", oneOf("unless-stopped", "always", "on-failure"));
  if (resource.inputs.restart !== "on-failure") return findings;
  return judge(resource, "maxRetryCount", between(1, MOST_RETRIES));
}

/** Drivers that write to this host's disk; others hand the lines on. */
const ON_DISK = ["json-file", "local"];

function judgeLog(resource: Resource): Finding[] {
  const { logDriver } = resource.inputs;
  const findings = judge(resource, "logDriver", {
    ...expect.notOneOf("none"),
    allowed: "a driver other than none",
  });
  if (findings.length > 0) return findings;
  const size = matches(/^\d{1,3}[km]$/i, "a size such as 10m");
  const files = matches(/^[1-9]\d?$/, "1 to 99");
  // Where lines are handed on, the daemon keeps some on its disk for those who ask it.
  return properties(
    ON_DISK.includes(String(logDriver))
      ? { "logOpts.max-size": size, "logOpts.max-file": files }
      : { "logOpts.cache-max-size": orAbsent(size), "logOpts.cache-max-file": orAbsent(files) },
  )(resource);
}

const MOST_SECONDS = 180;
const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/** Of a duration such as `1m30s`. Docker takes 0 for its own default of thirty. */
function secondsOf(duration: Json | undefined): number {
  const parts = [...String(duration ?? "0s").matchAll(/(\d+)(h|ms|m|s)/g)];
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ""] ?? 0), 0);
  return seconds || 30;
}

function judgeHealthTime(resource: Resource): Finding[] {
  const { interval, timeout, retries } = object(resource.inputs.healthcheck);
  if (resource.inputs.healthcheck === undefined) return [];
  if ([resource.inputs.healthcheck, interval, timeout, retries].includes(UNKNOWN))
    return expect.unless(undefined, resource, "it is known soon", "healthcheck");
  const seconds = (secondsOf(interval) + secondsOf(timeout)) * (Number(retries) || 3);
  if (seconds <= MOST_SECONDS) return [];
  const what = `it may take more than ${MOST_SECONDS} seconds until it is known that it is not healthy`;
  return expect.unless(false, resource, what, "healthcheck");
}

const TMPFS_OPTIONS = ["noexec", "nosuid", "nodev"];

function judgeTmpfs(resource: Resource): Finding[] {
  const { tmpfs } = resource.inputs;
  if (tmpfs === UNKNOWN || tmpfs === SECRET) return judge(resource, "tmpfs", atLeast(0));
  return Object.entries(object(tmpfs)).flatMap(([directory, options]): Finding[] => {
    const property = `tmpfs[${JSON.stringify(directory)}]`;
    const allowed = "options with noexec, nosuid, nodev and size";
    if (options === UNKNOWN || options === SECRET) {
      return [{ outcome: "undecidable", resource, property, found: expect.shown(options), allowed }];
    }
    const given = String(options).split(",");
    const complete =
      TMPFS_OPTIONS.every((option) => given.includes(option)) && given.some((one) => /^size=[1-9]/.test(one));
    return complete
      ? []
      : [{ outcome: "violation", resource, property, found: expect.shown(options), allowed }];
  });
}
