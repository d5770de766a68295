/** Why restic failed. Since 0.17 its exit code tells; before, and Debian 12 has 0.14, only its words do. */
import { complaint, type Exit } from "./child";

export type ResticFault = "missing" | "locked" | "password" | "other";

const CODES: Record<number, ResticFault> = { 10: "missing", 11: "locked", 12: "password" };

/** "Is there a repository" alone would also match one that is there but out of reach. */
const ABSENT = /no such file or directory|does not exist|not ?found|NoSuchKey/i;

export class ResticError extends Error {
  override readonly name = "ResticError";

  constructor(
    readonly fault: ResticFault,
    message: string,
  ) {
    super(message);
  }
}

/** The error for a restic that did not exit with 0. */
export function resticError(exit: Exit): ResticError {
  const fault = CODES[exit.code ?? 0] ?? read(exit.stderr);
  if (fault === "password") {
    return new ResticError(fault, "the password in BACKUP_PASSWORD_FILE does not open the repository");
  }
  return new ResticError(fault, `restic: ${complaint(exit)}`);
}

function read(stderr: string): ResticFault {
  if (/wrong password or no key found/i.test(stderr)) return "password";
  if (/already locked/i.test(stderr)) return "locked";
  if (/Is there a repository at the following location/i.test(stderr) && ABSENT.test(stderr))
    return "missing";
  return "other";
}
