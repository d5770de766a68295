import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invoke } from "../operations/support";

/** Who reads a rendered file, and how it is asked to judge it without doing anything. */
const PROGRAMS = [
  {
    program: "loki",
    file: "logs-config/loki.yaml",
    judge: (file: string) => [`-config.file=${file}`, "-verify-config"],
  },
  {
    program: "jaeger",
    file: "tracing-config/config.yaml",
    judge: (file: string) => ["validate", `--config=file:${file}`],
  },
  {
    program: "vector",
    file: "log-shipper-config/vector.yaml",
    judge: (file: string) => ["validate", "--skip-healthchecks", file],
  },
];

describe("a configuration, by the program that reads it,", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "mainstay-programs-"));
    await invoke("render", "local", "--to", folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  for (const { program, file, judge } of PROGRAMS) {
    const found = spawnSync(program, ["--version"]).error === undefined;
    it.runIf(found)(`is taken: ${program}`, () => {
      const path = join(folder, file);
      const verdict = () => {
        const { status, stdout, stderr } = spawnSync(program, judge(path), { encoding: "utf8" });
        return { status, said: `${stdout}${stderr}` };
      };
      const { status, said } = verdict();
      expect([status, status === 0 ? "" : said]).toEqual([0, ""]);
      // It does look: a key it does not know is refused.
      appendFileSync(path, "\nno_such_key: true\n");
      expect(verdict().status).not.toBe(0);
    });
  }
});
