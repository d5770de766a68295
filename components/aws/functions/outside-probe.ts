/**
 * Looks at the environment from outside, the way its users come in. It runs as a canary of CloudWatch Synthetics by
 * itself, so it imports nothing of the project: what it throws is a failed run.
 */

/** One address, and what it has to answer. */
export interface Look {
  readonly url: string;
  readonly status: number;
  /** Where it has to lead, if it leads on. */
  readonly location?: string;
}

export async function handler(): Promise<string> {
  const looks = JSON.parse(process.env.LOOKS ?? "[]") as Look[];
  return lookAt(looks, Number(process.env.TIMEOUT_MS));
}

/**
 * @param timeoutMs longest wait for one answer
 * @throws Error with everything that was not as it should be
 */
export async function lookAt(looks: readonly Look[], timeoutMs: number): Promise<string> {
  const problems = await Promise.all(looks.map((look) => problemOf(look, timeoutMs)));
  const found = problems.filter((problem) => problem !== undefined);
  if (looks.length === 0) throw new Error("nothing to look at");
  if (found.length > 0) throw new Error(found.join("; "));
  return `${looks.length} addresses answered as they should`;
}

async function problemOf({ url, status, location }: Look, timeoutMs: number): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    if (answer.status !== status) return `${url} answered ${answer.status}, not ${status}`;
    const led = answer.headers.get("location") ?? undefined;
    return location === undefined || led?.startsWith(location)
      ? undefined
      : `${url} led to ${led ?? "nowhere"}, not to ${location}`;
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    return `${url} did not answer: ${cause?.code ?? name}`;
  }
}
