import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { declare, type Graph } from "../../graph";
import program from "../../index";
import { partOf } from "../../operations/part";
import { packagedServer } from "../components/support/postgres";
import { docker, eventually, PORTS, testConfiguration } from "./support/environment";
import { inventOutputs } from "./support/invent";
import { launch, logs, remove } from "./support/launch";

const ROOT = join(__dirname, "../..");
const STACK = "versiontest";
const DATABASE = `mainstay-${STACK}-database`;
const NEXT = "mainstay-test/postgres-next:1.0";
const newer = packagedServer();
/** Rows, their sum, their owner, and whether a service may write them. */
const KEPT = "1000|500500|migrator|t";

/** The commands of the page in a step, or after all steps; those of the engine are this test's own doing. */
const PAGE = readFileSync(join(ROOT, "docs/runbooks/database-versions.md"), "utf8");
const commands = (after: string): string[] => {
  const [, block = ""] = /^ *```sh\n([^]*?)^ *```$/m.exec(PAGE.slice(PAGE.indexOf(after))) ?? [];
  return block
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("npm run up"));
};

/** A server of the npm package's major version, with Debian's tools: those of an older version know it, too. */
function buildNext(bin: string): void {
  const file =
    "FROM mainstay-test/postgres:1.0\nCOPY . /usr/lib/postgresql/next\nENV PATH=/usr/lib/postgresql/next/bin:$PATH\n";
  execFileSync("docker", ["build", "--quiet", "--tag", NEXT, "--file", "-", dirname(bin)], {
    input: file,
    stdio: "pipe",
  });
}

const why = newer === undefined ? " (skipped: there is no newer PostgreSQL)" : "";

/** One story, told in order. */
describe.skipIf(newer === undefined)(`another major version of PostgreSQL, by its page${why}`, () => {
  let graph: Graph;
  let folder = "";

  /** What `up --only database` does about another image. */
  const upWith = async (image: string, wait = true) => {
    const resources = graph.resources
      .filter(({ type, name }) => type.endsWith(":Container") && name === "database")
      .map((resource) => ({ ...resource, inputs: { ...resource.inputs, image, wait } }));
    execFileSync("docker", ["rm", "--force", DATABASE], { stdio: "pipe" });
    await launch(docker, { ...graph, resources });
  };

  /** Runs commands of the page, in a folder of the test's own. */
  const shell = (lines: readonly string[]) => {
    const setUp = [`STACK=${STACK}`, "source docs/runbooks/shell-docker.sh", `cd ${folder}`];
    const { status, stderr } = spawnSync("bash", ["-ec", [...setUp, ...lines].join("\n")], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  };
  const sql = (statement: string) => {
    const psql = ["psql", "-XAtq", "--host=/run/postgresql", "--username=postgres", "--dbname=app"];
    return execFileSync("docker", ["exec", DATABASE, ...psql, "-c", statement], { encoding: "utf8" }).trim();
  };
  const major = () => Math.floor(Number(sql("SHOW server_version_num")) / 10_000);
  const rows = () =>
    sql(
      "SELECT count(*), sum(id), min(pg_get_userbyid(relowner)), bool_and(has_table_privilege('api_odd', 'app.kept', 'INSERT')) FROM app.kept, pg_class WHERE relname = 'kept'",
    );

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "mainstay-"));
    buildNext(newer ?? "");
    await remove(docker, STACK);
    const ports = Object.fromEntries(Object.entries(PORTS).map(([of, port]) => [of, port + 2000]));
    const { config, project } = testConfiguration(ROOT, ports as typeof PORTS);
    const options = { project, stack: STACK, config, revealSecrets: true, invent: inventOutputs };
    graph = await declare(program, options);
    const part = new Set(partOf(graph, "database"));
    graph = { ...graph, resources: graph.resources.filter(({ urn }) => part.has(urn)) };
    await launch(docker, graph);
  });
  afterAll(async () => {
    await remove(docker, STACK);
    rmSync(folder, { recursive: true });
  });

  test("its server does not touch the files of the one before", async () => {
    sql(
      "SET ROLE migrator; CREATE TABLE app.kept (id integer PRIMARY KEY); INSERT INTO app.kept SELECT generate_series(1, 1000)",
    );
    expect([major(), rows()]).toEqual([15, KEPT]);
    await upWith(NEXT, false);
    const said = await eventually(60, async () => /^FATAL: .*/m.exec(await logs(docker, DATABASE))?.[0]);
    expect(said).toMatch(/^FATAL: the data are those of PostgreSQL 15, and this is PostgreSQL 17, /);
    await upWith("mainstay-test/postgres:1.0");
    expect([major(), rows()]).toEqual([15, KEPT]);
  });

  test("a dump takes the data over, with their owners and rights", async () => {
    shell(commands("3. Dump"));
    await upWith(NEXT);
    expect(sql("SELECT to_regclass('app.kept')")).toBe("");
    shell(commands("4. Put"));
    expect([major(), rows()]).toEqual([17, KEPT]);
    expect(sql("SELECT attname FROM pg_stats WHERE tablename = 'kept'")).toBe("id");
  });

  test("the way back leads to what was written before", async () => {
    sql("INSERT INTO app.kept VALUES (1001)");
    shell(commands("Until then"));
    await upWith("mainstay-test/postgres:1.0");
    expect([major(), rows()]).toEqual([15, KEPT]);
  });
});
