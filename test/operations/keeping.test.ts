import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { backendSettings } from "../../operations/engine/backend";
import { removeWorkingCopy, workingCopy } from "../../operations/engine/stack-file";
import { UserError } from "../../operations/outcome";
import { openProject, type Project } from "../../operations/project";
import { TrialProject } from "./support";

let trial: TrialProject;
let project: Project;

beforeEach(() => {
  trial = new TrialProject("trial");
  project = openProject(trial.directory);
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  trial.remove();
});

const tracked = () => readFileSync(trial.stackFile, "utf8");
const copyText = () => readFileSync(join(project.state, "config", "Pulumi.trial.yaml"), "utf8");
const add = (file: string, text: string) => writeFileSync(file, readFileSync(file, "utf8") + text);
const encryption = () => {
  const { encryptionsalt, secretsprovider, encryptedkey } = parse(copyText());
  return { encryptionsalt, secretsprovider, encryptedkey };
};

describe("the copy of a stack's file", () => {
  it("is the file, with a project file that has no program", () => {
    const before = tracked();
    const copy = workingCopy(project, "trial");
    expect(copyText()).toBe(before);
    expect(parse(readFileSync(join(copy.directory, "Pulumi.yaml"), "utf8"))).toEqual({
      name: "mainstay",
      runtime: "nodejs",
    });
    expect(statSync(copy.stackFile).mode & 0o777).toBe(0o600);
    expect(tracked()).toBe(before);
  });

  it("keeps the salt the CLI has added, and follows the file otherwise", () => {
    add(workingCopy(project, "trial").stackFile, "encryptionsalt: v1:learnt\n");
    trial.configure((scale) => (scale.domain = "changed.localhost"));
    workingCopy(project, "trial");
    expect(encryption().encryptionsalt).toBe("v1:learnt");
    expect(parse(copyText()).config["mainstay:scale"].domain).toBe("changed.localhost");
    expect(tracked()).not.toContain("encryptionsalt");
  });

  it("takes the salt people have in their file over the one learnt before", () => {
    add(workingCopy(project, "trial").stackFile, "encryptionsalt: v1:learnt\n");
    add(trial.stackFile, "encryptionsalt: v1:theirs\n");
    workingCopy(project, "trial");
    expect(encryption().encryptionsalt).toBe("v1:theirs");
  });

  it("keeps the key the CLI has added for a key service, and drops a salt that has no use any more", () => {
    add(workingCopy(project, "trial").stackFile, "encryptionsalt: v1:learnt\n");
    add(trial.stackFile, "secretsprovider: awskms://alias/mainstay\n");
    add(workingCopy(project, "trial").stackFile, "encryptedkey: learnt\n");
    workingCopy(project, "trial");
    expect(encryption()).toEqual({ secretsprovider: "awskms://alias/mainstay", encryptedkey: "learnt" });
  });

  it("is removed alone", () => {
    const { directory } = workingCopy(project, "trial");
    removeWorkingCopy(project, "trial");
    expect(existsSync(join(directory, "Pulumi.trial.yaml"))).toBe(false);
    expect(existsSync(join(directory, "Pulumi.yaml"))).toBe(true);
    removeWorkingCopy(project, "trial");
  });
});

describe("state and passphrase", () => {
  const settings = (env: NodeJS.ProcessEnv) => backendSettings(project, workingCopy(project, "trial"), env);
  const own = () => pathToFileURL(project.state).href;
  const file = () => join(project.state, "passphrase");

  it("are the project's own where nobody chose otherwise, and made once", () => {
    expect(settings({ PULUMI_BACKEND_URL: "" })).toEqual({
      PULUMI_BACKEND_URL: own(),
      PULUMI_CONFIG_PASSPHRASE_FILE: file(),
    });
    const made = readFileSync(file(), "utf8");
    expect(made).toMatch(/^[\w-]{43}$/);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(project.state).mode & 0o777).toBe(0o700);
    settings({});
    expect(readFileSync(file(), "utf8")).toBe(made);
    expect(vi.mocked(process.stderr.write).mock.calls).toEqual([
      [
        "made a passphrase for the secrets in the state: .state/passphrase (keep it: without it the state cannot be read)\n",
      ],
    ]);
  });

  it.each([{ PULUMI_CONFIG_PASSPHRASE: "" }, { PULUMI_CONFIG_PASSPHRASE_FILE: "/run/secrets/passphrase" }])(
    "are the user's: %j",
    (env) => {
      expect(settings(env)).toEqual({ PULUMI_BACKEND_URL: own() });
      expect(existsSync(file())).toBe(false);
    },
  );

  it("are where the user keeps them", () => {
    const chosen = { PULUMI_BACKEND_URL: "s3://state", PULUMI_CONFIG_PASSPHRASE: "x" };
    expect(settings(chosen)).toEqual({ PULUMI_BACKEND_URL: "s3://state" });
    add(join(trial.directory, "Pulumi.yaml"), "backend:\n  url: gs://state\n");
    expect(settings({ PULUMI_CONFIG_PASSPHRASE: "x" })).toEqual({ PULUMI_BACKEND_URL: "gs://state" });
    expect(settings(chosen)).toEqual({ PULUMI_BACKEND_URL: "s3://state" });
  });

  it.each([
    ["Pulumi's service", { PULUMI_BACKEND_URL: "https://api.pulumi.com" }, ""],
    ["a key service", { PULUMI_BACKEND_URL: "s3://state" }, "secretsprovider: awskms://alias/mainstay\n"],
  ])("need no passphrase with %s", (_name, env, lines) => {
    add(trial.stackFile, lines);
    expect(settings(env)).toEqual(env);
    expect(existsSync(file())).toBe(false);
  });

  it("are not guessed where others have encrypted", () => {
    expect(() => settings({ PULUMI_BACKEND_URL: "s3://state" })).toThrow(
      new UserError(
        "the state is not kept in .state, so only you know what its secrets are encrypted with: give the passphrase as PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
      ),
    );
    add(trial.stackFile, "encryptionsalt: v1:theirs\n");
    expect(() => settings({})).toThrow(
      new UserError(
        "the stack's file holds values encrypted with a passphrase that is not known here: give the passphrase as PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
      ),
    );
    expect(existsSync(file())).toBe(false);
  });
});
