/** The page of all rules, from what the rules say of themselves. */
import type { Rule } from "../rule";
import { LONGEST_LIFE } from "../waiver";

export function rulesPage(topics: Readonly<Record<string, readonly Rule[]>>): string {
  const all = Object.values(topics).flat();
  const life = Object.entries(LONGEST_LIFE).map(([severity, days]) => `${severity} ${days}`);
  return [
    "# Rules",
    "",
    "Generated from the rules by `npm run generate`; do not edit it.",
    "",
    `${all.length} rules. A mandatory one stops a deployment, an advisory one is only said. A rule marked`,
    '"production" judges stacks that are one; one marked "remediates" makes a violation good by itself,',
    "outside of production. What is undecidable before `up` is counted, and is neither kept nor broken.",
    "",
    `A waiver in \`waivers.json\` holds for so many days at most: ${life.join(", ")}.`,
    ...Object.entries(topics).flatMap(([topic, rules]) => [
      "",
      `## ${topic}`,
      "",
      ...rules.flatMap((rule) => [...entry(rule), ""]).slice(0, -1),
    ]),
    "",
  ].join("\n");
}

/** A rule's own few lines. */
function entry(rule: Rule): string[] {
  const { name, link, description, severity, enforcement, production, frameworks, remediation } = rule;
  const remediates = rule.scope === "resource" && rule.remedy !== undefined;
  const marks = [
    severity,
    enforcement,
    ...(production ? ["production"] : []),
    ...(remediates ? ["remediates"] : []),
  ];
  const elsewhere = frameworks.map((one) => `${one.name} ${one.id}`).join(", ");
  return [
    `- [**${name}**](${link}) (${marks.join(", ")}): ${description}`,
    `  ${remediation}.${elsewhere === "" ? "" : ` Elsewhere: ${elsewhere}.`}`,
  ];
}
