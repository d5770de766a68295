import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseDocument, stringify } from "yaml";
import { filesOf, SCALE_KEY, SECRETS_KEY } from "../../environment/context";
import { OperationFailed } from "../outcome";
import { stateDirectory, type Project } from "../project";

/** How a stack's secrets are encrypted: what the CLI keeps in the stack's file beside its configuration. */
export interface Encryption {
  readonly encryptionsalt?: string;
  readonly secretsprovider?: string;
  readonly encryptedkey?: string;
}

/** A directory the CLI may write to, with the project's name and a copy of the stack's file. */
export interface WorkingCopy {
  readonly directory: string;
  readonly stackFile: string;
  /** Of the file people edit, not of the copy. */
  readonly encryption: Encryption;
}

/**
 * The CLI writes to a stack's file: it adds its salt, and lays the file out anew. So it works on a copy, and what
 * people keep in version control changes only when they change it. What they have in it about encryption, put
 * there by `pulumi config set --secret`, is the copy's too.
 */
export function workingCopy(project: Project, stack: string): WorkingCopy {
  const directory = stateDirectory(project, "config");
  const stackFile = join(directory, filesOf(stack).stack);
  const text = readFileSync(join(project.root, filesOf(stack).stack), "utf8");
  const encryption = encryptionOf(text);
  const learnt = existsSync(stackFile) ? encryptionOf(readFileSync(stackFile, "utf8")) : {};
  replaceFile(stackFile, text + ownEncryption(encryption, learnt));
  replaceFile(join(directory, "Pulumi.yaml"), stringify(bareProject(project)));
  return { directory, stackFile, encryption };
}

/** A secret as it stands in a stack's file, and what the file has to say beside it. */
export interface Encrypted {
  readonly secure: string;
  readonly encryption: Encryption;
}

/** What the CLI has put into the copy. */
export function encrypted({ stackFile }: WorkingCopy, name: string): Encrypted {
  const text = readFileSync(stackFile, "utf8");
  const { config } = parse(text) as { config: Record<string, Record<string, { secure?: string }>> };
  const secure = config[SECRETS_KEY]?.[name]?.secure;
  if (secure === undefined) throw new OperationFailed(`the Pulumi CLI has not encrypted ${name}`);
  return { secure, encryption: encryptionOf(text) };
}

/** Lets the copy, and nothing people edit, declare the stack's data unprotected. */
export function withoutProtection({ stackFile }: WorkingCopy): void {
  const document = parseDocument(readFileSync(stackFile, "utf8"));
  document.setIn(["config", SCALE_KEY, "protectData"], false);
  replaceFile(stackFile, document.toString({ lineWidth: 0 }));
}

export function removeWorkingCopy(project: Project, stack: string): void {
  rmSync(join(project.state, "config", filesOf(stack).stack), { force: true });
}

function encryptionOf(text: string): Encryption {
  const { encryptionsalt, secretsprovider, encryptedkey } = (parse(text) ?? {}) as Encryption;
  return { encryptionsalt, secretsprovider, encryptedkey };
}

/** What the CLI has added to the copy before, as lines to add again; nothing where people have decided otherwise. */
function ownEncryption(theirs: Encryption, learnt: Encryption): string {
  const { secretsprovider = "passphrase" } = theirs;
  const key = secretsprovider === "passphrase" ? "encryptionsalt" : "encryptedkey";
  const sameProvider = (learnt.secretsprovider ?? "passphrase") === secretsprovider;
  if (theirs[key] !== undefined || learnt[key] === undefined || !sameProvider) return "";
  return `\n${stringify({ [key]: learnt[key] })}`;
}

/** Enough for the CLI to know which project a stack belongs to. The program is not run from here. */
function bareProject(project: Project): object {
  const { name, backend } = projectFile(project);
  return { name, runtime: "nodejs", ...(backend && { backend }) };
}

export function projectFile(project: Project): { name: string; backend?: { url?: string } } {
  return parse(readFileSync(join(project.root, "Pulumi.yaml"), "utf8"));
}

/** At once or not at all: another operation may be reading it. */
export function replaceFile(path: string, text: string, mode = 0o600): void {
  mkdirSync(join(path, ".."), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, text, { mode });
  // The umask has taken its part of the mode away.
  chmodSync(fresh, mode);
  renameSync(fresh, path);
}
