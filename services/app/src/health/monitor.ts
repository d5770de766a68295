import { VERSION } from "../build";
import { overall, type Status } from "./status";

/** Something the service depends on. */
export interface Dependency {
  readonly name: string;
  readonly critical: boolean;
  /** Whether it can be reached; asked in the background. Left out where `report` alone tells. */
  readonly probe?: () => Promise<unknown>;
  /** Its state and figures, put together at each request: plain memory, no waiting. Never a secret. */
  readonly report: (up: boolean) => { readonly status: Status } & Readonly<Record<string, unknown>>;
}

const INTERVAL_MS = 2000;
const PROBE_TIMEOUT_MS = 1000;

/**
 * Knows how the service is. Dependencies are probed in the background, so that a health check is answered
 * from memory, within milliseconds, however slow a dependency is.
 */
export class HealthMonitor {
  private readonly results = new Map<string, { up: boolean; milliseconds: number; checkedAt: string }>();
  private readonly started = Date.now();
  private timer?: NodeJS.Timeout;
  private stopping = false;

  /**
   * @param alive whether the process still does its work; a platform restarts it otherwise
   */
  constructor(
    private readonly service: string,
    private readonly environment: string,
    private readonly dependencies: readonly Dependency[],
    private readonly alive: () => boolean = () => true,
  ) {}

  /** Probes once, then again and again until `stop`. */
  async start(): Promise<void> {
    await this.probeAll();
    const again = async () => {
      await this.probeAll();
      if (this.timer) this.timer = setTimeout(again, INTERVAL_MS).unref();
    };
    this.timer = setTimeout(again, INTERVAL_MS).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** From now on the service asks for no more traffic. */
  drain(): void {
    this.stopping = true;
  }

  get draining(): boolean {
    return this.stopping;
  }

  live(): boolean {
    return this.alive();
  }

  ready(): boolean {
    return !this.stopping && this.document().status !== "unhealthy";
  }

  /** The health document. */
  document() {
    const dependencies = Object.fromEntries(
      this.dependencies.map(({ name, critical, probe, report }) => {
        const result = this.results.get(name);
        const up = probe === undefined || (result?.up ?? false);
        const probed = probe && { up, milliseconds: result?.milliseconds, checkedAt: result?.checkedAt };
        return [name, { ...report(up), critical, ...probed }];
      }),
    );
    const alive = this.alive();
    return {
      status: alive ? overall(Object.values(dependencies).map(({ status }) => status)) : "unhealthy",
      service: this.service,
      environment: this.environment,
      version: VERSION,
      uptimeSeconds: Math.round((Date.now() - this.started) / 1000),
      draining: this.stopping,
      dependencies,
    };
  }

  private async probeAll(): Promise<void> {
    await Promise.all(
      this.dependencies.map(async ({ name, probe }) => {
        if (!probe) return;
        const started = performance.now();
        const up = await within(PROBE_TIMEOUT_MS, probe);
        const milliseconds = Math.round(performance.now() - started);
        this.results.set(name, { up, milliseconds, checkedAt: new Date().toISOString() });
      }),
    );
  }
}

async function within(milliseconds: number, probe: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    // After a stall of this process Node looks at its timers first: what has come meanwhile is to be read before.
    timer = setTimeout(() => setImmediate(resolve, false), milliseconds);
  });
  try {
    return await Promise.race([probe().then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
