import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../outcome";
import { stateDirectory, type Project } from "../project";
import { note } from "../terminal";
import { projectFile, type WorkingCopy } from "./stack-file";

type Env = Record<string, string | undefined>;

/**
 * Where the engine keeps a stack's state, and what it encrypts secrets with, as the environment variables that
 * tell it. Without any choice of the user's: files in the project's own state directory, which needs no account
 * of any kind, and a passphrase made for it.
 *
 * @throws UserError if a passphrase is needed that only the user can know
 */
export function backendSettings(
  project: Project,
  copy: WorkingCopy,
  env: Env = process.env,
): Record<string, string> {
  const chosen = env.PULUMI_BACKEND_URL || projectFile(project).backend?.url;
  const own = pathToFileURL(stateDirectory(project)).href;
  const url = chosen ?? own;
  return {
    PULUMI_BACKEND_URL: url,
    ...(needsPassphrase(url, copy) && !hasPassphrase(env) && passphrase(project, copy, url === own)),
  };
}

const hasPassphrase = (env: Env) =>
  env.PULUMI_CONFIG_PASSPHRASE !== undefined || env.PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;

/** Key services need none, and Pulumi's own service encrypts by itself. */
function needsPassphrase(url: string, { encryption }: WorkingCopy): boolean {
  const provider =
    encryption.secretsprovider ?? (encryption.encryptionsalt === undefined ? "default" : "passphrase");
  return provider === "passphrase" || (provider === "default" && !/^https?:/.test(url));
}

function passphrase(project: Project, copy: WorkingCopy, isOwnBackend: boolean): Record<string, string> {
  const file = join(stateDirectory(project), "passphrase");
  if (!existsSync(file)) {
    // A passphrase made here and now cannot be the one others have encrypted with.
    if (!isOwnBackend)
      throw new UserError(
        `the state is not kept in .state, so only you know what its secrets are encrypted with: ${howToGive}`,
      );
    if (copy.encryption.encryptionsalt !== undefined) {
      throw new UserError(
        `the stack's file holds values encrypted with a passphrase that is not known here: ${howToGive}`,
      );
    }
    writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
    note(
      `made a passphrase for the secrets in the state: ${relative(project.root, file)} (keep it: without it the state cannot be read)`,
    );
  }
  return { PULUMI_CONFIG_PASSPHRASE_FILE: file };
}

const howToGive = "give the passphrase as PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE";
