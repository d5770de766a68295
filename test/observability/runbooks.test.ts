import { describe, expect, it } from "vitest";
import { operationAlarms } from "../../observability/alarms";
import { BOARDS } from "../../observability/boards/uids";
import { metricOf } from "../../observability/metrics";
import { AWS_NAMES } from "./support/aws";
import { analyse } from "./support/promql";
import { ALERTS, RULES } from "./support/promtool";
import { LINKS } from "./support/figures";
import { anchorOf, PAGES } from "./support/runbooks";

const linked = new Set([
  ...ALERTS.map(({ annotations }) => (annotations["runbook_url"] ?? "").replace(`${LINKS.runbooks}/`, "")),
  ...AWS_NAMES.map((name) => `aws.md#${anchorOf(name)}`),
]);
const pages = [...new Set([...linked].map((link) => link.split("#")[0] ?? ""))];
const sectionsOf = (names: readonly string[]) =>
  PAGES.filter(({ file }) => names.includes(file)).flatMap(({ file, text }) =>
    text
      .split(/^## /m)
      .slice(1)
      .map((section) => ({ page: file, name: section.split("\n")[0] ?? "", text: section })),
  );
/** Of the pages alerts link to: those have nothing else. */
const sections = sectionsOf(pages);

describe("runbooks", () => {
  it("have a section for every alert, and every section is an alert's", () => {
    expect(sections.map(({ page, name }) => `${page}#${anchorOf(name)}`).sort()).toEqual([...linked].sort());
  });

  it("name the alert in the heading as it is named in a page", () => {
    const names = new Set([...ALERTS.map(({ alert }) => alert), ...AWS_NAMES]);
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

  it("ask CloudWatch for what its alarms look at", () => {
    const looked = new Set(operationAlarms("mainstay/trial", 90).map(({ metric }) => metric));
    const asked = sections.flatMap(({ text }) =>
      [...text.matchAll(/\btold (mainstay_\w+)/g)].map(([, one]) => one),
    );
    expect(new Set(asked).size).toBeGreaterThan(2);
    expect(asked.filter((one) => !looked.has(one ?? ""))).toEqual([]);
  });

  it("link to sections that exist", () => {
    const all = new Set(
      sectionsOf(PAGES.map(({ file }) => file)).map(({ page, name }) => `${page}#${anchorOf(name)}`),
    );
    const broken = PAGES.flatMap(({ file, text }) =>
      [...text.matchAll(/\]\(([\w-]*(?:\.md)?)#([^)]+)\)/g)]
        .map(([, page, target]) => `${page || file}#${target}`)
        .filter((link) => !all.has(link))
        .map((link) => `${file}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it("lead from the list of all pages to every page", () => {
    const list = PAGES.find(({ file }) => file === "README.md")?.text ?? "";
    const unlisted = PAGES.map(({ file }) => file).filter(
      (file) => file !== "README.md" && !list.includes(`](${file})`),
    );
    expect(unlisted).toEqual([]);
  });

  it("belong to boards that exist, and no page is without an alert", () => {
    const boards = ALERTS.map(({ annotations }) =>
      (annotations["dashboard_url"] ?? "").replace(`${LINKS.boards}/`, ""),
    );
    expect(boards.filter((uid) => !(uid in BOARDS))).toEqual([]);
    const own = PAGES.filter(({ text }) => text.includes("**First five minutes**")).map(({ file }) => file);
    expect(own).toEqual([...pages].sort());
  });
});
