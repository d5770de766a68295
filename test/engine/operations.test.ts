import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Difference } from "../../operations/drift/classify";
import type { Change } from "../../operations/engine/changes";
import { ROOT, TrialProject, type Result, type StackFile } from "../operations/support";
import { docker, IMAGE, left, missing, sweep } from "./support/daemon";

const why = missing();

/** Longest time one operation may take, on a machine that has other things to do. */
const OPERATION = 180_000;

describe.skipIf(why)(
  `operations on a real engine and a real daemon${why ? ` (skipped: ${why})` : ""}`,
  { timeout: OPERATION },
  () => {
    const stack = `trial${process.pid}`;
    const named = (name: string) => `mainstay-${stack}-${name}`;
    const FIRST = named("first");
    const SECOND = named("second");
    let trial: TrialProject;
    let text = "";
    const results: Result[] = [];
    const git = (...args: string[]) => execFileSync("git", args, { cwd: trial.directory, encoding: "utf8" });

    beforeAll(() => {
      trial = new TrialProject(stack, join(__dirname, "fixtures", "host.ts"));
      cpSync(join(ROOT, ".gitignore"), join(trial.directory, ".gitignore"));
      symlinkSync(join(ROOT, "docs"), join(trial.directory, "docs"));
      git("init", "--quiet");
      git("add", "--all");
    });
    afterAll(() => {
      sweep(stack);
      trial.remove();
    });

    /** Changes the stack's file as people do. */
    const configure = (memoryMiB: number, more: Partial<StackFile["config"]["mainstay:scale"]> = {}) =>
      trial.configure((scale) => {
        Object.assign(scale, { images: { carrier: IMAGE }, ...more });
        scale.cache.memoryMiB = memoryMiB;
      });

    async function run(command: string, ...args: string[]): Promise<Result> {
      const result = await trial.run(command, args);
      results.push(result);
      return result;
    }

    /** The result of a command that is to succeed, from its JSON. */
    async function succeed(command: string, ...args: string[]) {
      const { code, stdout, stderr } = await run(command, "--json", ...args);
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout);
    }

    const inspect = (name: string, format: string) => docker("inspect", "--format", format, name);
    const about = ({ name, kind, presence, plan, properties, notes }: Difference) => ({
      name,
      kind,
      presence,
      plan,
      notes,
      properties: properties.map(({ path, kind: of, state, reality, program }) => [
        path,
        of,
        state,
        reality,
        program,
      ]),
    });

    it("previews what is to be created, and leaves the files people edit as they are", async () => {
      const text = configure(64);
      const { summary, outputs, source } = await succeed("preview");
      expect({ summary, outputs, source }).toEqual({
        summary: { create: 6 },
        outputs: { password: "[secret]", prefix: `mainstay-${stack}` },
        source: "engine",
      });
      expect(left(stack)).toEqual([]);
      expect(readFileSync(trial.stackFile, "utf8")).toBe(text);
      expect(statSync(join(trial.directory, ".state", "passphrase")).mode & 0o777).toBe(0o600);
    });

    it("brings a stack up, and finds no drift right after", async () => {
      const { summary, outputs } = await succeed("up", "--yes");
      expect({ summary, outputs }).toEqual({
        summary: { create: 6 },
        outputs: { password: "[secret]", prefix: `mainstay-${stack}` },
      });
      expect(left(stack).sort()).toEqual([FIRST, named("network"), SECOND, named("volume")]);

      const drift = await run("drift", "--json");
      expect(drift.code).toBe(0);
      expect(JSON.parse(drift.stdout)).toEqual({ stack, resources: 6, drift: false, differences: [] });
    });

    it("tells what was changed by hand from what the program changed meanwhile", async () => {
      docker("update", "--memory", "48m", "--memory-swap", "48m", FIRST);
      docker("network", "disconnect", named("network"), FIRST);
      docker("stop", "--time", "1", SECOND);
      const text = configure(96);

      const report = join(trial.directory, ".reports", "drift.md");
      const { code, stdout } = await run("drift", "--json", "--report", report);
      expect(code).toBe(3);
      expect(JSON.parse(stdout).differences.map(about)).toEqual([
        {
          name: "first",
          kind: "both",
          presence: "changed",
          plan: "update",
          notes: [`it is cut off from ${named("network")}`],
          properties: [
            ["memory", "both", 64, 48, 96],
            ["memorySwap", "both", 64, 48, 96],
            ["networksAdvanced", "drift", [named("network")], [], [named("network")]],
          ],
        },
        {
          name: "second",
          kind: "both",
          presence: "changed",
          plan: "update",
          notes: ["it does not run: it ended with exit code 143"],
          properties: [
            ["memory", "pending", 64, 64, 96],
            ["memorySwap", "pending", 64, 64, 96],
            ["mustRun", "drift", true, false, true],
          ],
        },
      ]);
      expect(readFileSync(report, "utf8").split("\n")[0]).toBe(`# ${stack}: drift in 2 of 6 resources`);
      // It only looked.
      expect(inspect(SECOND, "{{.State.Running}}")).toBe("false");
      expect(readFileSync(trial.stackFile, "utf8")).toBe(text);
    });

    it("repairs it with up", async () => {
      const { summary } = await succeed("up", "--yes");
      expect(summary).toEqual({ replace: 1, same: 4, update: 1 });
      for (const name of [FIRST, SECOND]) {
        expect(
          inspect(
            name,
            "{{.State.Running}} {{.HostConfig.Memory}} {{range $k, $v := .NetworkSettings.Networks}}{{$k}}{{end}}",
          ),
        ).toBe(`true ${96 * 1024 * 1024} ${named("network")}`);
      }
      expect((await succeed("drift")).differences).toEqual([]);
    });

    it("says of a change of the program alone that it is not applied yet, and is no drift", async () => {
      configure(128);
      const { code, stdout } = await run("drift");
      expect(code).toBe(0);
      expect(stdout.split("\n")).toEqual([
        `${stack}: no drift in 6 resources, 2 changes not applied yet (no drift)`,
        ...["first", "second"].flatMap((name) => [
          "",
          `docker:Container ${name}  not applied`,
          "    memory: 96 → 128 (not applied)",
          "    memorySwap: 96 → 128 (not applied)",
        ]),
        "",
      ]);
      configure(96);
    });

    it("names what was deleted by hand, and up creates it again", async () => {
      docker("rm", "--force", FIRST, SECOND);
      docker("network", "rm", named("network"));
      docker("volume", "rm", named("volume"));
      const { code, stdout } = await run("drift", "--json");
      expect(code).toBe(3);
      const whole = { kind: "drift", presence: "missing", plan: "create", notes: [], properties: [] };
      expect(JSON.parse(stdout).differences.map(about)).toEqual(
        ["first", "second", "network", "volume"].map((name) => ({ name, ...whole })),
      );

      expect((await succeed("up", "--yes")).summary).toEqual({ create: 4, same: 2 });
    });

    it("deletes nothing that is protected", async () => {
      configure(96, { protectData: true });
      const { changes } = await succeed("up", "--yes");
      expect(changes.map(({ name, properties }: Change) => [name, properties])).toEqual([
        ["volume", [{ path: "protect", from: false, to: true }]],
      ]);
      const refused = await run("down", "--yes");
      expect({ code: refused.code, said: refused.stderr.split("\n").slice(1) }).toEqual({
        code: 1,
        said: [
          `${stack} protects:`,
          "  docker:Volume volume",
          `To delete everything else: npm run down -- ${stack} --keep-protected`,
          `To delete these too, for good: npm run down -- ${stack} --with-data`,
          "",
        ],
      });
      const { left: kept } = await succeed("down", "--yes", "--keep-protected");
      expect(kept).toEqual([expect.stringMatching(/docker:index\/volume:Volume::volume$/)]);
      expect(left(stack)).toEqual([named("volume")]);
    });

    it("says how to let go of what is protected and declared no longer; until then its data stay", async () => {
      const program = join(trial.directory, "index.ts");
      const fixture = readlinkSync(program);
      // Writing through the link would change the fixture in the repository.
      unlinkSync(program);
      writeFileSync(program, "export = () => {};\n");
      const { code, stderr } = await run("up", "--yes");
      const urn = /cannot be deleted\s+because it is protected[^]*'(urn:\S+:volume)'/.exec(stderr)?.[1] ?? "";
      const said = /: (source .+), then (pulumi .+'URN' .+), with the URN/.exec(stderr)?.slice(1) ?? [];
      expect([code, urn, said.length]).toEqual([1, expect.stringMatching(/:Volume::volume$/), 2]);
      expect(left(stack)).toEqual([named("volume")]);

      const commands = said
        .join("\n")
        .replace("URN", () => urn)
        .replaceAll("STACK", stack);
      execFileSync("bash", ["-e", "-c", commands], { cwd: trial.directory, stdio: "pipe" });
      await succeed("up", "--yes");
      expect(left(stack)).toEqual([]);
      unlinkSync(program);
      symlinkSync(fixture, program);
    });

    it("stops at Ctrl-C without leaving a lock, and goes on the next time", async () => {
      text = configure(96, { protectData: false });
      const interrupted = await trial.run("up", ["--yes"], {
        // The network takes two seconds, and the containers wait for it.
        started: (child) =>
          child.stderr?.on("data", (chunk: Buffer) => {
            if (chunk.toString().includes("created ")) child.kill("SIGINT");
          }),
      });
      results.push(interrupted);
      expect(interrupted.code, interrupted.stderr).toBe(130);
      expect(interrupted.stderr).toContain(
        `up of ${stack} was stopped; the same command again goes on from there\n`,
      );
      expect(left(stack)).not.toContain(FIRST);
      expect(locks()).toEqual([]);

      await succeed("up", "--yes");
      expect(left(stack).sort()).toEqual([FIRST, named("network"), SECOND, named("volume")]);
    });

    it("takes everything down, the data only if told so, and keeps what tells that it was there", async () => {
      configure(96, { protectData: true });
      await succeed("up", "--yes");
      text = configure(96, { protectData: false });
      expect((await run("down", "--yes")).code).toBe(1);
      const { code, stdout, stderr } = await run("down", "--yes", "--with-data", "--json");
      expect(code, stderr).toBe(0);
      const { summary, left: kept } = JSON.parse(stdout) as { summary: unknown; left: unknown };
      expect({ summary, kept }).toEqual({ summary: { delete: 6 }, kept: [] });
      expect(stderr).toContain("\nProtected, and deleted all the same:\n  docker:Volume volume\n");
      expect(left(stack)).toEqual([]);
      expect(existsSync(join(trial.directory, ".state", "config", `Pulumi.${stack}.yaml`))).toBe(false);
      expect(readdirSync(join(trial.directory, ".state", ".pulumi", "history", "mainstay"))).toEqual([stack]);
      const again = await run("down", "--yes");
      expect({ code: again.code, said: again.stderr.split("\n").at(-2) }).toEqual({
        code: 0,
        said: expect.stringMatching(`^nothing of ${stack} is left`),
      });
    });

    it("has written no secret, no engine's trace, and nothing in the working tree", () => {
      for (const { stdout, stderr } of results) {
        expect(`${stdout}${stderr}`).not.toMatch(/PASSWORD=|\n {4}at |\$PATH/);
      }
      expect(
        git("status", "--porcelain")
          .split("\n")
          .filter((line) => !line.startsWith("A ")),
      ).toEqual([`AM Pulumi.${stack}.yaml`, ""]);
      expect(readFileSync(trial.stackFile, "utf8")).toBe(text);
    });

    const locks = () =>
      readdirSync(join(trial.directory, ".state", ".pulumi", "locks"), {
        recursive: true,
        withFileTypes: true,
      })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name);
  },
);
