import { OperationFailed } from "../outcome";
import { shortName } from "./names";
import type { Diagnostic, PackViolation, RunRecord } from "./record";

/** There is no engine, or it cannot reach what it would change. */
export class OutOfReach extends OperationFailed {
  /** @param why in a few words, as the beginning of a sentence: `the engine cannot look (no Docker daemon answers)` */
  constructor(
    message: string,
    readonly why: string,
  ) {
    super(message);
  }
}

/** What keeps the engine from reaching it: the engine's words, the reason in short, and what to do about it. */
const OBSTACLES: readonly (readonly [RegExp, string, string])[] = [
  [
    /connect to (the|any) docker daemon/i,
    "no Docker daemon answers",
    "Is the Docker daemon running, and may you use it? `docker info` tells.",
  ],
  [
    /no resource plugin|download and install .*plugin|(install|download)ing (plugin|provider)|plugin install/i,
    "one of its providers cannot be fetched",
    "The engine fetches each provider at its first use, and could not: may this machine reach the internet?",
  ],
  [
    /no valid credential sources|failed to refresh cached credentials|invalid security token|ExpiredToken/i,
    "there are no valid credentials for AWS",
    "Log in to the AWS account of the stack: `aws sts get-caller-identity` tells who you are.",
  ],
];

/** What to do about errors whose own words do not say it. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /incorrect passphrase/,
    "The stack was encrypted with another passphrase: give it as PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
  ],
  [
    /currently locked by|Another update is currently in progress/,
    "If that operation is gone and cannot go on, release its lock: npm run mainstay -- unlock STACK",
  ],
  [
    /pull access denied|manifest unknown|unable to (find or )?pull image|CannotPullContainer/i,
    "An image cannot be had. The environment's own are made before the first up: npm run images -- STACK. On a Docker host a private registry has to be among host.registries of mainstay:scale, and you logged in to it: docker login REGISTRY",
  ],
  [
    /port is already allocated|address already in use/,
    "A port of the host is taken, by another environment or another program. Give this stack one that is free: under mainstay:scale, edge.httpPort and edge.httpsPort are its users', operatorPorts its operators'.",
  ],
  [
    /cannot be deleted\s+because it is protected/,
    "What is protected is declared no longer. It stays with its data, and nothing else is changed, until it is declared again or let go of on purpose. To delete it with its data: source docs/runbooks/shell.sh STACK, then pulumi state unprotect 'URN' --stack STACK, with the URN as it stands above, and run this again.",
  ],
  [
    /already exists|name \S+ is already in use/,
    "Something of that name is there that the state does not know, as a run that was killed leaves behind. Delete it by hand, then run this again.",
  ],
];

/** The engine's own words on why something failed, with what is known to help. */
export function failure(what: string, { diagnostics, violations }: Told, output: string): OperationFailed {
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(unwrapped);
  const told = [
    ...new Set([
      ...violations.filter(isMandatory).map(describeViolation),
      ...errors.filter(isNews).map(describe),
    ]),
  ];
  if (told.length === 0) told.push(...lines(output));
  const says = ([pattern]: readonly [RegExp, ...string[]]) => told.some((line) => pattern.test(line));
  const hints = HINTS.filter(says).map(([, hint]) => hint);
  const obstacles = OBSTACLES.filter(says);
  const message = [`${what} failed:`, ...told.map(indent), ...hints, ...obstacles.map(([, , hint]) => hint)];
  if (obstacles.length === 0) return new OperationFailed(message.join("\n"));
  const why = obstacles.map(([, obstacle]) => obstacle).join(", ");
  return new OutOfReach(message.join("\n"), `the engine cannot look (${why})`);
}

type Told = Pick<RunRecord, "diagnostics" | "violations">;

export const NOTHING_TOLD: Told = { diagnostics: [], violations: [] };

/** A warning or an error with the resource it is about. */
export function describe({ urn, message }: Diagnostic): string {
  return urn === undefined ? message : `${shortName(urn)}: ${message}`;
}

const isMandatory = ({ enforcement }: PackViolation) => enforcement === "mandatory";

export function describeViolation({ policy, enforcement, urn, message }: PackViolation): string {
  return `${enforcement} policy ${policy}: ${urn === undefined ? "" : `${shortName(urn)}: `}${message}`;
}

/** How the SDK wraps an error of the program that inputs await: once per input, with a trace at the end. */
const WAITED_FOR = /^Error: (?:error serializing property "[^"]*": )+/;

/** Bridged providers count their errors, and put each under a bullet. */
function unwrapped(diagnostic: Diagnostic): Diagnostic {
  const told = diagnostic.message.replace(/^\d+ errors? occurred:\s*/, "").replace(/^\s*\* /gm, "");
  const message = WAITED_FOR.test(told) ? told.replace(WAITED_FOR, "").replace(/\n\s+at .*/g, "") : told;
  return { ...diagnostic, message: message.trim() };
}

/** The rest is a provider's log of the same error, and that there was one. */
const isNews = ({ message }: Diagnostic) =>
  !/^sdk-v2\/\S+ sdk\.helper_schema: /.test(message) &&
  !/^(update|preview|destroy|refresh) failed$/.test(message);

/** What the CLI printed, without what it prefixes. */
function lines(output: string): string[] {
  return output
    .split("\n")
    .map((line) => line.trimEnd().replace(/^error: /, ""))
    .filter((line) => line !== "");
}

const indent = (text: string) => text.replace(/^/gm, "  ");
