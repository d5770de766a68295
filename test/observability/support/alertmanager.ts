import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../support/free-port";

/** Where it is not installed, what needs it is left out. */
export const ALERTMANAGER = ["alertmanager", "prometheus-alertmanager"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

/** An alert as it is told to Alertmanager. */
interface Told {
  readonly labels: Readonly<Record<string, string>>;
}

/** An alert as Alertmanager holds it. */
interface Held extends Told {
  readonly status: { readonly state: "unprocessed" | "active" | "suppressed" };
}

/** An Alertmanager that runs for a test. */
export interface Alertmanager {
  readonly address: string;
  readonly tell: (alerts: readonly Told[]) => Promise<void>;
  /** What it holds: what keeps something else back does so a moment after it was told. */
  readonly held: () => Promise<readonly Held[]>;
  readonly stop: () => Promise<void>;
}

/** Starts an Alertmanager on a free port. */
export async function startAlertmanager(config: string): Promise<Alertmanager> {
  const folder = mkdtempSync(join(tmpdir(), "mainstay-alertmanager-"));
  const file = join(folder, "alertmanager.yml");
  writeFileSync(file, config);
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const alerts = `${address}/api/v2/alerts`;
  const server = spawn(
    ALERTMANAGER ?? "",
    [
      `--config.file=${file}`,
      `--storage.path=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
    ],
    { stdio: "ignore" },
  );
  await until(async () => (await fetch(alerts)).ok);
  const held = async () => (await (await fetch(alerts)).json()) as Held[];
  return {
    address,
    held,
    async tell(told) {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(alerts, { method: "POST", headers, body: JSON.stringify(told) });
      if (answer.status !== 200) throw new Error(await answer.text());
    },
    async stop() {
      // It writes a last time while it ends.
      const ended = once(server, "exit");
      server.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** Waits for something, for at most ten seconds. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    if (await holds().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("not within ten seconds");
}
