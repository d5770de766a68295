import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(__dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

/** What each folder may import from, beside itself and packages. */
const MAY_IMPORT: Record<string, string[]> = {
  environment: [],
  graph: [],
  observability: ["environment"],
  components: ["environment", "observability"],
  policies: ["graph", "environment"],
  operations: ["environment", "graph", "policies", "components", "observability"],
  "services/app": [],
  "services/backup": [],
};

/** TypeScript below a folder that git would keep, relative to the root. */
function sources(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => file.endsWith(".ts") && !/(^|\/)(node_modules|dist)\//.test(file))
    .sort();
}

/** Files of the project a file imports, relative to the root. */
function imports(file: string): string[] {
  const found = read(file).matchAll(/(?:from|import\(|require\()\s*["'](\.[^"']+)["']/g);
  return [...found].map(([, target = ""]) => normalize(join(dirname(file), target)));
}

describe("imports", () => {
  test.each(Object.entries(MAY_IMPORT))("of %s lead nowhere but %j", (folder, allowed) => {
    const outside = sources(folder).flatMap((file) =>
      imports(file)
        .filter(
          (target) =>
            ![folder, ...allowed].some(
              (place) => target === place.replace(/\.ts$/, "") || target.startsWith(`${place}/`),
            ),
        )
        .map((target) => `${file} -> ${target}`),
    );
    expect(outside).toEqual([]);
  });

  test("are allowed as the page about the architecture says", () => {
    const rows = [...read("docs/architecture.md").matchAll(/^\| `([\w/]+)` +\| (nothing|`[^|]+`) +\|$/gm)];
    const told = rows.map(([, folder, from = ""]) => [folder, from.match(/[a-z]+(?=`)/g) ?? []]);
    expect(Object.fromEntries(told)).toEqual(MAY_IMPORT);
  });

  test("are known before anything runs: what Node itself would import, nothing turns into JavaScript", () => {
    const folders = ["environment", "graph", "observability", "components", "policies", "operations"];
    const dynamic = folders
      .flatMap(sources)
      .filter((file) => /\bimport\(["']\./.test(read(file).replace(/typeof import\(/g, "")));
    expect(dynamic).toEqual([]);
  });

  test("of Pulumi stay out of what has to start cheaply", () => {
    const offline = sources("environment").filter((file) => file !== "environment/load.ts");
    const importing = offline.filter((file) => /from "@pulumi\//.test(read(file)));
    expect(importing).toEqual([]);
  });
});

describe("the program", () => {
  const program = [
    "index.ts",
    ...sources("environment"),
    ...sources("components"),
    ...sources("observability"),
  ];

  test("never asks for a stack by its name", () => {
    expect(program.filter((file) => /["'`](prod|production|staging)["'`]/.test(read(file)))).toEqual([]);
    const asking = program.filter((file) => /getStack\(|allConfig\(|new pulumi\.Config/.test(read(file)));
    expect(asking).toEqual(["environment/load.ts"]);
  });

  test("declares nothing inside an apply", () => {
    const inside = sources("components").filter((file) =>
      /\.apply\([^;]*new (docker|aws|random|tls)\./s.test(read(file)),
    );
    expect(inside).toEqual([]);
  });
});
