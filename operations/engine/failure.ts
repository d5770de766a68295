import { OperationFailed } from "../outcome";
import { shortName } from "./names";
import type { Diagnostic, PackViolation, RunRecord } from "./record";

/** What people do about errors the engine's own words do not help with. */
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
    /already exists|already in use/,
    "Something of that name is there that the state does not know, as a run that was killed leaves behind. Delete it by hand, then run this again.",
  ],
  [
    /connect to (the|any) docker daemon/i,
    "Is the Docker daemon running, and may you use it? `docker info` tells. Without it: npm run preview -- STACK --offline",
  ],
  [
    /no resource plugin|(install|download)ing plugin|install plugin/i,
    "The engine fetches its providers at the first use, and could not. Without it: npm run preview -- STACK --offline",
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
  const hints = HINTS.filter(([pattern]) => told.some((line) => pattern.test(line))).map(([, hint]) => hint);
  return new OperationFailed([`${what} failed:`, ...told.map(indent), ...hints].join("\n"));
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

/** Bridged providers count their errors, and put each under a bullet. */
function unwrapped(diagnostic: Diagnostic): Diagnostic {
  const message = diagnostic.message.replace(/^\d+ errors? occurred:\s*/, "").replace(/^\s*\* /gm, "");
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
