import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./figures";

/** A command a line of the runbooks came to, and what it read from its standard input. */
export interface Asked {
  readonly program: "aws" | "curl";
  readonly args: readonly string[];
  readonly input: string;
}

/** What typing lines in the shell of a stack on AWS comes to, with nothing sent. */
export function typed(stack: string, lines: readonly string[]): { asked: Asked[]; said: string } {
  const folder = mkdtempSync(join(tmpdir(), "mainstay-aws-shell-"));
  try {
    for (const program of ["aws", "curl"]) {
      copyFileSync(join(__dirname, "aws-stub.sh"), join(folder, program));
      chmodSync(join(folder, program), 0o755);
    }
    const record = join(folder, "record");
    const { stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc"], {
      cwd: ROOT,
      // What a line writes is not written here.
      input: [`source docs/runbooks/shell.sh ${stack}; cd "$HOME"`, ...lines, ""].join("\n"),
      env: {
        ...{ PATH: `${folder}:${process.env["PATH"]}`, RECORD: record, AWS_REGION: "eu-west-1" },
        ...{ USER: "operator", HOME: folder },
      },
      encoding: "utf8",
    });
    return { asked: existsSync(record) ? recorded(record) : [], said: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function recorded(file: string): Asked[] {
  const records = readFileSync(file, "utf8").split("\x1e").slice(0, -1);
  return records.map((one) => {
    const [program, ...rest] = one.split("\x1f");
    return { program: program as Asked["program"], args: rest.slice(0, -1), input: rest.at(-1) ?? "" };
  });
}

/** Debian's own: a test that asks it judges by the same version everywhere. */
const PYTHON = "/usr/bin/python3";
export const AWS_CLI_FOUND = spawnSync(PYTHON, ["-c", "import awscli"]).status === 0;

/** What the AWS command line has against each of some lists of arguments. */
export function complaints(all: readonly (readonly string[])[]): (string | null)[] {
  const { stdout, stderr } = spawnSync(PYTHON, [join(__dirname, "aws-cli.py")], {
    input: JSON.stringify(all),
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as (string | null)[];
}
