/** `health`: asks the service in this container how it is. Loads nothing, because it runs every few seconds. */

/** 0 where it is ready; 1 where it is not or does not answer, with the reasons on standard output. */
export async function health(env: NodeJS.ProcessEnv): Promise<number> {
  const port = env.BACKUP_PORT || "9560";
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`, {
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
