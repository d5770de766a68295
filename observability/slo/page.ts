import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { alertName } from "./rules";
import { ALL_BURNS, budgetOf, BURNS, exhaustionHours, minutesToPage, type Objective } from "./objective";
import { OBJECTIVES } from "./objectives";

/** The page of all objectives, for people. Run as a program, this file writes it. */
export const PAGE = join(__dirname, "../../docs/objectives.md");

const percent = (share: number) => `${Number((share * 100).toPrecision(6))} %`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** What may be bad within the period, in the terms of what is counted. */
function budget(objective: Objective): string {
  const share = budgetOf(objective);
  if (objective.indicator.kind !== "slices") return `${percent(share)} of all`;
  const minutes = Number((share * objective.periodDays * 24 * 60).toPrecision(3));
  return minutes < 120 ? `${minutes} minutes` : `${Number((minutes / 60).toPrecision(2))} hours`;
}

function alertOf(objective: Objective): string {
  if (objective.burns.length === 0) return "none";
  const name = alertName(objective, "BudgetBurn");
  return `[${name}](runbooks/objectives.md#${name.toLowerCase()})`;
}

/** How long an outage lasts until somebody is paged. */
function pagesAfter(objective: Objective): string {
  const minutes = minutesToPage(objective);
  return minutes === undefined ? "never" : `${Number(minutes.toPrecision(2))} minutes`;
}

export function objectivesPage(objectives: readonly Objective[]): string {
  return `${[
    "# Objectives",
    "Generated from the objectives by `npm run generate`; do not edit it.",
    table(
      ["objective", "promise", "over", "may be bad", "alert", "pages after", "owner"],
      objectives.map((one) => [
        `**${one.title}** (\`${one.name}\`)`,
        one.promise,
        `${one.periodDays} days`,
        budget(one),
        alertOf(one),
        pagesAfter(one),
        one.owner,
      ]),
    ),
    "## How a budget is counted",
    [
      "Bad and all events are recorded minute by minute, and added up over the period before one is divided by the",
      "other: every request weighs the same, an hour without any weighs nothing. Where minutes are promised, each",
      "minute counts one; of the API's availability, the queue and the backups it is a bad one too when nobody can tell.",
      "`slo:budget_remaining:ratio` is what is left: 1 is untouched, 0 is gone, less is overdrawn.",
    ].join("\n"),
    "## What availability sees",
    [
      "No request arrives through an edge, a name or a certificate that is broken, so counting requests sees none of it. A",
      "minute is also bad when the probe `api` gets no good answer: on a Docker host the blackbox exporter asks for it under",
      "the name users know, through the edge, with TLS checked. Two things remain that these rules do not count. A host that",
      "is down evaluates nothing: its minutes are missing, not bad. And on AWS the managed Prometheus has no probe: there the",
      "canary outside pages by `EnvironmentUnreachable`. For both, `npm run mainstay -- probe` from outside keeps its own trend.",
      "",
      "A copy counts for a minute after it was last seen: on AWS nobody is left to say that it has ended.",
    ].join("\n"),
    "## When a budget burns too fast",
    [
      "A burn has to show over a long window, so that it matters, and over a short one, so that it still goes on. Few",
      "bad events prove nothing: every objective says how many it takes. `pages after` above is how long everything has to be",
      "bad until somebody is paged. What never burns fast enough is told when it has spent the whole budget: `BudgetSpent`.",
    ].join("\n"),
    table(
      ["level", "over", "and over", "faster than it may", "a month's budget is gone in"],
      ALL_BURNS.map((burn) => [
        BURNS[burn].level,
        burn,
        BURNS[burn].short,
        `${BURNS[burn].factor} times`,
        `${exhaustionHours(30, burn)} hours`,
      ]),
    ),
    "## When a budget is gone",
    objectives
      .map(({ policy }) => policy)
      .filter((policy, index, all) => all.indexOf(policy) === index)
      .map((policy) => `- ${named(objectives, policy)}: ${policy}`)
      .join("\n"),
  ].join("\n\n")}\n`;
}

const named = (objectives: readonly Objective[], policy: string): string =>
  objectives
    .filter((one) => one.policy === policy)
    .map(({ name }) => `\`${name}\``)
    .join(", ");

if (require.main === module) writeFileSync(PAGE, objectivesPage(OBJECTIVES));
