import { readFileSync } from "node:fs";
import { get } from "node:http";

const TIMEOUT_MS = 2000;

/**
 * Asks the service in this container how it is: `health [PATH]`, exit code 0 if it answers 200.
 *
 * A platform runs this every few seconds, so it loads nothing: not even the module that reads the configuration.
 */
export async function run(args: readonly string[], environment = process.env): Promise<void> {
  const file = environment["PORT_FILE"];
  const port = Number((file ? readFileSync(file, "utf8") : environment["PORT"]) || 8000);
  const path = args[0] ?? "/health/ready";
  const status = await new Promise<number>((resolve) => {
    const request = get({ host: "127.0.0.1", port, path, timeout: TIMEOUT_MS, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("timeout", () => request.destroy(new Error("timeout")));
    request.on("error", () => resolve(0));
  });
  if (status === 200) return;
  console.error(`${path} on port ${port}: ${status === 0 ? "no answer" : status}`);
  process.exitCode = 1;
}
