import { breakerCloses, chat, container, requests, said, sql, stopped, upload, type Break } from "./break";
import { eventually, run } from "./environment";
import type { Time } from "./fast-time";
import { evaluated, providersFail } from "./inside";
import { ask } from "./http";
import { repeat, send } from "./load";
import { query, samples } from "./prometheus";

/** Something that goes wrong, and what should be heard of it. */
export interface Fault {
  readonly name: string;
  /**
   * Brings the fault about. How each step of it is mended is told as soon as it is done: then nothing stays broken
   * where the next step fails. The last is mended first.
   */
  readonly inject: (broken: Break) => Promise<unknown>;
  /** What reaches receivers, as "receiver: Alert level (of what)". */
  readonly heard: readonly string[];
  /** What fires, and is kept from everybody because its cause is told already, as "Alert level (of what)". */
  readonly silenced?: readonly string[];
  /** What may be heard as well, whatever it is about: how far it goes is a matter of the machine's pace. */
  readonly possible?: readonly string[];
  /** Alerts that look back so far that their end is awaited after all the faults, whatever they are about. */
  readonly lasting?: readonly string[];
  /** How time passes while it lasts. @default FACTOR times faster, without alerts of objectives */
  readonly time?: Time;
}

/** Waits until an alert fires, whoever hears of it. If it never does, what it should keep back tells. */
const fires = (alert: string) =>
  eventually(60, async () => {
    const firing = await samples(`ALERTS{alertname="${alert}",alertstate="firing",severity!="none"}`);
    return firing.length > 0 ? true : undefined;
  }).catch(() => undefined);

const START_OF_COPY = 'process_start_time_seconds{instance="api-2:8000"}';

/** What pages stands among the warnings, too. */
const paged = (alert: string, of?: string) =>
  ["critical", "warning"].map((receiver) => `${receiver}: ${alert} critical${of ? ` (${of})` : ""}`);

/** On its way down a share passes what a lesser level is about, and may be seen there. */
const PASSING = "warning: ErrorRateHigh warning";

/** One after the other. What a cause still holds back is waited for where the next is about that. */
export const FAULTS: readonly Fault[] = [
  {
    name: "a backup fails",
    inject: said("alter role backup nologin", "alter role backup login"),
    heard: ["warning: BackupFailed warning (events)"],
    lasting: ["BackupFailed warning"],
  },
  {
    name: "a copy restarts again and again",
    inject: (broken) => {
      const loop = repeat(0, async () => {
        const started = await query(START_OF_COPY);
        await container("api-2").kill();
        await container("api-2").start();
        await eventually(30, async () => ((await query(START_OF_COPY)) === started ? undefined : true));
      });
      broken(() => loop.end());
      return Promise.resolve();
    },
    heard: paged("ServiceRestarting", "api-2:8000"),
    // On its way it is a warning; and a copy that starts is neither up nor ready for a while.
    possible: ["ServiceRestarting", "InstanceDown", "InstanceNotReady"].map(
      (name) => `warning: ${name} warning`,
    ),
    lasting: ["ServiceRestarting warning", "ServiceRestarting critical"],
  },
  {
    name: "a copy of the API is stopped",
    inject: stopped("api-2"),
    heard: ["warning: InstanceDown warning (api-2:8000)"],
    lasting: ["ServiceRestarting warning"],
  },
  {
    name: "the worker is stopped",
    inject: stopped("worker-1"),
    heard: paged("ServiceDown", "worker"),
    silenced: ["InstanceDown warning (worker-1:8001)"],
  },
  {
    name: "an exporter is stopped",
    inject: stopped("cache-exporter"),
    heard: ["warning: TargetDown warning (cache-exporter:9121)"],
  },
  {
    name: "PostgreSQL is stopped",
    inject: stopped("database"),
    heard: [...paged("DatabaseDown", "database-exporter:9187"), ...paged("ProbeFailing", "api")],
    silenced: [
      ...[
        "DatabaseUnreachable critical (api)",
        "ErrorRateHigh critical (api)",
        "ServiceNotReady critical (api)",
      ],
      "InstanceNotReady warning (api-1:8000)",
    ],
    // A backup may be due meanwhile.
    lasting: ["BackupFailed warning", "DatabaseRestarted info"],
    // Its exporter needs two seconds to say that PostgreSQL is away, which no factor makes less.
    time: { factor: 15 },
  },
  {
    name: "Redis is stopped, and then who would tell of it",
    inject: async (broken) => {
      await stopped("cache")(broken);
      await fires("CacheUnreachable");
      await stopped("cache-exporter")(broken);
    },
    heard: ["warning: CacheDown warning (cache-exporter:9121)"],
    silenced: ["TargetDown warning (cache-exporter:9121)"],
    // Without its exporter nobody knows any more that Redis is down: those who use it say so then.
    possible: ["warning: CacheUnreachable warning", "info: CacheRestarted info"],
    lasting: ["CacheRestarted info"],
  },
  {
    name: "the edge is stopped, and nobody ends it for half an hour",
    inject: stopped("edge"),
    heard: ["api", "redirect", "web"].flatMap((probe) => [
      ...paged("ProbeFailing", probe),
      `escalation: ProbeFailing critical (${probe})`,
    ]),
  },
  {
    name: "a provider fails",
    inject: async (broken) => {
      broken(() => breakerCloses("groq"));
      broken(await providersFail({ groq: { errorPercent: 100 } }));
      await requests(1, 200, (headers) => chat(headers, "groq"))(broken);
    },
    heard: [...paged("ErrorRateHigh", "api"), "warning: CircuitBreakerOpen warning (groq)"],
    silenced: ["ProviderFailuresHigh warning (groq)"],
    possible: [...paged("ProvidersFailing"), PASSING],
    lasting: ["CircuitBreakerTripping warning"],
  },
  {
    name: "providers are slow",
    inject: async (broken) => {
      await requests(12, 100, (headers) => chat(headers, "xai"))(broken);
      broken(await providersFail({ xai: { latencyMs: 7000 } }));
    },
    heard: ["warning: LatencyHigh warning (api)", "info: SlowRequests info (/v1/chat)"],
    // On a busy machine a copy with many waiting requests may be too slow to be scraped.
    possible: ["warning: InstanceDown warning"],
    lasting: ["CircuitBreakerTripping warning"],
  },
  {
    name: "requests fail inside the API",
    inject: async (broken) => {
      await said(
        "alter table app.analyses rename to analyses_away",
        "alter table app.analyses_away rename to analyses",
      )(broken);
      await requests(2, 100, (headers) =>
        send("/v1/analyses/00000000-0000-4000-8000-000000000000", { headers }),
      )(broken);
    },
    heard: [
      ...[...paged("ErrorRateHigh", "api"), ...paged("ApiErrorsBudgetBurn", "api-errors")],
      ...["warning: UnhandledExceptions warning (api)", "info: ErrorLogLines info (api)"],
    ],
    possible: ["warning: DatabaseRollbacksHigh warning", "warning: UploadFailuresHigh warning", PASSING],
    time: { objectives: ["ApiErrorsBudgetBurn"] },
  },
  {
    name: "all connections of the pools are taken",
    inject: async (broken) => {
      await requests(40, 10, upload)(broken);
      const locked = run("database", [
        ...["psql", "-XAtq", "-U", "postgres", "-d", "app", "-c"],
        "set statement_timeout = 0; begin; lock table app.documents in access exclusive mode; select pg_sleep(3600)",
      ]).catch(() => undefined);
      broken(async () => {
        await sql(
          "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(3600)' and pid <> pg_backend_pid()",
        );
        await locked;
      });
    },
    heard: paged("DatabasePoolBusy", "api-1:8000"),
    silenced: ["DatabaseUnreachable critical (api)", "DatabasePoolWaiting warning (api-1:8000)"],
    possible: [
      // A copy that is sent fewer of the requests has fewer of its connections taken.
      ...[...paged("DatabasePoolBusy"), "warning: DatabasePoolBusy warning", "info: DatabasePoolBusy info"],
      ...paged("ErrorRateHigh"),
      ...["info: SlowRequests info", "info: ErrorLogLines info", "warning: UnhandledExceptions warning"],
      // They wait for as long as a statement may wait for a lock: ten seconds.
      ...[...paged("LatencyHigh"), "warning: LatencyHigh warning", "warning: DatabaseRollbacksHigh warning"],
      ...["warning: UploadFailuresHigh warning", "warning: StatementTimeouts warning"],
      // Whether it is ready is asked of the database, too; and whoever is that busy may be late for a scrape.
      ...[...paged("ProbeFailing"), "warning: InstanceDown warning", "warning: TargetDown warning"],
      PASSING,
    ],
    lasting: ["SlowRequests info", "UnhandledExceptions warning", "ErrorLogLines info"],
  },
  {
    name: "uploads cannot be stored",
    inject: async (broken) => {
      await said(
        "revoke insert on app.document_chunks from app_readwrite",
        "grant insert on app.document_chunks to app_readwrite",
      )(broken);
      await requests(1, 200, upload)(broken);
    },
    heard: ["warning: UploadFailuresHigh warning"],
    possible: [
      ...paged("ErrorRateHigh"),
      ...["warning: UnhandledExceptions warning", "info: ErrorLogLines info"],
      ...["warning: DatabaseRollbacksHigh warning", PASSING],
    ],
  },
  {
    name: "callers try tokens",
    inject: requests(1, 20, () => send("/v1/documents/none", { headers: { authorization: "Bearer guess" } })),
    heard: ["warning: RefusedRequestsHigh warning (api)"],
  },
  {
    name: "a candidate is stopped, and still sent its share",
    inject: stopped("api-candidate-1"),
    heard: [...paged("EdgeErrorsHigh"), "warning: InstanceDown warning (api-candidate-1:8000)"],
    // On its way down the share passes what the lesser level is about.
    possible: ["warning: EdgeErrorsHigh warning"],
    lasting: ["ServiceRestarting warning"],
  },
  {
    name: "a caller sends without end",
    // Where callers come in: on the operators' port nobody is limited.
    inject: requests(1, 20, () => ask("/health/live")),
    heard: ["warning: EdgeRefusalsHigh warning"],
  },
  {
    name: "Loki is stopped, and lines are lost",
    inject: stopped("logs"),
    heard: ["warning: TargetDown warning (logs:3100)", "warning: LogLinesLost warning"],
  },
  {
    name: "a process ends on an exception",
    // It is started again at once: its last line is all that is left of it.
    inject: () =>
      evaluated("worker-1", 'setTimeout(() => { throw new Error("a fault of a test"); }, 100) && 1'),
    heard: ["warning: CriticalLogLines warning (worker-1)"],
    possible: [...paged("ServiceDown"), "warning: InstanceDown warning"],
    lasting: ["ServiceRestarting warning"],
  },
  {
    name: "a process takes more and more memory",
    inject: async (broken) => {
      const limit = (await query('job:memory_limit:bytes{job="worker"}')) ?? 0;
      const used = (await query('process_resident_memory_bytes{job="worker"}')) ?? 0;
      broken(() => container("worker-1").restart({ t: 1 }));
      await evaluated(
        "worker-1",
        `(globalThis.held = Buffer.alloc(${Math.floor(0.9 * limit - used)}, 1)).length`,
      );
    },
    heard: ["warning: MemoryHigh warning (worker-1:8001)"],
    possible: [...paged("ServiceDown"), "warning: InstanceDown warning"],
  },
  {
    name: "the database fills its volume",
    inject: async (broken) => {
      broken(() => sql("drop table if exists public.filler"));
      await sql("create unlogged table public.filler (content text)");
      await sql("alter table public.filler alter content set storage external");
      for (let part = 0; part < 10; part += 1)
        await sql("insert into public.filler select repeat('x', 50000000) from generate_series(1, 2)");
    },
    heard: paged("DatabaseVolumeFull", "database-exporter:9187"),
    possible: ["warning: DatabaseVolumeFull warning"],
  },
];
