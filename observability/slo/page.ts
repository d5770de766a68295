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
      "Bad events and all events are recorded every minute and summed over the period; then one sum is divided by the",
      "other. So every request weighs the same, and an hour without requests weighs nothing. Where an objective is about",
      "minutes, each minute counts as one. For the API's availability, the queue and the backups, a minute without data is a",
      "bad one. `slo:budget_remaining:ratio` is what is left of the budget: 1 is all of it, 0 none, less is overdrawn.",
    ].join("\n"),
    "## What availability sees",
    [
      "When the edge, the name or the certificate is broken, no request arrives, and counting requests shows nothing. So a",
      "minute is also bad when the probe `api` gets no good answer: on a Docker host the blackbox exporter asks the API under",
      "the name users know, through the edge, with TLS checked. Two things are not counted. A host that is down evaluates no",
      "rules: its minutes are missing, not bad. And on AWS the managed Prometheus has no probe: there the canary outside pages",
      "by `EnvironmentUnreachable`. For both, `npm run mainstay -- probe` from outside keeps a history of its own.",
      "",
      "A copy counts for a minute after it was last seen: on AWS nobody is left to say that it has ended.",
    ].join("\n"),
    "## When a budget burns too fast",
    [
      "An alert fires when the budget burns too fast over a long window, which shows that it matters, and also over a short",
      "one, which shows that it still goes on. A few bad events prove nothing: every objective says how many it takes. In the",
      "first table `pages after` is how long everything has to be bad until somebody is paged. A slow burn that uses up the",
      "whole budget raises `BudgetSpent`.",
    ].join("\n"),
    table(
      ["level", "long window", "short window", "burn rate", "a month's budget is gone in"],
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
