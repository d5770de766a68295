import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { declare } from "../../graph";
import { readStackFiles } from "../../environment/stack-files";
import declareStack from "../../index";
import { backendSettings } from "../../operations/engine/backend";
import { workingCopy } from "../../operations/engine/stack-file";
import { openProject, stateDirectory } from "../../operations/project";
import { TrialProject } from "../operations/support";
import { environmentOf, ROOT } from "./support/figures";
import { commandsOf, FOLDER, HOST_PAGES, PAGES, wordsOf } from "./support/runbooks";

const ALL = PAGES.flatMap((page) => commandsOf(page).map((command) => ({ page: page.file, command })));
const NAMED = { stack: "local", prefix: "mainstay-local-" };

/** What is left of a list once what is known is taken away, with the page it stands on. */
const strangers = (
  find: (command: string) => readonly string[],
  isKnown: (name: string) => boolean,
): string[] =>
  ALL.flatMap(({ page, command }) =>
    find(command)
      .filter((name) => !isKnown(name))
      .map((name) => `${page}: ${name}`),
  );
const matches = (pattern: RegExp) => (command: string) =>
  [...command.matchAll(pattern)].map(([, name = ""]) => name);

describe("commands in the runbooks", () => {
  let containers: ReadonlySet<string>;
  let others: ReadonlySet<string>;
  beforeAll(async () => {
    const graph = await declare(declareStack, readStackFiles(ROOT, NAMED.stack));
    const named = (type: string) =>
      new Set(
        graph.resources
          .filter((resource) => resource.type === type)
          .map(({ inputs }) => String(inputs["name"]).replace(NAMED.prefix, "")),
      );
    containers = named("docker:index/container:Container");
    others = new Set([...named("docker:index/volume:Volume"), ...named("docker:index/network:Network")]);
  });

  it("name containers, volumes and networks of the stack", () => {
    const known = (name: string) => containers.has(name) || others.has(name);
    // A service's copies are numbered.
    const has = (name: string) => containers.has(name) || containers.has(`${name}-1`);
    expect(strangers(matches(/^(?:on|logs|copies|restart|stop) ([a-z][a-z0-9-]*)/g), has)).toEqual([]);
    const full = /mainstay-(?:\$STACK|local)-([a-z0-9-]+[a-z0-9])/g;
    // A filter takes the beginning of a name.
    const begins = (name: string) => [...containers].some((one) => one.startsWith(name));
    const filtered = matches(/name=mainstay-\$STACK-([a-z0-9-]+)/g);
    expect(strangers(filtered, begins)).toEqual([]);
    const unfiltered = (command: string) =>
      command.startsWith("aws ") ? [] : matches(full)(command.replace(/name=\S+/g, ""));
    expect(strangers(unfiltered, known)).toEqual([]);
    expect(ALL.flatMap(({ command }) => unfiltered(command)).length).toBeGreaterThan(10);
  });

  it("stop all copies of a service, however many a stack has, and before a restore each that may write", () => {
    const numbered = matches(/mainstay-\S+-[a-z]+-(\d+)/g);
    expect(strangers(numbered, () => false)).toEqual([]);
    const writers = environmentOf(NAMED.stack).services.filter(({ needs }) => needs.includes("database"));
    for (const file of ["restoring.md", "disasters.md"]) {
      const stopped = ALL.filter(({ page }) => page === file).flatMap(({ command }) =>
        matches(/^stop ([a-z]+)$/g)(command),
      );
      expect(new Set(stopped), file).toEqual(new Set([...writers.map(({ name }) => name), "backups"]));
    }
  });

  it("inside containers are commands of what runs there", () => {
    const usage = readFileSync(join(ROOT, "services/backup/README.md"), "utf8");
    const ofRunner = matches(/^backup (\w+(?: (?:full|events|drill))?)/g);
    expect(strangers(ofRunner, (name) => usage.includes(`\`${name}\``))).toEqual([]);
    expect(ALL.flatMap(({ command }) => ofRunner(command)).length).toBeGreaterThan(5);
  });

  const blocks = PAGES.flatMap(({ file, text }) =>
    [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].flatMap(([, block = ""]) =>
      block
        .trim()
        .split("\n")
        .map((line) => ({ file, first: line.trim().split(" ")[0] ?? "" })),
    ),
  );
  const [onHost, onAws] = [new Set(wordsOf("shell-docker.sh")), new Set(["aws", ...wordsOf("shell-aws.sh")])];

  it("use no word that their shell does not set up, on either platform", () => {
    const both = [...onHost].filter((word) => onAws.has(word));
    expect(both).toEqual([
      ...["ask", "alerts", "silence", "silences", "sql", "backup", "logs", "copies", "died", "restart"],
      ...["stop", "room"],
    ]);
    const anywhere = ["export", "gh", "git", "npm", "npx", "pulumi", "restic", "rm", "sed", "source", "ssh"];
    const atHost = ["df", "dmesg", "docker", "openssl", "ps", "timedatectl"];
    const words = (file: string): readonly string[] => {
      if (HOST_PAGES.includes(file)) return [...onHost, ...atHost, ...anywhere];
      return [...(file.endsWith("aws.md") ? onAws : both), ...anywhere];
    };
    expect(blocks.filter(({ file, first }) => !words(file).includes(first))).toEqual([]);
  });

  it.each([
    ["local", 0, "local on\n", ""],
    ["prod", 0, "prod signed\n", ""],
    ["nowhere", 2, "", "source docs/runbooks/shell.sh STACK: there is no Pulumi.nowhere.yaml here\n"],
  ])("get the words of the platform of %s", (stack, status, stdout, stderr) => {
    const script = `source docs/runbooks/shell.sh ${stack} && echo "$STACK $(compgen -A function | grep -E '^(on|signed)$')"`;
    const said = spawnSync("bash", ["--noprofile", "--norc", "-c", script], {
      cwd: ROOT,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], AWS_REGION: "eu-west-1" },
    });
    expect([said.status, said.stdout, said.stderr]).toEqual([status, stdout, stderr]);
  });

  it.each([
    ["nothing was chosen", {}, ""],
    ["another backend was", { PULUMI_BACKEND_URL: "s3://states" }, ""],
    ["another passphrase was", { PULUMI_CONFIG_PASSPHRASE: "hush" }, ""],
    ["the project has a backend", {}, "backend: { url: s3://states }\n"],
  ])("tell pulumi itself where the commands keep state and passphrase: %s", (_, env, added) => {
    const trial = new TrialProject("trial");
    try {
      appendFileSync(join(trial.directory, "Pulumi.yaml"), added);
      cpSync(FOLDER, join(trial.directory, "docs/runbooks"), { recursive: true });
      const project = openProject(trial.directory);
      writeFileSync(join(stateDirectory(project), "passphrase"), "hush");
      const { stdout } = spawnSync("bash", ["-c", "source docs/runbooks/shell.sh trial; env"], {
        cwd: trial.directory,
        encoding: "utf8",
        env: { ...env, PATH: process.env["PATH"] },
      });
      const told = stdout.split("\n").flatMap((line) => (line.startsWith("PULUMI_") ? [line] : []));
      const { PULUMI_BACKEND_URL, ...passphrase } = backendSettings(
        project,
        workingCopy(project, "trial"),
        env,
      );
      // What stands in the project's file the CLI reads by itself.
      const url = added === "" ? { PULUMI_BACKEND_URL } : {};
      const meant = Object.entries({ ...env, ...url, ...passphrase }).map(
        ([key, value]) => `${key}=${value}`,
      );
      expect(told.sort()).toEqual(meant.sort());
    } finally {
      trial.remove();
    }
  });

  describe("restart", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "mainstay-restart-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    /** Restarts the two copies of a service, of which docker says what they are, look by look. */
    function restart(...looks: readonly string[]) {
      writeFileSync(join(folder, "looks"), looks.map((look) => `${look}\n`).join(""));
      const stub = (name: string, script: string) =>
        writeFileSync(join(folder, name), `#!/bin/sh\ncd "${folder}"\n${script}\n`, { mode: 0o755 });
      stub(
        "docker",
        `case $1 in
          ps) printf 'mainstay-trial-api-1\\nmainstay-trial-api-2\\n' ;;
          restart) echo "restart $2" >> done ;;
          inspect) head -n 1 looks | tee -a done; sed -i '1{$!d}' looks ;;
        esac`,
      );
      stub("sleep", "");
      const { status, stderr } = spawnSync(
        "bash",
        ["--noprofile", "--norc", "-c", "STACK=trial; source docs/runbooks/shell-docker.sh; restart api"],
        { cwd: ROOT, encoding: "utf8", env: { PATH: `${folder}:${process.env["PATH"]}` } },
      );
      const done = readFileSync(join(folder, "done"), "utf8").trim().split("\n");
      // What is seen many times after another is told once.
      return { status, stderr, done: done.filter((one, index) => one !== done[index - 1]) };
    }

    it("takes the next copy once the one before is healthy", () => {
      expect(restart("starting", "unhealthy", "healthy", "starting", "running")).toEqual({
        status: 0,
        stderr: "",
        done: [
          ...["restart mainstay-trial-api-1", "starting", "unhealthy", "healthy"],
          ...["restart mainstay-trial-api-2", "starting", "running"],
        ],
      });
    });

    it("leaves the others alone where one does not come back", () => {
      expect(restart("starting")).toEqual({
        status: 1,
        stderr:
          "mainstay-trial-api-1 has not become healthy within two minutes: no other copy was restarted after it\n",
        done: ["restart mainstay-trial-api-1", "starting"],
      });
    });
  });

  it("are docker's own only where a Docker host is meant", () => {
    const lines = PAGES.filter(({ file }) => !HOST_PAGES.includes(file)).flatMap(({ text }) =>
      text.split("\n").filter((line) => line.includes("`docker ")),
    );
    expect(lines.filter((line) => !/on a docker host|^\| a docker host|that begin/i.test(line))).toEqual([]);
  });

  it("leave no word of AWS's unused", () => {
    const used = new Set(["signed", ...ALL.map(({ command }) => command.split(" ")[0] ?? "")]);
    expect([...onAws].filter((word) => !used.has(word))).toEqual([]);
  });
});

describe("settings in the runbooks", () => {
  interface Schema {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly additionalProperties?: Schema | boolean;
    readonly anyOf?: readonly Schema[];
    readonly oneOf?: readonly Schema[];
    readonly items?: Schema;
  }
  const file = (name: string) =>
    JSON.parse(readFileSync(join(ROOT, "environment/schema", name), "utf8")) as Schema;
  const shape =
    file("project.json").properties?.["config"]?.properties?.["mainstay:shape"]?.properties?.["value"];
  const scale = file("stack.json").properties?.["config"]?.properties?.["mainstay:scale"];

  function has(schema: Schema | undefined, path: readonly string[]): boolean {
    const [key, ...rest] = path;
    if (schema === undefined) return false;
    if (key === undefined) return true;
    const { properties, additionalProperties, anyOf = [], oneOf = [] } = schema;
    const named = key.startsWith("<") ? Object.values(properties ?? {}) : [properties?.[key]];
    const below = typeof additionalProperties === "object" ? [...named, additionalProperties] : named;
    return below.some((one) => has(one, rest)) || [...anyOf, ...oneOf].some((one) => has(one, path));
  }

  it("are keys of the shape or the scale", () => {
    const keys =
      /^((?:services|database|cache|edge|monitoring|backups|images|host|receivers)(?:\.[\w<>-]+)+)$/;
    const found = ALL.flatMap(({ page, command }) => {
      const [, key] = keys.exec(command) ?? [];
      return key === undefined ? [] : [{ page, key }];
    });
    expect(found.length).toBeGreaterThan(15);
    expect(found.filter(({ key }) => ![shape, scale].some((schema) => has(schema, key.split("."))))).toEqual(
      [],
    );
  });
});
