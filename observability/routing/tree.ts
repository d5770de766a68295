import { LEVELS, type Level, type Owner } from "../alerts";

/** A label of an alert that has to have a value, or one of several. */
export interface Matcher {
  readonly label: string;
  readonly values: readonly string[];
}

/** A route of the tree: the first that matches takes an alert, unless it passes it on (Alertmanager's `continue`). */
export interface Route {
  readonly matchers: readonly Matcher[];
  readonly receiver: ReceiverName;
  readonly passOn?: boolean;
  /** Branches of it: the first that fits takes the alert instead. */
  readonly routes?: readonly Route[];
  readonly groupBy?: readonly string[];
  readonly groupWait?: string;
  readonly groupInterval?: string;
  readonly repeat?: string;
  /** The name of a time interval in which nothing is sent: Alertmanager's `mute_time_intervals`. */
  readonly quietAt?: string;
}

/** A more severe alert that inhibits a lesser one, where these labels are equal. */
export interface Inhibition {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
}

/** An owner who hears of a level's alerts in the place of those named for it. */
export interface Owned {
  readonly level: Level;
  readonly owner: Owner;
}
export type OwnedName = `${Level}-${Owner}`;
export type ReceiverName = Level | "escalation" | "watchdog" | "none" | OwnedName;
export const nameOfOwned = ({ level, owner }: Owned): OwnedName => `${level}-${owner}`;

const is = (label: string, ...values: string[]): Matcher => ({ label, values });

/**
 * Tickets of what stands until somebody does something about it. They alone can wait for the morning: Alertmanager keeps
 * nothing that it does not send, so what comes and goes by itself at night would never be told.
 */
const LASTING = [
  "CacheFragmented",
  "DatabaseCacheHitsLow",
  "DeploymentUnfinished",
  "DriftUnknown",
  "PrometheusHistoryCut",
];

/**
 * Who hears of what. Critical alerts page, and stand in the channel of the warnings as well; what remains
 * critical for half an hour reaches everybody; tickets that last keep office hours.
 */
export const TREE: Required<
  Pick<Route, "receiver" | "groupBy" | "groupWait" | "groupInterval" | "repeat">
> & {
  readonly routes: readonly Route[];
} = {
  receiver: "warning",
  groupBy: ["environment", "alertname", "job"],
  groupWait: "30s",
  groupInterval: "5m",
  repeat: "4h",
  routes: [
    // The receiver raises the alarm when it has heard nothing for some of these minutes.
    {
      matchers: [is("alertname", "Watchdog")],
      receiver: "watchdog",
      groupWait: "0s",
      // Every minute: a repetition is due only after its interval, so that has to end before the third look.
      groupInterval: "20s",
      repeat: "50s",
    },
    { matchers: [is("escalated", "true")], receiver: "escalation", repeat: "30m" },
    {
      matchers: [is("severity", "critical")],
      receiver: "critical",
      passOn: true,
      groupWait: "10s",
      repeat: "1h",
    },
    { matchers: [is("severity", "critical", "warning")], receiver: "warning", repeat: "12h" },
    {
      matchers: [is("severity", "info"), is("alertname", ...LASTING)],
      receiver: "info",
      groupBy: ["environment", "owner"],
      // Of an end at night nobody hears: what comes back after it is new again within a day.
      repeat: "1d",
      quietAt: "outside-office-hours",
    },
    { matchers: [is("severity", "info")], receiver: "info", repeat: "1d" },
    { matchers: [is("severity", "none")], receiver: "none" },
  ],
};

/** The branches of the tree, divided by owner where an owner has receivers. What keeps quiet does so in all of them. */
export const routesWith = (owned: readonly Owned[]): readonly Route[] =>
  TREE.routes.map((route) => {
    const own = owned
      .filter(({ level }) => level === route.receiver)
      .map((one): Route => ({
        matchers: [is("owner", one.owner)],
        receiver: nameOfOwned(one),
        ...(route.quietAt && { quietAt: route.quietAt }),
      }));
    return own.length > 0 ? { ...route, routes: own } : route;
  });

/** Times by name, in UTC. */
export const TIMES = {
  "outside-office-hours": [
    { weekdays: ["saturday", "sunday"] },
    {
      times: [
        { from: "00:00", to: "07:00" },
        { from: "18:00", to: "24:00" },
      ],
    },
  ],
} as const;

/**
 * A cause, and what follows from it in everything else that goes by: while the cause is told, what follows is not,
 * neither at once nor again half an hour later.
 */
const follows = (source: readonly Matcher[], ...symptoms: string[]): Inhibition => ({
  source,
  target: [is("alertname", ...symptoms)],
  equal: ["environment"],
});
/** The same for what follows in one service only: what befalls others is told. */
const followsWithin = (source: readonly Matcher[], ...symptoms: string[]): Inhibition => ({
  ...follows(source, ...symptoms),
  equal: ["environment", "job"],
});

const OF_A_SERVICE_WITHOUT_DATABASE = [
  "ErrorRateHigh",
  "UnhandledExceptions",
  "ErrorLogLines",
  "InstanceNotReady",
  "ServiceNotReady",
];

/**
 * Of several alerts about one cause only the cause's is sent. It has to fire first, so a symptom waits a minute longer
 * than its cause. And it has to fire last, so a cause has a second alert of the level `none`, which goes on for as long
 * as its symptoms look back. Probes and error budgets are what users notice: nothing inhibits them.
 */
export const INHIBITIONS: readonly Inhibition[] = [
  ...LEVELS.slice(0, -1).map((level, index) => ({
    source: [is("severity", level)],
    target: [is("severity", ...LEVELS.slice(index + 1))],
    equal: ["environment", "alertname", "job", "instance", "slo", "kind", "certificate"],
  })),
  // Without the service there are no copies of it to speak of.
  {
    source: [is("alertname", "ServiceDown")],
    target: [is("alertname", "InstanceDown")],
    equal: ["environment", "job"],
  },
  followsWithin([is("alertname", "ServiceNotReady")], "InstanceNotReady", "WorkerStuck"),
  // Without what it looks at, an exporter may not answer either.
  {
    source: [is("alertname", "DatabaseDown", "DatabaseUnreachable")],
    target: [is("alertname", "TargetDown"), is("job", "postgres")],
    equal: ["environment"],
  },
  {
    source: [is("alertname", "CacheDown", "CacheUnreachable")],
    target: [is("alertname", "TargetDown"), is("job", "redis")],
    equal: ["environment"],
  },
  // Without the database everything that uses it fails in its own way.
  follows(
    [is("alertname", "DatabaseDown")],
    ...["DatabaseRestarted", "DatabaseExporterFailing"],
    ...["DatabaseUnreachable", "DatabasePoolWaiting", "StatementTimeouts"],
    ...["QueryTimeHigh", "QueryTimeSpike", "NetworkLatencyHigh"],
  ),
  follows([is("alertname", "DatabaseDown")], ...OF_A_SERVICE_WITHOUT_DATABASE),
  followsWithin([is("alertname", "DatabaseUnreachable")], ...OF_A_SERVICE_WITHOUT_DATABASE),
  follows(
    [is("alertname", "DatabaseDown", "DatabaseUnreachable")],
    ...["UploadFailuresHigh", "QueueIdle", "QueueLag", "JobFailuresHigh"],
  ),
  // Whoever gets no connection waits, and gives up as if there were no database.
  followsWithin(
    [is("alertname", "DatabasePoolBusy"), is("severity", "critical", "none")],
    ...["DatabasePoolWaiting", "DatabaseUnreachable", "QueryTimeHigh", "QueryTimeSpike"],
    ...["InstanceNotReady", "ServiceNotReady"],
  ),
  {
    source: [is("alertname", "CacheDown")],
    target: [is("alertname", "CacheUnreachable", "CacheMissSpike")],
    equal: ["environment"],
  },
  // What the edge fails because the API does not answer, the API's probe is failed as well. The others say nothing of it.
  follows([is("alertname", "ProbeFailing"), is("probe", "api")], "EdgeErrorsHigh"),
  {
    source: [is("alertname", "CircuitBreakerOpen")],
    target: [is("alertname", "ProviderFailuresHigh", "CircuitBreakerTripping")],
    equal: ["environment", "provider"],
  },
];
