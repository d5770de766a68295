/** `health`: asks the service in this container how it is. Loads nothing, because it runs every few seconds. */

/**
 * 0 where it works; 1 where it does not or does not answer, with the reasons on standard output. How fresh backups are
 * has no part in it: a runner must come up that is there to make the first one, or the first good one.
 */
export async function health(env: NodeJS.ProcessEnv): Promise<number> {
  const port = env.BACKUP_PORT || "9560";
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/live`, {
      signal: AbortSignal.timeout(4000),
    });
    const { status, reasons } = (await response.json()) as { status: string; reasons: string[] };
    process.stdout.write(`${[status, ...reasons].join("\n")}\n`);
    return response.ok ? 0 : 1;
  } catch {
    process.stdout.write(`nothing answers on port ${port}\n`);
    return 1;
  }
}
