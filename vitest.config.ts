import child = require("node:child_process");
import fs = require("node:fs");
import path = require("node:path");

// The package is CommonJS, and vitest is not: only its types can be named here.
type Config = import("vitest/config", { with: { "resolution-mode": "import" } }).ViteUserConfig;
type Project = import("vitest/config", {
  with: { "resolution-mode": "import" },
}).TestProjectInlineConfiguration;

/**
 * The PATH without npm's own folders, which it puts first: what stands there as `pulumi` is the npm package, which
 * would have to download the CLI.
 */
const folders = [
  // Where test/checkov/setup.sh puts it.
  path.join(__dirname, ".checkov", "bin"),
  ...(process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => !folder.endsWith(path.join("node_modules", ".bin"))),
];

/** Whether a program is on the PATH, or where Debian keeps PostgreSQL's. */
function isInstalled(name: string): boolean {
  const debian = "/usr/lib/postgresql";
  const versions = fs.existsSync(debian) ? fs.readdirSync(debian) : [];
  return [...folders, ...versions.map((version) => path.join(debian, version, "bin"))].some((folder) =>
    fs.existsSync(path.join(folder, name)),
  );
}

/** Ends what hangs. The longest take some seconds, and many times as long on a busy machine. */
const LIMIT_MS = 120_000;

/**
 * Quick, and without anything beside Node. The SDKs take a second to load: the files of a worker share them, so none
 * may leave anything behind in a module.
 */
const unit: Project = {
  test: {
    name: "unit",
    isolate: false,
    // Commands load the program as Node does.
    execArgv: ["--require", path.join(__dirname, "transpile.js")],
    include: ["test/**/*.test.ts"],
    exclude: ["test/services/**", "test/checkov/**", "test/docker/**", "test/engine/**"],
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
  },
};

/** The images' programs against real PostgreSQL, Redis and restic, as processes of each test's own. */
const services: Project = {
  test: {
    name: "services",
    include: ["test/services/**/*.test.ts"],
    sequence: { groupOrder: 1 },
    testTimeout: LIMIT_MS,
    // What is waited for comes as soon as a busy machine lets it: of its own accord a second would be the limit.
    expect: { poll: { timeout: 20_000 } },
  },
};

/** The AWS stacks as checkov reads them: a process of Python for each. */
const checkov: Project = {
  test: {
    name: "checkov",
    include: ["test/checkov/**/*.test.ts"],
    env: { PATH: folders.join(path.delimiter) },
    sequence: { groupOrder: 1 },
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
};

/** One file after the other, when the parts before have ended: a machine has only so much memory. */
const alone = (name: string, groupOrder: number, globalSetup?: string): Project => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    env: { PATH: folders.join(path.delimiter) },
    fileParallelism: false,
    globalSetup,
    sequence: { groupOrder },
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});

/** Whether a Docker daemon answers. Where there is none that is known at once; one on a busy machine takes seconds. */
function hasDocker(): boolean {
  const command = ["info", "--format", "{{.ServerVersion}}"];
  const { status, stdout } = child.spawnSync("docker", command, { encoding: "utf8", timeout: 20_000 });
  return status === 0 && stdout.trim() !== "";
}

const parts = [
  {
    project: alone("docker", 2, "test/docker/support/global-setup.ts"),
    found: hasDocker(),
    reason: "docker (no Docker daemon)",
  },
  { project: alone("engine", 3), found: isInstalled("pulumi"), reason: "engine (no pulumi CLI on the PATH)" },
];

/** Tests that need programs, by one of their names, and are left out one by one where those are missing. */
const needs: readonly (readonly [string, readonly string[]])[] = [
  ["lint of the workflows", ["actionlint"]],
  ["rules, by Prometheus itself", ["promtool"]],
  ["routes, by Alertmanager itself", ["amtool"]],
  ["the AWS stacks, by checkov", ["checkov"]],
  ["inhibitions, by Alertmanager itself", ["alertmanager|prometheus-alertmanager"]],
  ["runbooks on AWS, by its own command line", ["aws"]],
  ["the edge's configuration, by nginx itself", ["nginx"]],
  ["Loki's configuration, by itself", ["loki"]],
  ["Jaeger's configuration, by itself", ["jaeger"]],
  ["Vector's configuration, by itself", ["vector"]],
  ["the app's services on real servers", ["postgres", "initdb", "redis-server", "openssl"]],
  [
    "backups of a real database",
    ["postgres", "initdb", "psql", "pg_dump", "pg_restore", "restic", "openssl"],
  ],
];
const lacking = needs.flatMap(([what, programs]) => {
  const missing = programs.filter((program) => !program.split("|").some(isInstalled));
  return missing.length > 0 ? [`${what} (no ${missing.join(", ")} on the PATH)`] : [];
});
const skipped = [...parts.filter(({ found }) => !found).map(({ reason }) => reason), ...lacking];

const config: Config = {
  test: {
    // Of its own accord one core would do nothing, and with two of them that is half the machine.
    maxWorkers: "100%",
    projects: [unit, services, checkov, ...parts.filter(({ found }) => found).map(({ project }) => project)],
    reporters: ["default", ["./test/support/skipped.ts", { skipped }]],
  },
};

export = config;
