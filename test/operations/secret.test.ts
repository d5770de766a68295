import { spawn } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { resolveConfig } from "../../environment/config";
import { readStackFiles } from "../../environment/stack-files";
import { withSecret } from "../../operations/secret/edit";
import { invoke, ROOT, TrialProject } from "./support";

describe("a secret in a stack's file", () => {
  const encryption = { encryptionsalt: "v1:salt" };
  const put = (text: string) => withSecret(text, "KEY", { secure: "v1:new", encryption }, "2026-11-26");
  const given = '  mainstay:secretsGiven:\n    KEY: "2026-11-26"\n';

  it("is the first", () => {
    const text = "# why\nconfig:\n  mainstay:scale:\n    a: [1, 2] # both\n";
    expect(put(text)).toBe(
      `${text}  mainstay:secrets:\n    KEY:\n      secure: v1:new\n${given}encryptionsalt: v1:salt\n`,
    );
  });

  it("is another, and what people wrote around it stays", () => {
    const text = `config:
  # given by hand
  mainstay:secrets:
    # ask the billing team
    OTHER:
      secure: v1:other

  mainstay:scale: { a: [1, 2] }
# the end
encryptionsalt: v1:own
`;
    expect(put(text)).toBe(
      text
        .replace("v1:other\n", "v1:other\n    KEY:\n      secure: v1:new\n")
        .replace("[1, 2] }\n", `[1, 2] }\n${given}`),
    );
  });

  it("takes the place of the one that was there", () => {
    const days = (day: string) =>
      `    mainstay:secretsGiven:\n      # by the billing team\n      KEY: ${day}\n`;
    const text = `config:\n    mainstay:secrets:\n      KEY:\n        secure: v1:old\n${days('"2026-01-01"')}    mainstay:scale: {}`;
    expect(put(text)).toBe(
      `config:\n    mainstay:secrets:\n      KEY:\n        secure: v1:new\n${days('"2026-11-26"')}    mainstay:scale: {}\nencryptionsalt: v1:salt\n`,
    );
  });
});

/** Stands in for the CLI: notes what it is called with, and encrypts by turning the text around. */
const CLI = `#!/bin/sh
echo "$@" >> "$CLI_LOG"
case "$1" in
version) echo v3.260.0 ;;
config) { echo "  mainstay:secrets:"; echo "    \${5#*.}:"; echo "      secure: \\"$(rev)\\""; echo "encryptionsalt: v1:made"; } >> "Pulumi.$7.yaml" ;;
esac
`;

describe("secret set", () => {
  let trial: TrialProject;
  beforeEach(() => {
    trial = new TrialProject("trial");
    chmodSync(trial.stackFile, 0o644);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    trial.remove();
  });

  const giving = (value: string) =>
    vi
      .spyOn(process, "stdin", "get")
      .mockReturnValue(Readable.from([value]) as unknown as typeof process.stdin);
  const set = (name: string, ...options: string[]) =>
    invoke("secret", "set", "trial", name, "--project", trial.directory, ...options);

  /** @returns the file it logs to */
  function standInCli(): string {
    const bin = join(trial.directory, "bin");
    const log = join(bin, "log");
    mkdirSync(bin);
    writeFileSync(join(bin, "pulumi"), CLI, { mode: 0o755 });
    vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
    vi.stubEnv("CLI_LOG", log);
    return log;
  }

  /** Types on a terminal of the command's own, once it asks. */
  function typing(keys: string): Promise<{ code: number | null; screen: string }> {
    const args = ["secret", "set", "trial", "OPENAI_API_KEY", "--project", trial.directory];
    const command = [process.execPath, "--require", "./transpile.js", "operations/cli.ts", ...args].join(" ");
    const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], { cwd: ROOT });
    let screen = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const asked = screen.includes("(not shown):\r\n");
      screen += chunk.toString();
      if (!asked && screen.includes("(not shown):\r\n")) child.stdin.write(keys);
    });
    return new Promise((done) => child.on("close", (code) => done({ code, screen })));
  }

  it("asks for it on a terminal, and shows nothing of what is typed", async () => {
    standInCli();
    const { code, screen } = await typing("sk-0123456789abcdef\r");
    expect({ code, last: screen.split("\r\n").at(-2) }).toEqual({
      code: 0,
      last: "Pulumi.trial.yaml has OPENAI_API_KEY, encrypted; npm run up -- trial puts it to use",
    });
    expect(screen).toMatch(/^value of OPENAI_API_KEY \(not shown\):\r\n/);
    expect(screen).not.toContain("sk-");
    expect(readFileSync(trial.stackFile, "utf8")).toContain("secure: fedcba9876543210-ks\n");
  });

  it("leaves everything as it is at Ctrl-C", async () => {
    const log = standInCli();
    const before = readFileSync(trial.stackFile, "utf8");
    const { code, screen } = await typing("sk-0123\u0003");
    expect({ code, screen }).toEqual({
      code: 130,
      screen: "value of OPENAI_API_KEY (not shown):\r\nnothing was changed\r\n",
    });
    expect(readFileSync(trial.stackFile, "utf8")).toBe(before);
    expect(existsSync(log)).toBe(false);
  });

  it("has the engine encrypt what is piped in, and writes that into the stack's file", async () => {
    const log = standInCli();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-26T23:59:59Z") });
    const before = readFileSync(trial.stackFile, "utf8");
    giving("sk-0123456789abcdef\n");
    // Who may read the file stays as it was, whatever the operator's own files are like.
    const umask = process.umask(0o077);
    onTestFinished(() => void process.umask(umask));

    const { code, stdout, stderr } = await set("OPENAI_API_KEY");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(
      /Pulumi\.trial\.yaml has OPENAI_API_KEY, encrypted; npm run up -- trial puts it to use\n$/,
    );
    expect(readFileSync(trial.stackFile, "utf8")).toBe(
      `${before}  mainstay:secrets:\n    OPENAI_API_KEY:\n      secure: fedcba9876543210-ks\n  mainstay:secretsGiven:\n    OPENAI_API_KEY: "2026-11-26"\nencryptionsalt: v1:made\n`,
    );
    expect(statSync(trial.stackFile).mode & 0o777).toBe(0o644);
    expect(readFileSync(log, "utf8")).toContain(
      "config set --secret --path mainstay:secrets.OPENAI_API_KEY --stack trial --non-interactive\n",
    );
    expect(readFileSync(log, "utf8") + stderr).not.toContain("0123456789");
  });

  const COMMAND = /npm run mainstay -- (secret set (\w+) OPENAI_API_KEY)/;
  it.each(["README.md", "Pulumi.staging.yaml", "Pulumi.prod.yaml"])(
    "does what %s says of it: what is given comes before what was made",
    async (file) => {
      standInCli();
      const [, command = "", stack = ""] = COMMAND.exec(readFileSync(join(ROOT, file), "utf8")) ?? [];
      cpSync(join(ROOT, `Pulumi.${stack}.yaml`), join(trial.directory, `Pulumi.${stack}.yaml`));
      const source = () => {
        const { config, secretKeys } = readStackFiles(trial.directory, stack);
        return resolveConfig(stack, config, secretKeys).environment?.variables["OPENAI_API_KEY"];
      };
      expect(source()).toEqual({ kind: "generated", length: 40, secret: true });

      giving("sk-0123456789abcdef\n");
      const { code, stderr } = await invoke(...command.split(" "), "--project", trial.directory);
      expect({ code, last: stderr.trimEnd().split("\n").at(-1) }).toEqual({
        code: 0,
        last: `Pulumi.${stack}.yaml has OPENAI_API_KEY, encrypted; npm run up -- ${stack} puts it to use`,
      });
      expect(source()).toEqual({ kind: "given", secret: true });
    },
  );

  it.each([
    [
      "NOPE",
      "trial has no secret NOPE; it has ANTHROPIC_API_KEY, GEMINI_API_KEY, JWT_SIGNING_KEY, OPENAI_API_KEY, SECRET_KEY. Name a new one first: at a receiver in Pulumi.trial.yaml, or as a variable with secret: true in Pulumi.yaml\n",
    ],
    [
      "OPENAI_API_KEY",
      "invalid configuration, 1 problem:\n  Pulumi.trial.yaml: mainstay:secrets.OPENAI_API_KEY: found a secret that breaks its rule (not shown); allowed: at least 16 characters\n",
    ],
  ])("refuses what does not fit, before any engine is asked: %s", async (name, stderr) => {
    vi.stubEnv("PATH", "/nowhere");
    giving("hush");
    expect(await set(name)).toEqual({ code: 2, stdout: "", stderr });
  });

  it("tells programs what it set, and not to what", async () => {
    standInCli();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-26T23:59:59Z") });
    giving("sk-0123456789abcdef");
    const { code, stdout } = await set("OPENAI_API_KEY", "--json");
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { stack: "trial", name: "OPENAI_API_KEY", file: "Pulumi.trial.yaml", given: "2026-11-26" },
    ]);
  });

  it("says where no CLI can be had", async () => {
    vi.stubEnv("PATH", "/nowhere");
    giving("sk-0123456789abcdef");
    const before = readFileSync(trial.stackFile, "utf8");
    expect(await set("OPENAI_API_KEY")).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "this needs the Pulumi CLI (none on the PATH, no npm package pulumi): https://www.pulumi.com/docs/install/\n",
    });
    expect(readFileSync(trial.stackFile, "utf8")).toBe(before);
  });

  it("is told of by secret list, without any value", async () => {
    expect(await invoke("secret", "list", "trial", "--project", trial.directory)).toEqual({
      code: 0,
      stdout: `ANTHROPIC_API_KEY  not set: need not be        variable of api, variable of worker
GEMINI_API_KEY     not set: need not be        variable of api, variable of worker
JWT_SIGNING_KEY    not set: Mainstay makes it  variable of api
OPENAI_API_KEY     not set: Mainstay makes it  variable of api, variable of worker
SECRET_KEY         not set: Mainstay makes it  variable of api
`,
      stderr: "",
    });
  });

  it("is told of by secret list with its age, where that is known", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-26T12:00:00Z") });
    appendFileSync(
      trial.stackFile,
      `  mainstay:secrets:
    ANTHROPIC_API_KEY: { secure: v1:a }
    GEMINI_API_KEY: { secure: v1:b }
    OPENAI_API_KEY: { secure: v1:c }
  mainstay:secretsGiven:
    ANTHROPIC_API_KEY: "2026-11-24"
    GEMINI_API_KEY: "2026-08-01"
`,
    );
    const list = (...options: string[]) =>
      invoke("secret", "list", "trial", "--project", trial.directory, ...options);
    expect(await list()).toEqual({
      code: 0,
      stdout: `ANTHROPIC_API_KEY  set on 2026-11-24, 2 days ago             variable of api, variable of worker
GEMINI_API_KEY     set on 2026-08-01, 117 days ago, OVERDUE  variable of api, variable of worker
JWT_SIGNING_KEY    not set: Mainstay makes it                variable of api
OPENAI_API_KEY     set, unknown since when                   variable of api, variable of worker
SECRET_KEY         not set: Mainstay makes it                variable of api
`,
      stderr: "",
    });
    const { secrets: told } = JSON.parse((await list("--json")).stdout) as { secrets: { age?: unknown }[] };
    expect(told.map(({ age }) => age)).toEqual([
      { given: "2026-11-24", days: 2, overdue: false },
      { given: "2026-08-01", days: 117, overdue: true },
      undefined,
      { given: null, days: null, overdue: null },
      undefined,
    ]);
  });
});
