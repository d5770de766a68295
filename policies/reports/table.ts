/** A table of Markdown. What stands in a cell cannot break out of it. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => cellText(String(cell))).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

const cellText = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
