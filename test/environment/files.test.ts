import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveConfig } from "../../environment/config";
import { OPAQUE, PLAIN_TEXT } from "../../environment/context";
import { InvalidConfiguration } from "../../environment/problems";
import { listStacks, readStackFiles } from "../../environment/stack-files";
import { linesOf, ROOT } from "./support/configuration";

const SECRET = "sk-live-4f1d9c07a2b8";
/** A process's memory, of which nothing stands at the start: not even root reads it, and Linux alone has it as a file. */
const UNREADABLE = "/proc/self/mem";
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mainstay-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (file: string, ...lines: string[]) => writeFileSync(join(root, file), lines.join("\n"));

/** What is said on reading the stack `local`. */
function saysOfFiles(): string[] {
  try {
    const { config, secretKeys } = readStackFiles(root, "local");
    return linesOf(resolveConfig("local", config, secretKeys).problems);
  } catch (error) {
    if (error instanceof InvalidConfiguration) return linesOf(error.problems);
    throw error;
  }
}

describe("files that cannot be read", () => {
  test("no file of the stack: the stacks there are", () => {
    write("Pulumi.yaml", "name: mainstay");
    write("Pulumi.prod.yaml", "");
    write("Pulumi.blue-1.yaml", "");
    expect(saysOfFiles()).toEqual([
      "Pulumi.local.yaml: (file): found no such file; allowed: a stack that has one: blue-1, prod",
    ]);
  });

  test("no stacks at all", () => {
    expect(saysOfFiles()).toEqual([
      "Pulumi.local.yaml: (file): found no such file; allowed: a stack that has one: none",
    ]);
  });

  test("no file of the project", () => {
    write("Pulumi.local.yaml", "");
    expect(saysOfFiles()).toEqual(["Pulumi.yaml: (file): found no such file; allowed: the project's file"]);
  });

  test("a directory in the place of either", () => {
    mkdirSync(join(root, "Pulumi.local.yaml"));
    write("Pulumi.yaml", "name: mainstay");
    expect(saysOfFiles()).toEqual([
      "Pulumi.local.yaml: (file): found a directory; allowed: a file that can be read",
    ]);
    rmSync(join(root, "Pulumi.local.yaml"), { recursive: true });
    write("Pulumi.local.yaml", "");
    rmSync(join(root, "Pulumi.yaml"));
    mkdirSync(join(root, "Pulumi.yaml"));
    expect(saysOfFiles()).toEqual([
      "Pulumi.yaml: (file): found a directory; allowed: a file that can be read",
    ]);
  });

  test.runIf(existsSync(UNREADABLE))("what the system does not give", () => {
    write("Pulumi.yaml", "name: mainstay");
    symlinkSync(UNREADABLE, join(root, "Pulumi.local.yaml"));
    expect(saysOfFiles()).toEqual([
      "Pulumi.local.yaml: (file): found what cannot be read (EIO); allowed: a file that can be read",
    ]);
  });

  test("no YAML: the line, but never its text", () => {
    write("Pulumi.yaml", "name: mainstay", "config: {a: ");
    write("Pulumi.local.yaml", "config:", "  mainstay:secrets:", `    KEY: "${SECRET}`, "");
    expect(saysOfFiles()).toEqual([
      "Pulumi.yaml: line 2, column 13: found an indentation that fits nothing above, or brackets left open; allowed: the indentation of the keys beside it",
      "Pulumi.local.yaml: line 4, column 1: found no end of a text in quotes, or no comma in a list; allowed: a closing quote, or a comma",
    ]);
  });

  test.each([
    [
      "\tmainstay:scale:\n\t\ta: 1",
      "line 2, column 1: found a tab before the first character; allowed: spaces",
    ],
    [
      "  a: 1\n b: 2",
      "line 3, column 1: found an indentation that fits nothing above, or brackets left open; allowed: the indentation of the keys beside it",
    ],
    [
      "  a: 1\n   c: 2",
      "line 2, column 6: found a second value on one line, or a deeper key below a value; allowed: `key: value`, or a value in quotes",
    ],
    ["  a 1\n  b: 2", "line 2, column 3: found a key without a colon; allowed: `key: value`"],
    ["  a: %x", "line 2, column 6: found something that is not YAML (BAD_SCALAR_START); allowed: YAML"],
  ])("one slip in it is told once: %j", (lines, problem) => {
    write("Pulumi.yaml", "name: mainstay");
    write("Pulumi.local.yaml", "config:", lines);
    expect(saysOfFiles()).toEqual([`Pulumi.local.yaml: ${problem}`]);
  });

  test("a key that stands there twice", () => {
    write("Pulumi.yaml", "name: mainstay");
    write("Pulumi.local.yaml", "config:", "  mainstay:secrets:", `    KEY: ${SECRET}`, `    KEY: ${SECRET}`);
    expect(saysOfFiles()).toEqual([
      "Pulumi.local.yaml: line 4, column 5: found a key that stood before; allowed: each key once",
    ]);
  });

  test("an alias of nothing", () => {
    write("Pulumi.yaml", "name: mainstay");
    write("Pulumi.local.yaml", "config:", "  mainstay:scale: *base");
    expect(saysOfFiles()).toEqual([
      "Pulumi.local.yaml: (file): found an alias (*) that cannot be followed; allowed: aliases of anchors (&) above them, or none",
    ]);
  });

  test("a bare day, of which the CLI makes a moment", () => {
    write("Pulumi.yaml", "name: mainstay");
    write(
      "Pulumi.local.yaml",
      "config:",
      "  mainstay:secretsGiven:",
      "    A: 2026-11-26",
      '    B: "2026-11-26"',
    );
    expect(saysOfFiles()).toEqual([
      "Pulumi.local.yaml: line 3, column 8: found a day without quotation marks; allowed: the day in quotation marks",
    ]);
  });

  test("a shape that is not under `value`", () => {
    write("Pulumi.yaml", "name: mainstay", "config:", "  mainstay:shape:", "    services: {}");
    write("Pulumi.local.yaml", "");
    expect(saysOfFiles()).toEqual([
      "Pulumi.yaml: mainstay:shape: found an object without `value`; allowed: the object under `value`",
    ]);
  });
});

describe("what the files say", () => {
  test("a misspelt key of Mainstay's is named, others' are let be", () => {
    write("Pulumi.yaml", "name: mainstay", "config:", "  mainstay:shap: {value: {}}");
    write("Pulumi.local.yaml", "encryptionsalt: v1:abc", "config: {aws:profile: x, mainstay:scale: {}}");
    expect(saysOfFiles().slice(0, 2)).toEqual([
      "Pulumi.yaml or Pulumi.local.yaml: mainstay:shap: found a key that does not exist; allowed: one of mainstay:shape, mainstay:scale, mainstay:secrets, mainstay:secretsGiven",
      "Pulumi.yaml: mainstay:shape: found nothing; allowed: an object with services, variables, database, backups",
    ]);
  });

  test("files that hold no object hold nothing", () => {
    write("Pulumi.yaml", "just a text");
    write("Pulumi.local.yaml", "- a list");
    expect(readStackFiles(root, "local")).toEqual({
      root,
      main: undefined,
      project: "mainstay",
      stack: "local",
      config: {},
      secretKeys: [],
    });
  });

  test("a stack's value replaces the project's of the same key whole", () => {
    write(
      "Pulumi.yaml",
      "name: mainstay",
      "config:",
      "  mainstay:shape: {value: {database: {name: app, schema: app}, cache: {maxMemoryPercent: 50}}}",
      "  scale: {default: {domain: localhost}}",
      "  docker:host: unix:///project",
    );
    write(
      "Pulumi.local.yaml",
      "config:",
      "  mainstay:shape: {database: {name: other}}",
      "  docker:host: unix:///stack",
    );
    expect(readStackFiles(root, "local").config).toEqual({
      "mainstay:shape": '{"database":{"name":"other"}}',
      "mainstay:scale": '{"domain":"localhost"}',
      "docker:host": "unix:///stack",
    });
  });

  test("secrets go no further than their file, encrypted or not", () => {
    write("Pulumi.yaml", "name: mainstay");
    write(
      "Pulumi.local.yaml",
      "config:",
      "  mainstay:secrets:",
      "    A_KEY: {secure: v1:abc}",
      `    B_KEY: ${SECRET}`,
      "  docker:registryAuth: [{password: {secure: v1:def}}]",
      "  aws:token: {secure: v1:ghi}",
    );
    const { config, secretKeys } = readStackFiles(root, "local");
    expect(config).toEqual({
      "mainstay:secrets": JSON.stringify({ A_KEY: OPAQUE, B_KEY: PLAIN_TEXT }),
      "docker:registryAuth": JSON.stringify([{ password: OPAQUE }]),
      "aws:token": OPAQUE,
    });
    expect(secretKeys).toEqual(["mainstay:secrets", "docker:registryAuth", "aws:token"]);
    expect(saysOfFiles()).toContain(
      "Pulumi.local.yaml: mainstay:secrets.B_KEY: found a secret in plain text (not shown); allowed: an encrypted value: npm run mainstay -- secret set local B_KEY",
    );
  });

  test("secrets without any encryption are named one by one", () => {
    write("Pulumi.yaml", "name: mainstay");
    write("Pulumi.local.yaml", "config:", "  mainstay:secrets:", `    KEYS: [${SECRET}, {b: ${SECRET}}]`);
    const said = saysOfFiles();
    expect(
      said.filter((line) => line.includes("plain text")).map((line) => line.split(": found")[0]),
    ).toEqual([
      "Pulumi.local.yaml: mainstay:secrets.KEYS[0]",
      "Pulumi.local.yaml: mainstay:secrets.KEYS[1].b",
    ]);
    expect(said.join("\n")).not.toContain(SECRET);
  });
});

describe("the project's own files", () => {
  test.each(listStacks(ROOT))("nothing is said of the stack %s", (stack) => {
    const { config, secretKeys } = readStackFiles(ROOT, stack);
    expect(linesOf(resolveConfig(stack, config, secretKeys).problems)).toEqual([]);
  });
});
