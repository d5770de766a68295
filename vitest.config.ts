import child = require("node:child_process");
import fs = require("node:fs");
import path = require("node:path");

// The package is CommonJS, and vitest is not: only its types can be named here.
type Config = import("vitest/config", { with: { "resolution-mode": "import" } }).ViteUserConfig;
type Project = import("vitest/config", {
  with: { "resolution-mode": "import" },
}).TestProjectInlineConfiguration;

/** What needs neither a Docker daemon nor the Pulumi CLI. */
const unit: Project = {
  test: {
    name: "unit",
    include: ["test/**/*.test.ts"],
    exclude: ["test/docker/**", "test/engine/**"],
    testTimeout: 30_000,
  },
};

/** One file after the other, when the parts before have ended: a machine has only so much memory. */
const alone = (name: string, groupOrder: number, globalSetup?: string): Project => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    fileParallelism: false,
    globalSetup,
    sequence: { groupOrder },
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});

/** Whether a Docker daemon answers, and does so at once. */
function hasDocker(): boolean {
  const command = ["info", "--format", "{{.ServerVersion}}"];
  const { status, stdout } = child.spawnSync("docker", command, { encoding: "utf8", timeout: 2_000 });
  return status === 0 && stdout.trim() !== "";
}

/**
 * Whether a program is installed. npm puts its own folders first on the PATH; what stands there as `pulumi` is the
 * npm package, which would have to download the CLI.
 */
function isInstalled(name: string): boolean {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return folders
    .filter((folder) => !folder.endsWith(path.join("node_modules", ".bin")))
    .some((folder) => fs.existsSync(path.join(folder, name)));
}

const parts = [
  {
    project: alone("docker", 1, "test/docker/support/global-setup.ts"),
    found: hasDocker(),
    reason: "docker (no Docker daemon)",
  },
  { project: alone("engine", 2), found: isInstalled("pulumi"), reason: "engine (no pulumi CLI on the PATH)" },
];
/** Single tests that need a program. */
const tools = [
  { found: isInstalled("actionlint"), reason: "lint of the workflows (no actionlint on the PATH)" },
];
const skipped = [...parts, ...tools].filter(({ found }) => !found).map(({ reason }) => reason);

const config: Config = {
  test: {
    projects: [unit, ...parts.filter(({ found }) => found).map(({ project }) => project)],
    reporters: ["default", ["./test/support/skipped.ts", { skipped }]],
  },
};

export = config;
