interface Section {
  readonly heading: string;
  /** Name and value. */
  readonly rows: readonly (readonly [string, string])[];
}

interface Link {
  readonly text: string;
  readonly href: string;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d9dfe7;--ground:#f6f8fb;--card:#fff;--accent:#1f6f5c}
@media(prefers-color-scheme:dark){:root{--ink:#e7ecf3;--soft:#9aa7b8;--line:#2b3644;--ground:#11161d;--card:#18202a;--accent:#6fd0b6}}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:46rem;margin:0 auto;padding:4rem 1.25rem}
h1{font-size:2rem;letter-spacing:-.02em;margin:0 0 2rem}h1 span{color:var(--accent)}
section{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.25rem 1.5rem;margin:0 0 1.25rem}
h2{font-size:.8rem;text-transform:uppercase;letter-spacing:.08em;color:var(--soft);margin:0 0 .75rem}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.4rem 1.5rem;margin:0}
dt{font-family:ui-monospace,monospace;font-size:.9rem}dd{margin:0;color:var(--soft)}
a{color:var(--accent);margin-right:1.25rem}`;

/** A whole page as one text: no script, no other file. */
export function page(title: string, sections: readonly Section[], links: readonly Link[]): string {
  const body = sections.map(({ heading, rows }) => {
    const list = rows.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join("\n");
    return `<section><h2>${escape(heading)}</h2><dl>${list}</dl></section>`;
  });
  const nav = links.map(({ text, href }) => `<a href="${escape(href)}">${escape(text)}</a>`).join("");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mainstay ${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>
<h1><span>Mainstay</span> ${escape(title)}</h1>
${body.join("\n")}
<nav>${nav}</nav>
</main></body>
</html>
`;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escape = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
