import type { Check, ReadFigures } from "./check";
import { fewestFor, percentile } from "./latency";
import type { LookOptions } from "./look";
import { get, type RequestOptions } from "./request";
import type { Read } from "./target";

/** Reads one address again and again, and judges how it was answered, and how fast. */
export async function readAll(
  url: string,
  read: Read,
  asking: RequestOptions,
  { token, repeat }: LookOptions,
  describe: (error: unknown) => string,
  failedShare: number,
): Promise<{ checks: readonly Check[]; figures: ReadFigures }> {
  const wanted = token === undefined ? read.status : read.statusWithToken;
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const times: number[] = [];
  const failures = new Map<string, number>();
  for (let round = 0; round < repeat; round += 1) {
    const problem = await get(`${url}${read.path}`, { ...asking, headers }).then(
      ({ status, milliseconds }) => {
        if (status === wanted) times.push(milliseconds);
        return status === wanted ? undefined : answered(status, token);
      },
      describe,
    );
    if (problem !== undefined) failures.set(problem, (failures.get(problem) ?? 0) + 1);
  }
  const figures = figuresOf(read.service, repeat, times);
  return { figures, checks: [replies(read, wanted, figures, failures, failedShare), ...paces(read, times)] };
}

const answered = (status: number, token: string | undefined): string =>
  status === 401 && token !== undefined ? "answered 401, the token is refused" : `answered ${status}`;

function figuresOf(service: string, reads: number, times: readonly number[]): ReadFigures {
  const failed = reads - times.length;
  const at = (share: number) => Math.round(percentile(times, share) ?? 0);
  return times.length === 0
    ? { service, reads, failed }
    : { service, reads, failed, p50Ms: at(0.5), p95Ms: at(0.95), slowestMs: at(1) };
}

function replies(
  { service }: Read,
  wanted: number,
  { reads, failed, p50Ms, p95Ms, slowestMs }: ReadFigures,
  failures: ReadonlyMap<string, number>,
  failedShare: number,
): Check {
  const pace =
    p50Ms === undefined ? [] : [`half within ${p50Ms} ms, 95 % within ${p95Ms} ms, slowest ${slowestMs} ms`];
  const problems = [...failures].map(([problem, times]) => `${times} × ${problem}`);
  const message = [`${reads - failed} of ${reads} answered ${wanted}`, ...problems, ...pace].join("; ");
  const verdict = failed / reads > failedShare ? "failing" : failed > 0 ? "warning" : "ok";
  return { name: `${service} read`, verdict, message };
}

/** Each promise about time, where there are enough answers to judge it by. */
function paces({ service, promises }: Read, times: readonly number[]): Check[] {
  return promises.map(({ objective, target, seconds }) => {
    const name = `${service} pace`;
    const promise = `${objective} asks for ${Number((target * 100).toPrecision(6))} % within ${seconds * 1000} ms`;
    const needed = fewestFor(target);
    if (times.length < needed) {
      return {
        name,
        verdict: "skipped",
        message: `${promise}: to judge it takes ${needed} answers (--repeat)`,
      };
    }
    const within = times.filter((milliseconds) => milliseconds <= seconds * 1000).length;
    const verdict = within / times.length < target ? "failing" : "ok";
    return { name, verdict, message: `${within} of ${times.length} within ${seconds * 1000} ms; ${promise}` };
  });
}
