import { Agent } from "node:https";
import { OperationFailed } from "../outcome";
import type { Check, ProbeReport, ReadFigures, Verdict } from "./check";
import { describeCertificate, describeFailure, ownFailure } from "./failure";
import { readAll } from "./read";
import { get, type Answer, type RequestOptions } from "./request";
import type { Target } from "./target";
import { askForOldProtocol, shakeHands } from "./tls";

export interface LookOptions {
  /** PEM of the authority to trust, in the place of the public ones. */
  readonly ca?: string;
  readonly token?: string;
  /** How often each address is read. */
  readonly repeat: number;
}

/**
 * Looks at an environment the way its users meet it: one thing after the other, over one connection.
 *
 * @throws OperationFailed if this machine itself cannot look
 */
export async function look(target: Target, options: LookOptions): Promise<ProbeReport> {
  const at = new Date().toISOString();
  const { bounds, stack, url } = target;
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ...(options.ca && { ca: options.ca }) });
  const asking: RequestOptions = { agent, timeoutMs: bounds.timeoutMs };
  try {
    const secure = await tls(target, options.ca);
    const redirect = await redirects(target);
    const rest = secure.usable ? await behindTls(target, asking, options) : skipped(target);
    const checks = [...secure.checks, redirect, ...rest.checks];
    return {
      stack,
      url,
      at,
      healthy: checks.every(({ verdict }) => verdict !== "failing"),
      checks,
      figures: rest.figures,
      ...(secure.daysLeft !== undefined && { certificateDaysLeft: secure.daysLeft }),
    };
  } finally {
    agent.destroy();
  }
}

const check = (name: string, verdict: Verdict, message: string): Check => ({ name, verdict, message });

/** What went wrong with a look, unless it is this machine's own failing. */
function failure(error: unknown): string {
  const own = ownFailure(error);
  if (own !== undefined) throw new OperationFailed(`nothing is known of the environment: ${own}`);
  return describeFailure(error);
}

interface Secure {
  readonly checks: readonly Check[];
  readonly usable: boolean;
  readonly daysLeft?: number;
}

async function tls({ url, bounds }: Target, ca?: string): Promise<Secure> {
  const { timeoutMs, certificateDaysLeft } = bounds;
  try {
    const { protocol, issuer, endsAt, daysLeft, rejected } = await shakeHands(url, { ca, timeoutMs });
    const ends = `certificate by ${issuer}, ${daysLeft < 0 ? "ended" : "ends"} ${endsAt.toISOString().slice(0, 10)}`;
    const seen = `${protocol}, ${ends} (${daysLeft} days)`;
    const old = await oldVersions(url, timeoutMs);
    if (rejected !== undefined) {
      const message = `${describeCertificate(rejected)}: ${seen}`;
      return { checks: [check("tls", "failing", message), old], usable: false, daysLeft };
    }
    const { critical, warning } = certificateDaysLeft;
    const verdict = daysLeft < critical ? "failing" : daysLeft < warning ? "warning" : "ok";
    const wanted =
      verdict === "ok" ? "" : `; at least ${verdict === "failing" ? critical : warning} days are wanted`;
    return { checks: [check("tls", verdict, `${seen}${wanted}`), old], usable: true, daysLeft };
  } catch (error) {
    return { checks: [check("tls", "failing", failure(error))], usable: false };
  }
}

async function oldVersions(url: string, timeoutMs: number): Promise<Check> {
  const old = await askForOldProtocol(url, timeoutMs);
  if (old === "refused") return check("old tls", "ok", "versions before 1.2 are refused");
  if (old === "cannot be asked")
    return check("old tls", "skipped", "this machine speaks no version before 1.2 itself");
  return check("old tls", "failing", `${old.spoken} is still spoken; 1.2 has to be the oldest`);
}

async function redirects({ plainUrl, url, bounds }: Target): Promise<Check> {
  try {
    const { status, headers } = await get(`${plainUrl}/`, { timeoutMs: bounds.timeoutMs });
    const to = headers.location === undefined ? "nowhere" : headers.location;
    const leads = URL.canParse(to) && new URL(to).href === new URL(`${url}/`).href;
    if ((status === 301 || status === 308) && leads) return check("redirect", "ok", `${status} to ${to}`);
    return check(
      "redirect",
      "failing",
      `${plainUrl}/ answers ${status} and leads to ${to}; 301 or 308 to ${url}/ is wanted`,
    );
  } catch (error) {
    return check("redirect", "failing", `${plainUrl}/: ${failure(error)}`);
  }
}

interface Rest {
  readonly checks: readonly Check[];
  readonly figures: readonly ReadFigures[];
}

async function behindTls(target: Target, asking: RequestOptions, options: LookOptions): Promise<Rest> {
  const { url, health, reads, bounds } = target;
  const checks: Check[] = [];
  for (const { service, live, ready } of health) {
    checks.push(await healthOf(`${service} live`, `${url}${live}`, asking));
    checks.push(await healthOf(`${service} ready`, `${url}${ready}`, asking));
  }
  const figures: ReadFigures[] = [];
  for (const read of reads) {
    const seen = await readAll(url, read, asking, options, failure, bounds.failedShare);
    checks.push(...seen.checks);
    figures.push(seen.figures);
  }
  return { checks, figures };
}

/** A health check answers 200 and says how the service is. */
async function healthOf(name: string, url: string, asking: RequestOptions): Promise<Check> {
  try {
    const answer = await get(url, asking);
    const status = healthStatus(answer);
    const seen = `${answer.status} ${status ?? "without a health document"} in ${Math.round(answer.milliseconds)} ms`;
    if (answer.status !== 200 || (status !== "healthy" && status !== "degraded"))
      return check(name, "failing", `${seen}; 200 healthy is wanted`);
    return check(name, status === "healthy" ? "ok" : "warning", seen);
  } catch (error) {
    return check(name, "failing", failure(error));
  }
}

/** One word of the document, and only if it is one of those that are agreed on. */
function healthStatus({ body }: Answer): string | undefined {
  try {
    const { status } = JSON.parse(body) as { status?: unknown };
    return ["healthy", "degraded", "unhealthy"].find((known) => known === status);
  } catch {
    return undefined;
  }
}

function skipped({ health, reads }: Target): Rest {
  const names = [
    ...health.flatMap(({ service }) => [`${service} live`, `${service} ready`]),
    ...reads.map(({ service }) => `${service} read`),
  ];
  return { checks: names.map((name) => check(name, "skipped", "without TLS nothing is asked")), figures: [] };
}
