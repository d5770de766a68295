import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alertGroups } from "../../observability/rules";
import { FIGURES } from "../observability/support/figures";
import { eventually } from "./support/environment";
import { slowDown, speedUp } from "./support/fast-time";
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
  ],
]);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const nameOf = ({ alertname = "", severity = "" }: Notice["labels"]) => `${alertname} ${severity}`;
const ofTheMachine = ({ alertname = "" }: Notice["labels"]) => OF_THE_MACHINE.has(alertname);

/** Alerts that fire now. */
async function firing(): Promise<Set<string>> {
  const all = await samples('ALERTS{alertstate="firing",severity!="none"}');
  return new Set(all.filter(({ metric }) => !ofTheMachine(metric)).map(({ metric }) => nameOf(metric)));
}

/** Alerts Alertmanager keeps from everybody, because another fires. */
const silenced = async () =>
  (await held()).filter(({ status }) => status.inhibitedBy.length > 0).map(({ labels }) => nameOf(labels));

/** What has been heard since, each only once. */
async function heardSince(mark: number, status: Notice["status"]): Promise<Set<string>> {
  const fresh = (await notices()).slice(mark);
  return new Set(
    fresh
      .filter(
        (notice) =>
          notice.status === status && notice.receiver !== "watchdog" && !ofTheMachine(notice.labels),
      )
      .map(({ receiver, labels }) => `${receiver}: ${nameOf(labels)}`),
  );
}

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

let load: Load;
const lasting = new Set(["CacheRestarted info"]);

beforeAll(async () => {
  await startReceiver();
  load = await users();
  await speedUp();
  await eventually(90, async () => ((await firing()).has("Watchdog none") ? undefined : true));
  await sleep(20_000);
  const calm = async () => [...(await firing())].every((alert) => lasting.has(alert));
  await eventually(120, async () => ((await calm()) ? true : undefined));
}, 300_000);

afterAll(async () => {
  await load.end();
  await slowDown();
  await removeReceiver();
});

/** How a fault is told, and that its end is told as well. */
async function tell({
  inject,
  heard,
  silenced: kept = [],
  possible = [],
  lasting: long = [],
}: Fault): Promise<void> {
  for (const alert of long) lasting.add(alert);
  const mark = (await notices()).length;
  const mend = await inject();
  try {
    await within(75, heard, () => heardSince(mark, "firing"));
    await within(20, kept, async () => new Set(await silenced()));
  } finally {
    await mend();
  }
  const short = heard.filter((one) => !lasting.has(alertIn(one)));
  await within(75, short, () => heardSince(mark, "resolved"));
  await ended(60);
  const also = [...(await heardSince(mark, "firing"))].filter(
    (one) => !heard.includes(one) && !possible.includes(one) && !lasting.has(alertIn(one)),
  );
  expect(also).toEqual([]);
}

describe("a fault is told to who should hear of it, to nobody else, and so is its end:", () => {
  test.each(FAULTS.filter(({ open }) => open === undefined))("$name", { timeout: 300_000 }, (fault) =>
    tell(fault),
  );

  for (const { name, open } of FAULTS) if (open !== undefined) test.todo(`${name} (open: ${open})`);

  test("what looks back far has ended, too", async () => {
    await eventually(150, async () => {
      const left = [...(await firing())].filter((alert) => alert !== "CacheRestarted info");
      return left.length === 0 ? true : undefined;
    });
  }, 200_000);

  test("the watchdog has been heard all the time", async () => {
    const all = (await notices()).filter(({ receiver }) => receiver === "watchdog");
    expect(new Set(all.map(({ labels, status }) => `${labels.alertname} ${status}`))).toEqual(
      new Set(["Watchdog firing"]),
    );
    expect(all.length).toBeGreaterThan(20);
  });
});
