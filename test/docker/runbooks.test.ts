import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PAGES } from "../observability/support/runbooks";
import { STACK } from "./support/environment";

const ROOT = join(__dirname, "../..");

/** Lines of the shell blocks that look at the stack and change nothing; a backup or a drill takes longer than a look. */
const LOOKS = PAGES.flatMap(({ file, text }) =>
  [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].flatMap(([, block = ""]) =>
    block
      .split("\n")
      .map((line) => line.trim())
      .filter((line) =>
        /^(ask|amt|alerts|sql|logs|copies|died|room|backup|on|docker (ps|stats|inspect))\b/.test(line),
      )
      .filter(
        (line) => !/ once (full|events|drill)$|amt alert add|pg_terminate_backend|mainstay-local/.test(line),
      )
      .map((command) => ({ file, command })),
  ),
);

/** What tools say when they were asked for something that is not there, or in a way they do not know. */
const COMPLAINT =
  /error|no such|not found|unknown|usage|does not exist|permission denied|executable file|invalid/i;

/** What is wrong with a command, or nothing. */
function complaint(command: string): string | undefined {
  const { stdout, stderr, status } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-c", `STACK=${STACK}; source docs/runbooks/shell-docker.sh\n${command}`],
    // A log may be long.
    { cwd: ROOT, encoding: "utf8", timeout: 60_000, maxBuffer: 256 * 1024 * 1024 },
  );
  const failed = status === null || (status !== 0 && !command.includes("grep"));
  return failed || COMPLAINT.test(stderr)
    ? `${command}: ${status} ${stderr.trim() || stdout.slice(0, 300)}`
    : undefined;
}

test("what the runbooks look at first is there: every command is understood, and finds what it asks", () => {
  expect(LOOKS.length).toBeGreaterThan(100);
  const complaints = LOOKS.map(({ file, command }) => [file, complaint(command)] as const);
  expect(complaints.filter(([, what]) => what !== undefined)).toEqual([]);
});

test.each([
  "logs nobody | tail",
  "on nobody true",
  "backup lst",
  "ask 'up{'",
  'sql "SELECT 1 FROM nothing"',
  "amt asks",
])("%s would be noticed", (command) => expect(complaint(command)?.slice(0, command.length)).toBe(command));
