import { BACK_AS_IT_WAS, BEGUN_ANEW, counter, gauge, type Case, type Course } from "../support/case";

const SELF = 'job="shipper",instance="log-shipper:9598"';
const critical = `log_critical_lines_total{${SELF},container="worker-1"}`;
/** Somebody is scraped, so that a series that was not there before is a new one. */
const scraped = { [`up{${SELF}}`]: gauge([60, 1]) };
const handedOn = (by: string) =>
  `vector_component_sent_events_total{${SELF},component_id="${by}",output="_default"}`;
/** Lines a minute that get to the shipper, and from there to Loki. */
const lines = (arrived: Course, kept?: Course) => ({
  [handedOn("named")]: arrived,
  ...(kept && { [handedOn("store")]: kept }),
  [handedOn("own")]: counter([80, 1000]),
});

export const logs: readonly Case[] = [
  {
    alert: "CriticalLogLines",
    level: "warning",
    series: { [critical]: counter([20, 0], [5, 1], [60, 0]) },
    fires: 20,
    ends: 40,
    exact: { series: { [critical]: counter([30, 0.05]) }, at: 20 },
    labels: { container: "worker-1" },
    description: "worker-1 wrote about 500m critical log lines within 10 minutes.",
    also: [
      {
        series: { ...scraped, [critical]: gauge([30, NaN], [30, 1]) },
        at: 30,
        description: "worker-1 wrote about 1 critical log lines within 10 minutes.",
      },
      {
        series: { ...scraped, [critical]: BEGUN_ANEW },
        at: 35,
        description: "worker-1 wrote about 2 critical log lines within 10 minutes.",
      },
    ],
    near: [
      { series: { ...scraped, [critical]: gauge([30, NaN], [30, 1]) }, at: 41 },
      { series: { ...scraped, [critical]: BACK_AS_IT_WAS }, at: 35 },
      { series: { [`up{${SELF}}`]: gauge([60, 1]), [critical]: gauge([60, 7]) }, at: 5 },
    ],
  },
  {
    alert: "LogLinesLost",
    level: "warning",
    series: lines(counter([80, 60]), counter([20, 60], [20, 0], [40, 60])),
    fires: 26,
    ends: 49,
    exact: { series: lines(counter([40, 10]), counter([40, 8.9])), at: 30 },
    description: "11% of the log lines did not get to Loki.",
    also: [
      { series: lines(counter([40, 60])), at: 30, description: "100% of the log lines did not get to Loki." },
    ],
    near: [
      { series: lines(counter([40, 60]), counter([40, 54])), at: 30 },
      { series: lines(counter([40, 9.9]), counter([40, 1])), at: 30 },
    ],
  },
];
