import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { INHIBITIONS, type Matcher } from "../../observability/routing/tree";
import { alertGroups } from "../../observability/rules";
import { FIGURES } from "../observability/support/figures";
import { eventually } from "./support/environment";
import { slowDown, speedUp, type Time } from "./support/fast-time";
import { FAULTS, type Fault } from "./support/faults";
import { users, type Load } from "./support/load";
import { held, samples } from "./support/prometheus";
import { notices, removeReceiver, startReceiver, type Notice } from "./support/receiver";

/** Alerts about the machine the tests run on, and what its other work does to the time of everything here. */
const OF_THE_MACHINE = new Set([
  ...alertGroups(FIGURES, "selfHosted")
    .filter(({ name }) => name === "host")
    .flatMap(({ alerts }) => alerts.map(({ name }) => name)),
  ...[
    "NetworkLatencyHigh",
    "QueryTimeSpike",
    "QueryTimeHigh",
    "CpuHigh",
    "EventLoopBlocked",
    "CacheSlow",
    "ProbeSlow",
    // Whether it is ready is asked within a second, and a few of those are minutes here.
    "InstanceNotReady",
    "ServiceNotReady",
  ],
]);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const nameOf = ({ alertname = "", severity = "" }: Notice["labels"]) => `${alertname} ${severity}`;
/** What an alert is about, by the label that says it most exactly. */
function withSubject(labels: Notice["labels"]): string {
  const { container, provider, probe, endpoint, slo, instance, kind, job } = labels;
  const subject = container ?? provider ?? probe ?? endpoint ?? slo ?? instance ?? kind ?? job;
  return nameOf(labels) + (subject === undefined ? "" : ` (${subject})`);
}
const withoutSubject = (alert: string) => alert.replace(/ \(.*\)$/, "");
const ofTheMachine = ({ alertname = "" }: Notice["labels"]) => OF_THE_MACHINE.has(alertname);

/** Alerts that fire now. */
async function firing(): Promise<Set<string>> {
  const all = await samples('ALERTS{alertstate="firing",severity!="none"}');
  return new Set(all.filter(({ metric }) => !ofTheMachine(metric)).map(({ metric }) => nameOf(metric)));
}

/** Alerts Alertmanager keeps from everybody, because another fires. */
const silenced = async () =>
  (await held())
    .filter(({ status }) => status.inhibitedBy.length > 0)
    .map(({ labels }) => withSubject(labels));

/**
 * What has been heard since, each only once.
 *
 * @param begunMs leaves out what began to fire before that: it is on its way from an earlier round
 */
async function heardSince(mark: number, status: Notice["status"], begunMs = 0): Promise<Set<string>> {
  const fresh = (await notices()).slice(mark);
  return new Set(
    fresh
      .filter(
        (notice) =>
          notice.status === status &&
          notice.receiver !== "watchdog" &&
          !ofTheMachine(notice.labels) &&
          Date.parse(notice.startsAt) >= begunMs,
      )
      .map(({ receiver, labels }) => `${receiver}: ${withSubject(labels)}`),
  );
}

/** What was heard, without who heard it. */
const alertIn = (heard: string) => heard.slice(heard.indexOf(": ") + 2);

/** Waits until everything of a list is in what is looked at; what is missing is told if it never comes. */
async function within(seconds: number, wanted: readonly string[], look: () => Promise<ReadonlySet<string>>) {
  let missing: readonly string[] = wanted;
  await eventually(seconds, async () => {
    const seen = await look();
    missing = missing.filter((one) => !seen.has(one));
    return missing.length === 0 ? true : undefined;
  }).catch(() => undefined);
  expect(missing).toEqual([]);
}

/** Waits until nothing fires but what looks back far; what still does is told if it never ends. */
async function ended(seconds: number): Promise<void> {
  let left: string[] = [];
  await eventually(seconds, async () => {
    left = [...(await firing())].filter((alert) => !lasting.has(alert));
    return left.length === 0 ? true : undefined;
  }).catch(() => undefined);
  expect(left).toEqual([]);
}

/** Waits until no cause that is over holds back what is to be heard now. */
async function heldBackNoMore(heard: readonly string[]): Promise<void> {
  const wanted = new Set(heard.map((one) => alertIn(one).split(" ")[0] ?? ""));
  await eventually(120, async () => {
    const after = (await samples('ALERTS{alertstate="firing",severity="none"}')).map(
      ({ metric }) => metric["alertname"] ?? "",
    );
    const holding = INHIBITIONS.filter(({ source }) => valuesOf(source).some((name) => after.includes(name)));
    return holding.some(({ target }) => valuesOf(target).some((name) => wanted.has(name))) ? undefined : true;
  });
}
const valuesOf = (matchers: readonly Matcher[]) =>
  matchers.find(({ label }) => label === "alertname")?.values ?? [];

let load: Load;
const USUAL: Time = {};
let now = USUAL;
const lasting = new Set(["CacheRestarted info"]);

beforeAll(async () => {
  await startReceiver();
  load = await users();
  await speedUp();
  await sleep(20_000);
  const calm = async () => [...(await firing())].every((alert) => lasting.has(alert));
  await eventually(120, async () => ((await calm()) ? true : undefined));
}, 300_000);

afterAll(async () => {
  await load.end();
  await slowDown();
  await removeReceiver();
});

/** Whom an alert was told, and which it is: of two notices the second says how it stands. */
const endOf = ({ receiver, labels }: Notice) =>
  `${receiver} ${JSON.stringify(Object.entries(labels).toSorted())}`;
/** How long ago Redis started is read from the clock, which goes no faster here; and the watchdog has no end. */
const neverEnds = ({ alertname = "" }: Notice["labels"]) =>
  ["CacheRestarted", "Watchdog"].includes(alertname);

/** Mends what was broken, the last first, and all of it whatever becomes of one. */
async function mended(mends: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const mend of mends.toReversed()) await mend().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, "not all of it is mended");
}

/** How a fault is told, and that its end is told as well. */
async function tell(fault: Fault): Promise<void> {
  const { inject, heard, silenced: heldBack = [], possible = [], time = USUAL } = fault;
  for (const alert of fault.lasting ?? []) lasting.add(alert);
  await heldBackNoMore(heard);
  if (time !== now) await speedUp(time);
  now = time;
  const mark = (await notices()).length;
  const begunMs = Date.now();
  const mends: (() => Promise<unknown>)[] = [];
  try {
    await inject((mend) => mends.push(mend));
    await within(120, heard, () => heardSince(mark, "firing"));
    await within(40, heldBack, async () => new Set(await silenced()));
  } finally {
    await mended(mends);
  }
  const short = heard.filter((one) => !lasting.has(withoutSubject(alertIn(one))));
  await within(75, short, () => heardSince(mark, "resolved"));
  await ended(60);
  const isKnown = (one: string) =>
    heard.includes(one) ||
    possible.includes(withoutSubject(one)) ||
    lasting.has(withoutSubject(alertIn(one)));
  // On a slow machine half an hour passes before all has been heard: then it is told to everybody, too.
  const atFirst = (one: string) => one.replace(/^escalation: /, "critical: ");
  const also = [...(await heardSince(mark, "firing", begunMs))].filter(
    (one) => !isKnown(one) && !isKnown(atFirst(one)),
  );
  expect(also).toEqual([]);
}

describe("a fault is told to who should hear of it, to nobody else, and so is its end:", () => {
  test.each(FAULTS.map((fault) => [fault.name, fault] as const))("%s", { timeout: 300_000 }, (_, fault) =>
    tell(fault),
  );

  test("whoever was told of an alert is told of its end, even of what looks back far", async () => {
    let open: string[] = [];
    await eventually(200, async () => {
      const last = new Map((await notices()).map((notice) => [endOf(notice), notice]));
      open = [...last.values()]
        .filter(({ status, labels }) => status === "firing" && !ofTheMachine(labels) && !neverEnds(labels))
        .map(({ receiver, labels }) => `${receiver}: ${withSubject(labels)}`);
      return open.length === 0 ? true : undefined;
    }).catch(() => undefined);
    expect(open).toEqual([]);
  }, 250_000);

  test("the watchdog has been heard all the time", async () => {
    const all = (await notices()).filter(({ receiver }) => receiver === "watchdog");
    expect(new Set(all.map(({ labels, status }) => `${labels.alertname} ${status}`))).toEqual(
      new Set(["Watchdog firing"]),
    );
    expect(all.length).toBeGreaterThan(20);
  });
});
