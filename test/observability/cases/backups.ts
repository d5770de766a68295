import {
  BACK_AS_IT_WAS,
  BEGUN_ANEW,
  counter,
  gauge,
  type Case,
  type Inputs,
  type Phases,
} from "../support/case";

const SELF = 'job="backup",instance="backups:9560"';
const BACKUP = { job: "backup", instance: "backups:9560" };
const last = (kind: string) => `backup_last_success_timestamp_seconds{${SELF},kind="${kind}"}`;
const failures = (stage: string) => `backup_failures_total{${SELF},kind="full",stage="${stage}"}`;
const running = `backup_running{${SELF},kind="full"}`;
const drill = `backup_drill_last_success_timestamp_seconds{${SELF}}`;
const drillFailures = (stage: string) => `backup_drill_failures_total{${SELF},stage="${stage}"}`;
const drillTook = `backup_drill_duration_seconds{${SELF}}`;
const size = `backup_last_size_bytes{${SELF},kind="full"}`;

/** Steps of an hour: a backup made at the start, and the next one when it is missed for long. */
const overdue = (
  alert: string,
  level: "critical" | "warning",
  kind: string,
  hours: number,
  step: number,
  age: string,
): Case => {
  const steps = (hours * 60) / step;
  return {
    alert,
    level,
    step,
    series: { [last(kind)]: gauge([steps + 10, 0], [20, (steps + 10) * step * 60]) },
    fires: steps + 1,
    ends: steps + 10,
    labels: { ...BACKUP, kind },
    description: age,
    near: [
      { series: { [last(kind === "full" ? "events" : "full")]: gauge([steps + 20, 0]) }, at: steps + 10 },
    ],
    firesBy: "age",
  };
};
const both = (events: Phases): Inputs => ({
  [last("full")]: gauge([60, 1]),
  [last("events")]: gauge(...events),
});

export const backups: readonly Case[] = [
  overdue("BackupOverdue", "critical", "full", 48, 60, "The newest verified full backup is 2d 1h 0m 0s old."),
  overdue("BackupOverdue", "warning", "full", 26, 60, "The newest verified full backup is 1d 3h 0m 0s old."),
  overdue(
    "EventsBackupOverdue",
    "critical",
    "events",
    6,
    10,
    "The newest verified backup of the events is 6h 10m 0s old.",
  ),
  overdue(
    "EventsBackupOverdue",
    "warning",
    "events",
    2,
    10,
    "The newest verified backup of the events is 2h 10m 0s old.",
  ),
  {
    alert: "BackupMissing",
    level: "critical",
    step: 10,
    series: both([
      [5, 1],
      [30, NaN],
      [20, 1],
    ]),
    fires: 23,
    ends: 40,
    labels: { job: "backup", kind: "events" },
    description: "No verified events backup is known.",
    near: [
      {
        series: both([
          [5, 1],
          [15, NaN],
          [20, 1],
        ]),
        at: 30,
      },
    ],
    firesBy: "absence",
  },
  {
    alert: "BackupFailed",
    level: "warning",
    step: 5,
    series: { [failures("dump")]: counter([20, 0], [2, 1], [60, 0]) },
    fires: 20,
    ends: 40,
    exact: { series: { [failures("dump")]: counter([40, 0.05]) }, at: 30 },
    labels: { kind: "full", stage: "dump" },
    description: "A full backup failed in its stage dump.",
    // A runner that started again failed before it was first looked at.
    also: [
      {
        series: {
          [`up{${SELF}}`]: gauge([60, 1]),
          [failures("dump")]: gauge([30, NaN], [30, 1]),
        },
        at: 30,
        description: "A full backup failed in its stage dump.",
      },
      {
        series: { [`up{${SELF}}`]: gauge([60, 1]), [failures("dump")]: BEGUN_ANEW },
        at: 35,
        description: "A full backup failed in its stage dump.",
      },
    ],
    near: [
      { series: { [failures("dump")]: counter([40, 0]) }, at: 30 },
      { series: { [`up{${SELF}}`]: gauge([60, 1]), [failures("dump")]: BACK_AS_IT_WAS }, at: 35 },
    ],
  },
  {
    alert: "BackupStuck",
    level: "warning",
    step: 10,
    series: { [running]: gauge([5, 0], [30, 1], [40, 0]) },
    fires: 29,
    ends: 35,
    labels: { ...BACKUP, kind: "full" },
    description: "A full backup has been running for more than four hours.",
    near: [{ series: { [running]: gauge([60, 0]) }, at: 40 }],
  },
  {
    alert: "BackupShrunk",
    level: "warning",
    step: 60,
    series: { [size]: gauge([24, 100], [24, 46], [24, 100]) },
    fires: 24,
    ends: 48,
    labels: { ...BACKUP, kind: "full" },
    description: "The newest full backup has 46% of the size of the week's largest.",
    near: [{ series: { [size]: gauge([24, 100], [24, 54]) }, at: 40 }],
  },
  {
    alert: "DrillOverdue",
    level: "warning",
    step: 360,
    // Held at the start, missed after a week, and held again on the ninth day.
    series: { [drill]: gauge([36, 0], [8, 36 * 6 * 3600]) },
    fires: 33,
    ends: 36,
    labels: BACKUP,
    description: "The last restore drill that succeeded was 8d 6h 0m 0s ago.",
    near: [{ series: { [drill]: gauge([40, 0]) }, at: 31 }],
    firesBy: "age",
  },
  {
    alert: "DrillMissing",
    level: "warning",
    step: 60,
    series: { [drill]: gauge([5, 1], [40, NaN], [20, 1]) },
    fires: 29,
    ends: 50,
    labels: { job: "backup" },
    description: "No restore drill that succeeded is known.",
    near: [{ series: { [drill]: gauge([5, 1], [20, NaN], [20, 1]) }, at: 40 }],
    firesBy: "absence",
  },
  {
    alert: "DrillFailed",
    level: "warning",
    step: 5,
    series: { [drillFailures("restore")]: counter([20, 0], [2, 1], [60, 0]) },
    fires: 20,
    ends: 40,
    exact: { series: { [drillFailures("restore")]: counter([40, 0.05]) }, at: 30 },
    labels: { stage: "restore" },
    description: "A restore drill failed in its stage restore.",
    also: [
      {
        series: { [`up{${SELF}}`]: gauge([60, 1]), [drillFailures("restore")]: BEGUN_ANEW },
        at: 35,
        description: "A restore drill failed in its stage restore.",
      },
    ],
    near: [
      { series: { [drillFailures("restore")]: counter([40, 0]) }, at: 30 },
      { series: { [`up{${SELF}}`]: gauge([60, 1]), [drillFailures("restore")]: BACK_AS_IT_WAS }, at: 35 },
    ],
  },
  {
    alert: "DrillSlow",
    level: "warning",
    step: 10,
    series: { [drillTook]: gauge([5, 40], [30, 301], [20, 40]) },
    fires: 5,
    ends: 35,
    labels: BACKUP,
    description: "The last restore drill took 5m 1s.",
    near: [{ series: { [drillTook]: gauge([60, 300]) }, at: 40 }],
  },
];
