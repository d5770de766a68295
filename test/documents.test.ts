import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parse, stringify } from "yaml";
import manifest from "../package.json";
import { APP_JOBS, metricOf } from "../observability/metrics";
import { APP } from "../observability/metrics/app";
import { RUNTIME } from "../observability/metrics/runtime";
import { ruleGroups } from "../observability/rules";
import { FIGURES, LINKS } from "./observability/support/figures";
import { analyse } from "./observability/support/promql";
import { anchorOf } from "./observability/support/runbooks";
import { authority, certificate } from "./operations/edge";
import { commands, invoke, ROOT, TrialProject } from "./operations/support";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const below = (folder: string, pattern: RegExp) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => pattern.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .map((file) => join(folder, file))
    .sort();

const DOCUMENTS = ["README.md", ...below("docs", /\.md$/), ...below("services", /README\.md$/)];

/** What is found in each document, with the document. */
const inAll = <T>(find: (text: string, file: string) => readonly T[]): (readonly [string, T])[] =>
  DOCUMENTS.flatMap((file) => find(read(file), file).map((found) => [file, found] as const));
const all = (pattern: RegExp) => (text: string) => [...text.matchAll(pattern)].map(([, found = ""]) => found);

describe("the documents", () => {
  test("name scripts that exist", () => {
    const services = ["build", "dev", "start"];
    const known = new Set([...Object.keys(manifest.scripts), ...services]);
    const named = inAll(all(/npm run (?:--silent )?([\w:-]+)/g));
    expect(named.filter(([, script]) => !known.has(script))).toEqual([]);
  });

  test("name commands that exist, with options they have", () => {
    const named = (list: ReturnType<typeof commands>["commands"]): [string, string[]][] =>
      list.flatMap((one) => [
        [one.name(), one.options.map(({ long }) => long ?? "")] as [string, string[]],
        ...named(one.commands),
      ]);
    const options = new Map(named(commands().commands));
    const typed = inAll(all(/npm run (?:--silent )?mainstay -- ([a-z][\w-]*)/g));
    expect(typed.filter(([, name]) => !options.has(name))).toEqual([]);
    const given = inAll((text) =>
      [...text.matchAll(/npm run (?:--silent )?(?:mainstay -- )?([\w-]+)((?: (?:-- )?[-$\w.]+)*)/g)].flatMap(
        ([, name = "", rest = ""]) =>
          (rest.match(/--\w[\w-]*/g) ?? []).filter((option) => !options.get(name)?.includes(option)),
      ),
    );
    expect(given).toEqual([]);
  });

  test("link to files and sections that exist", () => {
    const sections = (file: string) =>
      [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, name = ""]) => anchorOf(name));
    const links = inAll(all(/\]\((?!https?:)([^)]+)\)/g));
    const broken = links.filter(([file, link]) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? file : join(dirname(file), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && target.endsWith(".md") && !sections(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

test("the page about apps of one's own names the metrics alerts and objectives ask an app for, and no others", () => {
  const [, section = ""] = read("docs/your-own-app.md").split("\n## Metrics\n");
  const listed = all(/`([a-z]\w*_\w+)`/g)(section.split("\nWhat else is")[0] ?? "");
  const rules = ruleGroups(FIGURES, LINKS, "selfHosted").flatMap((group) => group.rules);
  const asked = new Set(
    rules.flatMap(({ expr }) => analyse(expr).selectors.map(({ metric }) => metricOf(metric))),
  );
  const ofApps = [...APP, ...RUNTIME].filter(({ jobs }) => APP_JOBS.some((job) => jobs.includes(job)));
  const wanted = ofApps.filter((metric) => asked.has(metric)).map(({ name }) => name);
  expect([...listed].sort()).toEqual(wanted.sort());
});

test("the README shows what its first command prints where there is no engine", async () => {
  const [, shown = ""] = /\n```\n(local [\s\S]*?)```/.exec(read("README.md")) ?? [];
  const trial = new TrialProject("local");
  vi.stubEnv("PATH", "/nowhere");
  try {
    expect((await trial.invoke("preview")).stdout.slice(0, shown.length)).toBe(shown);
  } finally {
    vi.unstubAllEnvs();
    trial.remove();
  }
});

/** Every stack file there is to copy, by the name of its stack. */
const STACKS = new Map(
  [".", "docs/examples"].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).flatMap((file) => {
      const [, stack] = /^Pulumi\.(.+)\.yaml$/.exec(file) ?? [];
      return stack === undefined ? [] : [[stack, join(folder, file)] as const];
    }),
  ),
);

/** A line that gives a secret, and what its section has the reader write into the stack's file before. */
interface Giving {
  readonly file: string;
  readonly stack: string;
  readonly name: string;
  readonly settings: readonly string[];
}

function givings(file: string, text: string): Giving[] {
  return text.split(/^## /m).flatMap((section) => {
    const onHost = section.includes("\n\nOn a Docker host");
    const stacks = [...STACKS].filter(([, path]) => !onHost || read(path).includes("platform: docker"));
    return [...section.matchAll(/secret set ([$\w-]+) ([A-Z_]+)/g)].flatMap(
      ({ 1: stack = "", 2: name = "", index }) => {
        const settings = all(/^ *```yaml\n([\s\S]*?)^ *```$/gm)(section.slice(0, index));
        // A page may leave open which secret it is, and for which stack.
        if (name === "NAME") return [];
        const meant = /^(\$?STACK|NAME)$/.test(stack) ? stacks.map(([one]) => one) : [stack];
        return meant.map((one) => ({ file, stack: one, name, settings }));
      },
    );
  });
}

const GIVINGS = [...DOCUMENTS, "operations/commands/secret.ts", ...STACKS.values()].flatMap((file) =>
  givings(file, read(file)),
);

describe("the documents have a secret given", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "mainstay-documents-"));
    // No CLI is found: a name and a value that are refused are refused before it is looked for.
    vi.stubEnv("PATH", "/nowhere");
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(directory, { recursive: true });
  });

  type Settings = Record<string, Record<string, unknown>>;

  /** Copies the stack's files, with what a page has written into them; gives the name users know. */
  function project({ stack, settings }: Giving): string {
    writeFileSync(join(directory, "Pulumi.yaml"), read("Pulumi.yaml"));
    const file = parse(read(STACKS.get(stack) ?? "")) as { config: { "mainstay:scale": Settings } };
    const scale = file.config["mainstay:scale"];
    for (const text of settings) {
      for (const [key, value] of Object.entries(parse(text) as Settings))
        scale[key] = { ...scale[key], ...value };
    }
    writeFileSync(join(directory, `Pulumi.${stack}.yaml`), stringify(file));
    return String(scale["domain"]);
  }

  /** A value that every secret of such a name may have. */
  async function valueOf(name: string, domain: string): Promise<string> {
    if (name.endsWith("_URL")) return "https://hooks.example.com/0f1e2d";
    if (!name.startsWith("TLS_")) return "0123456789abcdef".repeat(4);
    const { cert, key } = await certificate(await authority(), 30, domain);
    return name === "TLS_CHAIN" ? cert : key;
  }

  test.each(GIVINGS)("$name of $stack, in $file, once it is named", async (giving) => {
    const value = await valueOf(giving.name, project(giving));
    vi.spyOn(process, "stdin", "get").mockReturnValue(
      Readable.from([value]) as unknown as typeof process.stdin,
    );
    const said = await invoke("secret", "set", giving.stack, giving.name, "--project", directory);
    expect(said).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "this needs the Pulumi CLI (none on the PATH, no npm package pulumi): https://www.pulumi.com/docs/install/\n",
    });
  });

  test("in so many places", () => expect(GIVINGS.length).toBeGreaterThan(30));
});
