/** A table of Markdown. What stands in a cell cannot break out of it. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => cellText(String(cell))).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

const cellText = (text: string) => oneLine(text).replaceAll("|", "\\|");

/** What ends with its line: a text from a file cannot begin a heading or a list of its own. */
export const oneLine = (text: string) => text.replace(/\s*[\r\n]+\s*/g, " ");
