import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ProbeOptions } from "./commands/probe";
import { writeReport, writing } from "./files";
import { EXIT, UserError, type ExitCode } from "./outcome";
import type { Check, NoLook, ProbeReport } from "./probe/check";
import { remember } from "./probe/history";
import { look } from "./probe/look";
import { markdownNoLook, markdownProbe, renderProbe } from "./probe/render";
import { targetOf, type Target } from "./probe/target";
import { openProject, readStack } from "./project";
import { plural } from "./text";
import { note, paintFor, print, printJson } from "./terminal";

/** Looks at an environment from outside. It needs nothing but the address: no engine, no cloud, no login. */
export async function probe(stack: string, options: ProbeOptions): Promise<ExitCode> {
  const report = await lookAt(stack, options).catch((error: unknown) => {
    if (options.report !== undefined) keepReason(stack, error, options.report);
    throw error;
  });
  if (options.json) printJson(report);
  else for (const line of renderProbe(report, paintFor(process.stdout))) print(line);
  keep(report, options);
  return report.healthy ? EXIT.done : EXIT.failing;
}

async function lookAt(stack: string, options: ProbeOptions): Promise<ProbeReport> {
  const { environment } = readStack(openProject(options.project), stack);
  const target = targetOf(environment);
  const repeat = repetitions(options.repeat, target);
  const ca = options.ca === undefined ? undefined : authority(options.ca);
  const given = givenToken(process.env["MAINSTAY_PROBE_TOKEN"]);
  const ended = given === undefined ? undefined : endOf(given);
  const token = ended === undefined ? given : undefined;

  const report = await look(target, { repeat, ...(ca && { ca }), ...(token && { token }) });
  return ended === undefined ? report : { ...report, checks: [...report.checks, withoutToken(ended)] };
}

/** Who reads the report hears of a look that was not taken, too. */
function keepReason(stack: string, error: unknown, file: string): void {
  const noLook: NoLook = { stack, at: new Date().toISOString(), notLooked: (error as Error).message };
  try {
    writeReport(file, noLook, () => markdownNoLook(noLook));
  } catch (failed) {
    // Why nobody could look is the command's answer.
    note((failed as Error).message);
  }
}

function keep(report: ProbeReport, { report: file, history }: ProbeOptions): void {
  const { looks, unreadable } =
    history === undefined ? { looks: [], unreadable: 0 } : writing(history, () => remember(history, report));
  if (unreadable > 0) note(`${history}: ${plural(unreadable, "line")} cannot be read and is left out`);
  if (file !== undefined) writeReport(file, report, () => markdownProbe(report, looks));
}

/** The edge answers a client only so often; whoever asks more often would measure that limit. */
function repetitions(text: string, { reads, health, requestsPerMinute }: Target): number {
  const others = 2 * health.length;
  const most = Math.floor((requestsPerMinute - others) / Math.max(1, reads.length));
  const repeat = Number(text);
  if (Number.isInteger(repeat) && repeat >= 1 && repeat <= most) return repeat;
  throw new UserError(
    `--repeat ${text}: a whole number from 1 to ${most} is wanted; the edge answers a client ${requestsPerMinute} times a minute`,
  );
}

function authority(file: string): string {
  try {
    const pem = readFileSync(file, "utf8");
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const found =
      code?.startsWith("E") && !code.startsWith("ERR_") ? `cannot be read (${code})` : "is no certificate";
    throw new UserError(`--ca ${file}: ${found}; a file with PEM certificates is wanted`);
  }
}

function givenToken(token: string | undefined): string | undefined {
  if (token === undefined || token === "") return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UserError("MAINSTAY_PROBE_TOKEN: no token has blanks or line breaks");
}

/** The environment is not to blame for a token that is over, and is looked at all the same. */
const withoutToken = (ended: Date): Check => ({
  name: "token",
  verdict: "warning",
  message: `MAINSTAY_PROBE_TOKEN was good until ${ended.toISOString()}: read as a stranger does; a new one is wanted, or none`,
});

/** When a token ended; undefined of one that is good, or that does not say. */
function endOf(token: string): Date | undefined {
  const end = expiry(token);
  return end === undefined || end > Date.now() ? undefined : new Date(end);
}

/** When a JSON web token ends, in milliseconds; undefined of any other token. */
function expiry(token: string): number | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
      exp?: unknown;
    };
    return typeof claims.exp === "number" ? claims.exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
