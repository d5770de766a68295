/** What a program exports: of each metric its type and the labels of all its series, without values. */
export type Exported = ReadonlyMap<string, { readonly type: string; readonly labels: readonly string[] }>;

/** Labels that a type brings along. */
const OF_TYPE: Readonly<Record<string, string>> = { histogram: "le", summary: "quantile" };

/** Reads what a program answers to a scrape, in Prometheus's text format. */
export function readExposition(text: string): Exported {
  const types = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name = "", type = ""]) => [name, type]),
  );
  const labels = new Map<string, Set<string>>();
  for (const [, series = "", pairs = ""] of text.matchAll(/^([A-Za-z_:][\w:]*)(?:\{(.*)\})? \S+$/gm)) {
    const name = types.has(series) ? series : series.replace(/_(bucket|sum|count)$/, "");
    const known = labels.get(name) ?? new Set();
    labels.set(name, known);
    for (const [, label = ""] of pairs.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) known.add(label);
  }
  return new Map(
    [...labels].map(([name, known]) => {
      const type = types.get(name) ?? "untyped";
      return [name, { type, labels: [...known].filter((label) => label !== OF_TYPE[type]).sort() }];
    }),
  );
}

/** A list as it is kept: below a line that says how it was read, a line per metric with its type and labels. */
export const writeList = (how: string, exported: Exported): string =>
  [
    `# ${how}`,
    ...[...exported].map(([name, { type, labels }]) => [name, type, ...labels].join(" ")).sort(),
    "",
  ].join("\n");

export function readList(text: string): Exported {
  const lines = text
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [name = "", type = "", ...labels] = line.split(" ");
      return [name, { type, labels }];
    }),
  );
}
