/** The backup runner's command line. Exit codes: 0 good, 1 failed, 64 wrong usage, 78 wrong configuration. */
import { health } from "./commands/health";
import type { Task } from "./execute";

const USAGE = `usage: backup [run | once full|events|drill | list | check | health]
  run     take backups and hold drills by schedule (the default)
  once    take one backup now, or restore the newest full one into a server of its own
  list    show what the repository holds, as JSON
  check   read the newest backups and the whole repository back
  health  ask the running service whether it works
`;
const EXIT_USAGE = 64;

function parse([command = "run", argument, ...rest]: string[]): Task | "health" | undefined {
  if (rest.length > 0) return undefined;
  if (command === "once") {
    const job = (["full", "events", "drill"] as const).find((one) => one === argument);
    return job && { command, job };
  }
  if (argument !== undefined) return undefined;
  if (command === "health") return command;
  return command === "run" || command === "list" || command === "check" ? { command } : undefined;
}

async function main(args: string[]): Promise<number> {
  const task = parse(args);
  if (task === "health") return health(process.env);
  // Loaded only now: the health check is a process of its own every few seconds, and should cost little.
  if (task) return (await import("./execute.js")).execute(task, process.env);
  process.stderr.write(USAGE);
  return EXIT_USAGE;
}

main(process.argv.slice(2)).then(
  // Not process.exit(): what was written to a pipe must get there first.
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${JSON.stringify({ level: "fatal", service: "backup", reason: String(error) })}\n`);
    process.exitCode = 1;
  },
);
