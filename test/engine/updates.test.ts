import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { docker, missing, sweep } from "./support/daemon";
import { makeProject, STACK, type Ended, type Hear, type TestProject } from "./support/project";

interface Scale {
  operatorPorts: { api: number };
  images: Record<string, string>;
  services: { api: { candidate?: object } };
  variables: Record<string, unknown>;
  secretGeneration?: number;
}

interface StackFile {
  config: { "mainstay:scale": Scale };
}

const physical = (name: string) => `mainstay-${STACK}-${name}`;
const inspect = (format: string, ...names: string[]) =>
  docker("inspect", "--format", format, ...names.map(physical)).split("\n");
const copies = () => inspect("{{.Id}}", "api-1", "api-2");
const file = (copy: string, name: string) => docker("exec", physical(copy), "cat", `/run/secrets/${name}`);

/** The volumes of the API's secrets. */
const volumes = () =>
  docker("volume", "ls", "--filter", `name=^${physical("api-secrets-")}`, "--format", "{{.Name}}").split(
    "\n",
  );

/** An image of the app that differs in nothing but what it is called. */
function buildRelease(): string {
  const name = "mainstay-test/app:1.1";
  const input = "FROM mainstay-test/app:1.0\nLABEL release=1.1\n";
  execFileSync("docker", ["build", "--quiet", "--tag", name, "-"], { input, stdio: "pipe" });
  return name;
}

/** Whether the database lets somebody in with a connection URL: it asks those for passwords that come over TLS. */
function isLetIn(url: string): boolean {
  const { username, password, pathname } = new URL(url);
  const to = `host=localhost dbname=${pathname.slice(1)} user=${username} password=${password} sslmode=require`;
  try {
    return docker("exec", physical("database"), "psql", "-XAtd", to, "-c", "select 1") === "1";
  } catch (error) {
    expect(String((error as { stderr: unknown }).stderr)).toContain("password authentication failed");
    return false;
  }
}

/** What `up` tells once a container is replaced. */
const replaced = (name: string) => `replaced docker:Container ${name} `;

/** Longest time one test may take, with two updates, on a machine that has other things to do. */
const TEST = 600_000;

const why = missing();

/** What users notice of updates, where a service has two copies. Each test goes on from where the one before has ended. */
describe.skipIf(why)(
  `updates while requests run${why ? ` (skipped: ${why})` : ""}`,
  { timeout: TEST },
  () => {
    let project: TestProject;
    let origin = "";
    beforeAll(async () => {
      project = makeProject();
      // It has one copy, which is away while it is replaced.
      change(({ services }) => delete services.api.candidate);
      const { config } = parse(readFileSync(stackFile(), "utf8")) as StackFile;
      origin = `http://127.0.0.1:${config["mainstay:scale"].operatorPorts.api}`;
      succeeded(await project.mainstay("up", STACK, "--yes"));
    });
    afterAll(() => {
      sweep(STACK);
      project.remove();
    });

    const stackFile = () => join(project.directory, `Pulumi.${STACK}.yaml`);

    /** Changes the scale in the stack's file, as people do. */
    function change(edit: (scale: Scale) => void): void {
      const { config } = parse(readFileSync(stackFile(), "utf8")) as StackFile;
      edit(config["mainstay:scale"]);
      writeFileSync(stackFile(), stringify({ config }));
      project.commit();
    }

    const succeeded = ({ status, stderr }: Ended) =>
      expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);

    const headers = () => {
      const command = ["node", "/app/app.cjs", "token", "--subject", "tester", "--tenant", "acme"];
      return { authorization: `Bearer ${docker("exec", physical("api-1"), ...command)}` };
    };

    /**
     * Runs `up` and asks all the while, through the edge, for a document that the database does not have: the API answers
     * 404.
     *
     * @param since the line of `up` with which what is asked begins to count
     * @returns how it ended, and what was answered
     */
    async function up({ since = "", hear }: { since?: string; hear?: Hear } = {}) {
      const asking = { headers: headers() };
      let answers = new Set<number>();
      let goesOn = true;
      const asked = (async () => {
        while (goesOn) {
          const noted = answers;
          const { status } = await fetch(
            `${origin}/v1/documents/00000000-0000-4000-8000-000000000000`,
            asking,
          );
          noted.add(status);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      })();
      let heard = since === "";
      const ended = await project.mainstayHeard(
        (told, interrupt) => {
          if (!heard && told.includes(since)) {
            heard = true;
            answers = new Set();
          }
          hear?.(told, interrupt);
        },
        "up",
        STACK,
        "--yes",
      );
      goesOn = false;
      await asked;
      expect(heard).toBe(true);
      return { ended, answers: [...answers].sort() };
    }

    test("a release replaces the copies one by one, and one of them always answers", async () => {
      const before = copies();
      const image = buildRelease();
      change(({ images }) => (images.app = image));
      const { ended, answers } = await up();
      succeeded(ended);
      expect(answers).toEqual([404]);
      expect(copies().filter((id) => before.includes(id))).toEqual([]);
      expect(inspect('{{index .Config.Labels "release"}}', "api-1", "api-2")).toEqual(["1.1", "1.1"]);
    });

    test("so does a secret that is added, and the volume without it goes last", async () => {
      const [before, without] = [copies(), volumes()];
      change(({ variables }) => (variables.GEMINI_API_KEY = { generate: 40 }));
      const { ended, answers } = await up();
      succeeded(ended);
      expect(answers).toEqual([404]);
      expect(copies().filter((id) => before.includes(id))).toEqual([]);
      expect(file("api-1", "GEMINI_API_KEY")).toMatch(/^\w{40}$/);
      expect(file("api-2", "GEMINI_API_KEY")).toBe(file("api-1", "GEMINI_API_KEY"));
      expect(volumes()).toHaveLength(1);
      expect(volumes()).not.toEqual(without);
    });

    test("an update that drops it, is stopped half way and taken back leaves what was there, and users notice nothing", async () => {
      const [committed, key, kept] = [readFileSync(stackFile()), file("api-1", "GEMINI_API_KEY"), volumes()];
      change(({ variables }) => delete variables.GEMINI_API_KEY);
      const stopped = await up({
        hear: (told, interrupt) => told.includes(replaced("api-1")) && interrupt(),
      });
      expect([stopped.ended.status, stopped.answers]).toEqual([130, [404]]);
      expect(volumes()).toHaveLength(2);
      expect(() => file("api-1", "GEMINI_API_KEY")).toThrow();

      writeFileSync(stackFile(), committed);
      project.commit();
      const { ended, answers } = await up();
      succeeded(ended);
      expect(answers).toEqual([404]);
      expect(volumes()).toEqual(kept);
      expect(file("api-1", "GEMINI_API_KEY")).toBe(key);
      expect(file("api-2", "GEMINI_API_KEY")).toBe(key);
      succeeded(await project.mainstay("drift", STACK));
    });

    test("another generation of secrets takes the database away once, and no copy, the edge or data", async () => {
      const form = new FormData();
      form.append("file", new Blob(["kept"]), "kept.txt");
      const posted = await fetch(`${origin}/v1/documents`, {
        method: "POST",
        headers: headers(),
        body: form,
      });
      const { id } = (await posted.json()) as { id: string };
      const untouched = () => inspect("{{.Id}}", "edge", "web-1", "tracing", "prometheus");
      const [before, others, url] = [copies(), untouched(), file("api-1", "DATABASE_URL")];

      change((scale) => (scale.secretGeneration = 2));
      // The migration is the first to log in to the database that is back. Then copies of before are let in as well; once
      // one has the new key for tokens, that one refuses those of before.
      const { ended, answers } = await up({ since: replaced("migration") });
      succeeded(ended);
      expect(answers).toEqual([401, 404]);
      expect(copies().filter((id) => before.includes(id))).toEqual([]);
      expect(untouched()).toEqual(others);
      expect(file("api-1", "DATABASE_URL")).not.toBe(url);
      const read = await fetch(`${origin}/v1/documents/${id}`, { headers: headers() });
      expect([read.status, ((await read.json()) as { name: string }).name]).toEqual([200, "kept.txt"]);
      expect([isLetIn(url), isLetIn(file("api-1", "DATABASE_URL"))]).toEqual([true, true]);

      change((scale) => (scale.secretGeneration = 3));
      succeeded((await up()).ended);
      expect([isLetIn(url), isLetIn(file("api-1", "DATABASE_URL"))]).toEqual([false, true]);
      succeeded(await project.mainstay("drift", STACK));
    });
  },
);
