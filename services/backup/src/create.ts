/** Makes the repository, once. Two `restic init` at the same moment would each leave a key, and ruin it. */
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute } from "node:path";
import { run } from "./child";
import type { Restic } from "./restic";
import { resticError } from "./restic-errors";

const ALREADY = /already (exists|initialized)/i;
const RUINED =
  "the repository was made twice at the same moment, or its making was cut short: empty it and start again";

/** True where it has been made here, false where another process was first. */
export async function createRepository(restic: Restic, repository: string): Promise<boolean> {
  // The kernel lets go of this lock when its holder dies. It keeps apart all processes that see the directory:
  // those of this container, and with a repository on this host those of every container it is mounted in.
  const beside = dirname(repository);
  const place = isAbsolute(repository) && existsSync(beside) ? beside : tmpdir();
  const init = restic.command("init");
  // Not ended by a stop: it takes a second, and a key without a configuration is what it would leave.
  const untilDone = new AbortController().signal;
  const exit = await run(
    { ...init, file: "flock", args: ["--no-fork", place, init.file, ...init.args] },
    untilDone,
  );
  if (exit.code !== 0 && !ALREADY.test(exit.stderr)) throw resticError(exit);

  // Another host sees no lock of ours. What it did at the same moment shows in a second key.
  const keys = await restic.run(["list", "keys", "--no-lock"], untilDone).catch(() => "");
  if (keys.trim().split("\n").length !== 1 || keys.trim() === "") throw new Error(RUINED);
  return exit.code === 0;
}
