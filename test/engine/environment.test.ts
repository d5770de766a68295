import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readStackFiles } from "../../environment/stack-files";
import { declare, differences, fromPreview, withoutProviderDefaults } from "../../graph";
import program from "../../index";
import { makeProject, STACK, type Ended, type TestProject } from "./support/project";

const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8" }).trim();
const physical = (name: string) => `mainstay-${STACK}-${name}`;

/** Everything on the daemon that belongs to the stack. */
function remains(): string[] {
  const filter = `label=mainstay.environment=${STACK}`;
  return [
    docker("ps", "--all", "--filter", filter, "--format", "{{.Names}}"),
    docker("volume", "ls", "--filter", filter, "--format", "{{.Name}}"),
    docker("network", "ls", "--filter", filter, "--format", "{{.Name}}"),
  ].flatMap((lines) => lines.split("\n").filter((line) => line !== ""));
}

interface DriftReport {
  drift: boolean;
  differences: {
    name: string;
    kind: string;
    presence: string;
    properties: { path: string; state: unknown; reality: unknown }[];
  }[];
}

interface Keepers {
  generation: string;
}

const hasDocker = spawnSync("docker", ["info"], { stdio: "ignore", timeout: 5_000 }).status === 0;

/** One story, told in order: each test goes on from where the one before has left the environment. */
describe.skipIf(!hasDocker)("a whole environment through the engine", () => {
  let project: TestProject;
  let declared = 0;
  /** Containers that go on running: neither carriers of files nor the migration. */
  let running = 0;
  beforeAll(() => {
    project = makeProject();
  });
  afterAll(() => project.remove());

  const stackFile = () => join(project.directory, `Pulumi.${STACK}.yaml`);
  const succeeded = ({ status, stderr }: Ended) =>
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);

  /** Called without Mainstay, the CLI writes an encryption salt into the stack's file: puts it back. */
  function keepStackFile(): () => void {
    const committed = readFileSync(stackFile());
    return () => writeFileSync(stackFile(), committed);
  }

  async function drift(): Promise<{ status: number | null; found: unknown[] }> {
    const { status, stdout, stderr } = await project.mainstay("drift", STACK, "--json");
    if (stdout === "") throw new Error(stderr);
    const report = JSON.parse(stdout) as DriftReport;
    const found = report.differences.map(({ name, kind, presence, properties }) => [
      name,
      kind,
      presence,
      ...properties.map(
        ({ path, state, reality }) => `${path}: ${JSON.stringify(state)} → ${JSON.stringify(reality)}`,
      ),
    ]);
    return { status, found };
  }

  test("the engine's first preview and the in-process run give the same graph", async () => {
    const backend = join(project.directory, ".state", "engine-only");
    mkdirSync(backend, { recursive: true });
    const env = { PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: "test" };
    const restore = keepStackFile();
    succeeded(project.pulumi(env, "stack", "init", STACK));
    const { status, stdout, stderr } = project.pulumi(
      env,
      "preview",
      "--stack",
      STACK,
      "--json",
      "--show-sames",
    );
    expect([status, stderr.includes("error")]).toEqual([0, false]);
    const offline = await declare(program, readStackFiles(project.directory, STACK));
    const preview = withoutProviderDefaults(fromPreview(JSON.parse(stdout)));
    declared = offline.resources.length;
    running = offline.resources.filter(
      ({ type, inputs }) => type === "docker:index/container:Container" && inputs.mustRun !== false,
    ).length;
    expect(declared).toBeGreaterThan(100);
    expect(differences(offline, preview)).toEqual([]);
    succeeded(project.pulumi(env, "stack", "rm", STACK, "--yes", "--force", "--preserve-config"));
    restore();
  });

  test("preview changes nothing, and `local` as it is committed keeps the policies", async () => {
    succeeded(await project.mainstay("preview", STACK));
    expect(project.changed()).toBe("");
    const committed = makeProject({ stacks: ["local"], parts: ["policies", "graph", "transpile.js"] });
    try {
      const previewed = await committed.mainstay("preview", "local");
      succeeded(previewed);
      expect(previewed.stdout).toMatch(/^local: \d+ to create\n/);
      expect(committed.changed()).toBe("");
    } finally {
      committed.remove();
    }
  });

  test("up brings it up, healthy", async () => {
    succeeded(await project.mainstay("up", STACK, "--yes"));
    const states = docker(
      "ps",
      "--filter",
      `label=mainstay.environment=${STACK}`,
      "--format",
      "{{.Status}}",
    ).split("\n");
    expect(states.length).toBe(running);
    expect(states.filter((state) => !state.includes("(healthy)"))).toEqual([]);
  });

  test("right after, nothing differs: neither for drift nor for a refreshed preview that expects no changes", async () => {
    expect(await drift()).toEqual({ status: 0, found: [] });
    expect(project.changed()).toBe("");
    const restore = keepStackFile();
    const state = join(project.directory, ".state");
    const env = {
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(state, "passphrase"),
    };
    const file = join(state, "config", `Pulumi.${STACK}.yaml`);
    const preview = project.pulumi(
      env,
      "preview",
      "--stack",
      STACK,
      "--config-file",
      file,
      "--refresh",
      "--expect-no-changes",
    );
    expect([preview.status, /(\d+) unchanged/.exec(preview.stdout)?.[0]]).toEqual([
      0,
      `${declared} unchanged`,
    ]);
    restore();
  });

  test("Prometheus is told what up and drift came to, and how old the secrets are", async () => {
    const metrics = docker(
      "exec",
      physical("host-exporter"),
      "wget",
      "-qO-",
      "http://127.0.0.1:9100/metrics",
    );
    const told = [...metrics.matchAll(/^(mainstay_\w+)(?:\{\w+="(.+)"\})? (\S+)$/gm)];
    const of = (metric: string) =>
      new Map(
        told.filter(([, name]) => name === metric).map(([, , label = "", value]) => [label, Number(value)]),
      );
    expect(of("mainstay_drift_differences")).toEqual(new Map([["", 0]]));
    const { resources } = await declare(program, readStackFiles(project.directory, STACK));
    // Of two that take turns the one of the generation before is not looked after any more.
    const rotated = resources.filter(
      ({ type, inputs }) =>
        type.endsWith(":RandomPassword") && (inputs.keepers as Keepers | undefined)?.generation === "1",
    );
    const made = of("mainstay_secret_made_timestamp_seconds");
    expect([...made.keys()].sort()).toEqual(rotated.map(({ name }) => name).sort());
    const certificates = resources.filter(({ type }) => /^tls:.+SignedCert$/.test(type));
    const ends = of("mainstay_certificate_ends_timestamp_seconds");
    expect([...ends.keys()].sort()).toEqual(certificates.map(({ name }) => name).sort());
    expect(Math.min(...ends.values())).toBeGreaterThan(Date.now() / 1000 + 396 * 86_400);
    expect(of("mainstay_deployment_failed")).toEqual(new Map([["", 0]]));
    const deployed = of("mainstay_deployment_timestamp_seconds");
    expect([...deployed.keys()]).toEqual(["success"]);
    const looked = of("mainstay_drift_look_timestamp_seconds").get("") ?? 0;
    const times = [Math.max(...made.values()), deployed.get("success") ?? 0, looked, Date.now() / 1000];
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.min(...made.values())).toBeGreaterThan(Date.now() / 1000 - 1800);
  });

  test("a container changed by hand is reported", async () => {
    docker("update", "--memory", "128m", "--memory-swap", "128m", physical("cache"));
    expect(await drift()).toEqual({
      status: 3,
      found: [["cache", "drift", "changed", "memory: 192 → 128", "memorySwap: 192 → 128"]],
    });
  });

  test("a container stopped by hand is reported", async () => {
    docker("stop", physical("web-1"));
    const { status, found } = await drift();
    expect([status, found.map((entry) => (entry as string[])[0]).sort()]).toEqual([3, ["cache", "web-1"]]);
  });

  test("a container deleted by hand is reported", async () => {
    docker("rm", "--force", physical("tracing"));
    const { status, found } = await drift();
    expect(status).toBe(3);
    expect(found).toContainEqual(expect.arrayContaining(["tracing", "drift", "missing"]));
  });

  test("up repairs all three, and nothing differs again", async () => {
    succeeded(await project.mainstay("up", STACK, "--yes"));
    expect(await drift()).toEqual({ status: 0, found: [] });
    expect(docker("inspect", "--format", "{{.HostConfig.Memory}}", physical("cache"))).toBe(
      String(192 * 1024 * 1024),
    );
    expect(
      docker("inspect", "--format", "{{.State.Health.Status}}", physical("web-1"), physical("tracing")),
    ).toBe("healthy\nhealthy");
  });

  test("a failed migration stops up and leaves the services as they were; the next up runs it again", async () => {
    const sql = (statement: string) =>
      docker("exec", physical("database"), "psql", "-XAtq", "-U", "postgres", "-d", "app", "-c", statement);
    const service = () => docker("inspect", "--format", "{{.Id}} {{.State.Status}}", physical("worker-1"));
    const migration = () => docker("inspect", "--format", "{{.State.ExitCode}}", physical("migration"));
    const before = service();
    sql("ALTER ROLE migrator NOLOGIN");
    docker("rm", "--force", physical("migration"));

    const { status, stderr } = await project.mainstay("up", STACK, "--yes");
    expect(status).toBe(1);
    expect(stderr).toContain(
      `the migration ended with exit code 1; see: docker logs ${physical("migration")}. The next up runs it again.`,
    );
    expect([migration(), service()]).toEqual(["1", before]);

    sql("ALTER ROLE migrator LOGIN");
    succeeded(await project.mainstay("up", STACK, "--yes"));
    expect([migration(), service()]).toEqual(["0", before]);
    expect(await drift()).toEqual({ status: 0, found: [] });
  });

  test("down leaves nothing behind", async () => {
    succeeded(await project.mainstay("down", STACK, "--yes"));
    expect(remains()).toEqual([]);
  });

  test("and the working tree is as it was", () => {
    expect(project.changed()).toBe("");
  });
});
