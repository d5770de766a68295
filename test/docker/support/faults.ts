import { containerName, docker, eventually, run, token } from "./environment";
import { form } from "./http";
import type { Time } from "./fast-time";
import { evaluated, providersFail } from "./inside";
import { repeat, send, type Load } from "./load";
import { query, samples } from "./prometheus";

/** Something that goes wrong, and what should be heard of it. */
export interface Fault {
  readonly name: string;
  /** Brings the fault about. @returns how it is mended */
  readonly inject: () => Promise<() => Promise<unknown>>;
  /** What reaches receivers, as "receiver: Alert level". */
  readonly heard: readonly string[];
  /** What fires, and is kept from everybody because its cause is told already. */
  readonly silenced?: readonly string[];
  /** What may be heard as well: how far it goes is a matter of the machine's pace. */
  readonly possible?: readonly string[];
  /** Alerts that look back so far that their end is awaited after all the faults. */
  readonly lasting?: readonly string[];
}

/** Faults that are injected at the same time, because no alert belongs to two of them. */
export interface Round {
  readonly faults: readonly Fault[];
  /** How time passes while they last. @default FACTOR times faster, without alerts of objectives */
  readonly time?: Time;
}

const container = (name: string) => docker.getContainer(containerName(name));

/** Stopped, and started again. */
const stopped = (name: string) => async () => {
  await container(name).stop({ t: 2 });
  return () => container(name).start();
};

/** A statement as PostgreSQL's superuser. */
async function sql(statement: string): Promise<void> {
  const command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "app", "-c", statement];
  const { exitCode, output } = await run("database", command);
  if (exitCode !== 0) throw new Error(`${statement}: ${output}`);
}

/** More of one kind of request, until it is mended. */
const requests =
  (everyMs: number, work: (headers: Record<string, string>) => Promise<unknown>) => async () => {
    const headers = { authorization: `Bearer ${await token("acme")}`, "content-type": "application/json" };
    const load: Load = repeat(everyMs, () => work(headers));
    return () => load.end();
  };

function upload({ authorization = "" }: Record<string, string>) {
  const { headers, body } = form("stuck.txt", Buffer.from("x"));
  const init = { method: "POST", headers: { ...headers, authorization }, body: new Uint8Array(body) };
  return send("/v1/documents", init);
}

/** One good answer closes a breaker. */
const breakerCloses = (provider: string) =>
  eventually(60, async () => {
    const headers = { authorization: `Bearer ${await token("acme")}`, "content-type": "application/json" };
    await chat(headers, provider);
    const open = await query(`max(circuit_breaker_state{provider="${provider}"})`);
    return open === 0 ? true : undefined;
  });

const chat = (headers: Record<string, string>, provider: string) =>
  send("/v1/chat", { method: "POST", headers, body: JSON.stringify({ message: "hello", provider }) });

/** Waits until an alert fires, whoever hears of it. If it never does, what it should keep back tells. */
const fires = (alert: string) =>
  eventually(60, async () => {
    const firing = await samples(`ALERTS{alertname="${alert}",alertstate="firing",severity!="none"}`);
    return firing.length > 0 ? true : undefined;
  }).catch(() => undefined);

const START_OF_COPY = 'process_start_time_seconds{instance="api-2:8000"}';

const paged = (alert: string) => [`critical: ${alert} critical`, `warning: ${alert} critical`];

/** On its way down a share passes what a lesser level is about, and may be seen there. */
const PASSING = "warning: ErrorRateHigh warning";

const FAULTS = {
  backup: {
    name: "a backup fails",
    inject: async () => {
      await sql("alter role backup nologin");
      return () => sql("alter role backup login");
    },
    heard: ["warning: BackupFailed warning"],
    lasting: ["BackupFailed warning"],
  },
  restarting: {
    name: "a copy restarts again and again",
    inject: () => {
      const loop = repeat(0, async () => {
        const started = await query(START_OF_COPY);
        await container("api-2").kill();
        await container("api-2").start();
        await eventually(30, async () => ((await query(START_OF_COPY)) === started ? undefined : true));
      });
      return Promise.resolve(() => loop.end());
    },
    heard: paged("ServiceRestarting"),
    // On its way it is a warning; and a copy that starts is neither up nor ready for a while.
    possible: ["ServiceRestarting", "InstanceDown", "InstanceNotReady"].map(
      (name) => `warning: ${name} warning`,
    ),
    lasting: ["ServiceRestarting warning", "ServiceRestarting critical"],
  },
  copy: {
    name: "a copy of the API is stopped",
    inject: stopped("api-2"),
    heard: ["warning: InstanceDown warning"],
    lasting: ["ServiceRestarting warning"],
  },
  worker: {
    name: "the worker is stopped",
    inject: stopped("worker-1"),
    heard: paged("ServiceDown"),
    silenced: ["InstanceDown warning"],
  },
  exporter: {
    name: "an exporter is stopped",
    inject: stopped("cache-exporter"),
    heard: ["warning: TargetDown warning"],
  },
  database: {
    name: "PostgreSQL is stopped",
    inject: stopped("database"),
    heard: [...paged("DatabaseDown"), ...paged("ProbeFailing")],
    silenced: ["DatabaseUnreachable critical", "ErrorRateHigh critical", "InstanceNotReady warning"],
    // A backup may be due meanwhile.
    lasting: ["BackupFailed warning"],
  },
  cache: {
    name: "Redis is stopped, and then who would tell of it",
    inject: async () => {
      const start = await stopped("cache")();
      await fires("CacheUnreachable");
      const watch = await stopped("cache-exporter")();
      return async () => {
        await watch();
        await start();
      };
    },
    heard: ["warning: CacheDown warning"],
    silenced: ["TargetDown warning"],
    // Without its exporter nobody knows any more that Redis is down: those who use it say so then.
    possible: ["warning: CacheUnreachable warning", "info: CacheRestarted info"],
    lasting: ["CacheRestarted info"],
  },
  edge: {
    name: "the edge is stopped, and nobody ends it for half an hour",
    inject: stopped("edge"),
    heard: [...paged("ProbeFailing"), "escalation: ProbeFailing critical"],
  },
  provider: {
    name: "a provider fails",
    inject: async () => {
      const mend = await providersFail({ groq: { errorPercent: 100 } });
      const end = await requests(200, (headers) => chat(headers, "groq"))();
      return async () => {
        await end();
        await mend();
        await breakerCloses("groq");
      };
    },
    heard: [...paged("ErrorRateHigh"), "warning: CircuitBreakerOpen warning"],
    silenced: ["ProviderFailuresHigh warning"],
    possible: [...paged("ProvidersFailing"), PASSING],
    lasting: ["CircuitBreakerTripping warning"],
  },
  slow: {
    name: "providers are slow",
    inject: async () => {
      const mend = await providersFail({ xai: { latencyMs: 7000 } });
      const streams = Array.from({ length: 12 }, () => requests(100, (headers) => chat(headers, "xai"))());
      const ends = await Promise.all(streams);
      return async () => {
        await mend();
        await Promise.all(ends.map((end) => end()));
      };
    },
    heard: ["warning: LatencyHigh warning", "info: SlowRequests info"],
    // On a busy machine a copy with many waiting requests may be too slow to be scraped.
    possible: ["warning: InstanceDown warning"],
    lasting: ["CircuitBreakerTripping warning"],
  },
  errors: {
    name: "requests fail inside the API",
    inject: async () => {
      await sql("alter table app.analyses rename to analyses_away");
      return () => sql("alter table app.analyses_away rename to analyses");
    },
    heard: [
      ...[...paged("ErrorRateHigh"), ...paged("ApiErrorsBudgetBurn")],
      ...["warning: UnhandledExceptions warning", "info: ErrorLogLines info"],
    ],
    possible: ["warning: DatabaseRollbacksHigh warning", "warning: UploadFailuresHigh warning", PASSING],
  },
  pools: {
    name: "all connections of the pools are taken",
    inject: async () => {
      const locked = run("database", [
        ...["psql", "-XAtq", "-U", "postgres", "-d", "app", "-c"],
        "set statement_timeout = 0; begin; lock table app.documents in access exclusive mode; select pg_sleep(3600)",
      ]).catch(() => undefined);
      const streams = Array.from({ length: 40 }, () => requests(10, upload)());
      const ends = await Promise.all(streams);
      return async () => {
        await sql(
          "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(3600)' and pid <> pg_backend_pid()",
        );
        await locked;
        await Promise.all(ends.map((end) => end()));
      };
    },
    heard: paged("DatabasePoolBusy"),
    silenced: ["DatabaseUnreachable critical", "DatabasePoolWaiting warning"],
    possible: [
      ...paged("ErrorRateHigh"),
      ...["info: SlowRequests info", "info: ErrorLogLines info", "warning: UnhandledExceptions warning"],
      ...["warning: LatencyHigh warning", "warning: DatabaseRollbacksHigh warning"],
      ...["warning: UploadFailuresHigh warning", "warning: StatementTimeouts warning"],
      // Whether it is ready is asked of the database, too; and whoever is that busy may be late for a scrape.
      ...[...paged("ProbeFailing"), "warning: InstanceDown warning", "warning: TargetDown warning"],
      PASSING,
    ],
    lasting: ["SlowRequests info", "UnhandledExceptions warning", "ErrorLogLines info"],
  },
  uploads: {
    name: "uploads cannot be stored",
    inject: async () => {
      await sql("revoke insert on app.document_chunks from app_readwrite");
      const end = await requests(200, upload)();
      return async () => {
        await end();
        await sql("grant insert on app.document_chunks to app_readwrite");
      };
    },
    heard: ["warning: UploadFailuresHigh warning"],
    possible: [
      ...paged("ErrorRateHigh"),
      ...["warning: UnhandledExceptions warning", "info: ErrorLogLines info"],
      ...["warning: DatabaseRollbacksHigh warning", PASSING],
    ],
  },
  tokens: {
    name: "callers try tokens",
    inject: requests(20, () => send("/v1/documents/none", { headers: { authorization: "Bearer guess" } })),
    heard: ["warning: RefusedRequestsHigh warning"],
  },
  memory: {
    name: "a process takes more and more memory",
    inject: async () => {
      const limit = (await query('job:memory_limit:bytes{job="worker"}')) ?? 0;
      const used = (await query('process_resident_memory_bytes{job="worker"}')) ?? 0;
      await evaluated(
        "worker-1",
        `(globalThis.held = Buffer.alloc(${Math.floor(0.9 * limit - used)}, 1)).length`,
      );
      return () => container("worker-1").restart({ t: 1 });
    },
    heard: ["warning: MemoryHigh warning"],
    possible: [...paged("ServiceDown"), "warning: InstanceDown warning"],
  },
  volume: {
    name: "the database fills its volume",
    inject: async () => {
      await sql("create unlogged table public.filler (content text)");
      await sql("alter table public.filler alter content set storage external");
      for (let part = 0; part < 10; part += 1)
        await sql("insert into public.filler select repeat('x', 50000000) from generate_series(1, 2)");
      return () => sql("drop table public.filler");
    },
    heard: paged("DatabaseVolumeFull"),
    possible: ["warning: DatabaseVolumeFull warning"],
  },
} satisfies Record<string, Fault>;

/** One after the other. What a cause still holds back is waited for where the next round is about that. */
export const ROUNDS: readonly Round[] = [
  // What the tests send goes past the edge, and looks at it go through it: nothing here needs either.
  { faults: [FAULTS.backup, FAULTS.restarting, FAULTS.edge] },
  { faults: [FAULTS.slow, FAULTS.exporter] },
  // Its exporter needs two seconds to say that PostgreSQL is away, which no factor makes less.
  { faults: [FAULTS.database], time: { factor: 15 } },
  { faults: [FAULTS.cache, FAULTS.copy] },
  { faults: [FAULTS.provider] },
  { faults: [FAULTS.errors], time: { objectives: ["ApiErrorsBudgetBurn"] } },
  { faults: [FAULTS.tokens, FAULTS.volume, FAULTS.worker] },
  { faults: [FAULTS.pools] },
  { faults: [FAULTS.memory, FAULTS.uploads] },
];
