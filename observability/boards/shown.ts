import { APP_JOBS, AWS_JOBS, metricOf, type Job } from "../metrics";
import type { Layer } from "../rules";
import { OBJECTIVES } from "../slo/objectives";
import type { Board, Panel } from "./board";

const ON_AWS: ReadonlySet<Job> = new Set([...APP_JOBS, ...AWS_JOBS]);

/** Objectives that are not counted there. */
const UNCOUNTED = OBJECTIVES.filter(({ scrapedBy }) => scrapedBy && !ON_AWS.has(scrapedBy)).map(
  ({ name }) => name,
);

/**
 * A board without the panels an environment has no metrics for, and without rows that lose all their panels: an empty
 * panel would look like a fault.
 */
export function shown(board: Board, layer: Layer): Board {
  if (layer === "selfHosted") return board;
  const rows = board.rows.map((row) => ({ ...row, panels: row.panels.filter(hasAll) }));
  return { ...board, rows: rows.filter(({ panels }) => panels.length > 0) };
}

const hasAll = ({ queries }: Panel) =>
  queries.every(
    ({ expr }) =>
      [...expr.matchAll(/[a-zA-Z_]\w*/g)].every(([word]) => isExported(word)) &&
      !UNCOUNTED.some((objective) => expr.includes(`{slo="${objective}"}`)),
  );

/** Words that are no metrics are functions, labels or parts of recorded names. */
function isExported(word: string): boolean {
  const metric = metricOf(word);
  return !metric || (!metric.selfHosted && metric.jobs.some((job) => ON_AWS.has(job)));
}
