import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BOARDS } from "../../observability/boards/uids";
import { metricOf } from "../../observability/metrics";
import { analyse } from "./support/promql";
import { ALERTS, RULES } from "./support/promtool";
import { LINKS, ROOT } from "./support/figures";

const FOLDER = join(ROOT, "docs", "runbooks");
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-");

const linked = new Set(
  ALERTS.map(({ annotations }) => (annotations["runbook_url"] ?? "").replace(`${LINKS.runbooks}/`, "")),
);
const pages = [...new Set([...linked].map((link) => link.split("#")[0] ?? ""))];
const sections = pages.flatMap((page) => {
  const text = existsSync(join(FOLDER, page)) ? readFileSync(join(FOLDER, page), "utf8") : "";
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => ({ page, name: section.split("\n")[0] ?? "", text: section }));
});

describe("runbooks", () => {
  it("have a section for every alert, and every section is an alert's", () => {
    expect(sections.map(({ page, name }) => `${page}#${anchor(name)}`).sort()).toEqual([...linked].sort());
  });

  it("name the alert in the heading as it is named in a page", () => {
    const names = new Set(ALERTS.map(({ alert }) => alert));
    expect(sections.filter(({ name }) => !names.has(name))).toEqual([]);
  });

  it.each(sections.map((section) => [section.name, section.text] as const))(
    "%s says all that is needed",
    (_, text) => {
      expect(text).toMatch(/\n\*\*First five minutes\*\*\n\n```sh\n.+/);
      expect(text).toMatch(/\| Cause +\| Fix +\|\n/);
      expect(text).toMatch(/\n\*\*Verify\*\* \S/);
      expect(text).toMatch(/\n\*\*Escalate\*\* \S/);
    },
  );

  it("ask Prometheus for metrics that are there", () => {
    const recorded = new Set(RULES.flatMap((rule) => ("record" in rule ? [rule.record] : [])));
    const strangers = sections.flatMap(({ name, text }) =>
      [...text.matchAll(/\bask '([^']+)'/g)]
        .flatMap(([, expr = ""]) => analyse(expr).selectors)
        .filter(({ metric }) => metric !== "" && !metricOf(metric) && !recorded.has(metric))
        .map(({ metric }) => `${name}: ${metric}`),
    );
    expect(strangers).toEqual([]);
  });

  it("link to sections that exist", () => {
    const all = new Set(sections.map(({ page, name }) => `${page}#${anchor(name)}`));
    const broken = sections.flatMap(({ page, name, text }) =>
      [...text.matchAll(/\]\(([^)#]*)#([^)]+)\)/g)]
        .map(([, file, target]) => `${file || page}#${target}`)
        .filter((link) => !all.has(link))
        .map((link) => `${name}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it("belong to boards that exist, and no page is without an alert", () => {
    const boards = ALERTS.map(({ annotations }) =>
      (annotations["dashboard_url"] ?? "").replace(`${LINKS.boards}/`, ""),
    );
    expect(boards.filter((uid) => !(uid in BOARDS))).toEqual([]);
    const own = readdirSync(FOLDER).filter((file) =>
      /\*\*First five minutes\*\*/.test(readFileSync(join(FOLDER, file), "utf8")),
    );
    expect(own.sort()).toEqual([...pages].sort());
  });
});
