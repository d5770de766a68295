import type { Json } from "../../graph/resource";
import { shortType } from "../engine/names";
import { show } from "../engine/property";
import { plural } from "../text";
import type { Paint, Style } from "../terminal";
import { isDrift, type Difference, type PropertyDifference } from "./classify";

/** What `drift` found. */
export interface DriftReport {
  readonly stack: string;
  /** How many deployed resources were compared. */
  readonly resources: number;
  /** Whether what runs differs from what was deployed: what the exit code says. */
  readonly drift: boolean;
  readonly differences: readonly Difference[];
}

/** The report in one line. */
export function headline({ stack, resources, differences }: DriftReport): string {
  if (resources === 0)
    return `${stack}: nothing is deployed; npm run up -- ${stack} deploys what is declared`;
  const drifted = differences.filter(isDrift).length;
  const pending = differences.length - drifted;
  const found =
    drifted === 0
      ? `no drift in ${plural(resources, "resource")}`
      : `drift in ${drifted} of ${plural(resources, "resource")}`;
  return `${stack}: ${found}${pending === 0 ? "" : `, ${plural(pending, "change")} not applied yet (no drift)`}`;
}

const LABELS: Readonly<Record<Difference["presence"], (difference: Difference) => string>> = {
  changed: ({ kind }) =>
    ({ drift: "drift", pending: "not applied", both: "drift, and a change not applied" })[kind],
  missing: ({ plan }) =>
    plan === "create" ? "missing: up creates it again" : "missing, and no longer declared",
  new: () => "not applied: new in the program",
  removed: () => "not applied: no longer in the program",
};

const label = (difference: Difference) => LABELS[difference.presence](difference);

/** A property from what it was to what it is; the program only where it wants something else than it was. */
function values(
  { kind, state, reality, program }: PropertyDifference,
  text: (value: Json) => string,
): string {
  if (kind === "pending") return `${text(state)} → ${text(program)} (not applied)`;
  const wanted = kind === "both" ? `, the program wants ${text(program)}` : "";
  return `${text(state)} → ${text(reality)}${wanted}`;
}

const STYLES: Readonly<Record<Difference["kind"], Style>> = { drift: "red", both: "red", pending: "yellow" };

/** The report as lines of text. */
export function renderDrift(report: DriftReport, paint: Paint): string[] {
  return [
    paint("bold", headline(report)),
    ...report.differences.flatMap((difference, index, all) => [
      ...(isLine(all[index - 1]) && isLine(difference) ? [] : [""]),
      `${shortType(difference.type)} ${difference.name}  ${paint(STYLES[difference.kind], label(difference))}`,
      ...difference.notes.map((text) => `    ${text}`),
      ...difference.properties.map((property) => `    ${property.path}: ${values(property, show)}`),
    ]),
  ];
}

/** Whether a resource takes one line only: a stack that was never deployed has a hundred of them. */
const isLine = (difference: Difference | undefined) =>
  difference !== undefined && difference.notes.length === 0 && difference.properties.length === 0;

/** The report as Markdown, for an issue or a file. */
export function markdownDrift(report: DriftReport): string {
  const cell = (value: Json) => `\`${show(value).replaceAll("`", "'").replaceAll("|", "\\|")}\``;
  const sections = report.differences.map((difference) => {
    const { type, name, urn, notes, properties } = difference;
    const rows = properties.map(
      (p) => `| \`${p.path}\` | ${cell(p.state)} | ${cell(p.reality)} | ${cell(p.program)} |`,
    );
    const table = ["| property | deployed | runs | program |", "|---|---|---|---|", ...rows];
    return [
      `## ${shortType(type)} ${name}: ${label(difference)}`,
      `\`${urn}\``,
      ...notes.map((text) => `- ${text}`),
      ...(rows.length > 0 ? ["", ...table] : []),
    ].join("\n");
  });
  const next = report.drift
    ? [
        `\`npm run up -- ${report.stack}\` makes it what the program declares. What was changed on purpose belongs into the program first.`,
      ]
    : [];
  return `${[`# ${headline(report)}`, ...next, ...sections].join("\n\n")}\n`;
}
