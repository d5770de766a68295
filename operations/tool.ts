import { spawn } from "node:child_process";
import { once } from "node:events";
import { OperationFailed } from "./outcome";

interface ToolOptions {
  readonly directory?: string;
  /** Of its environment, beside those of this process. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What it reads on standard input. */
  readonly input?: string;
}

/**
 * Runs a tool; what it says goes to standard error as it comes.
 *
 * @throws OperationFailed if it is not there or ends with a failure
 */
export async function run(tool: string, args: readonly string[], options: ToolOptions = {}): Promise<void> {
  const { status } = await start(tool, args, options, "inherit");
  if (status !== 0) throw new OperationFailed(`exit code ${status} from: ${[tool, ...args].join(" ")}`);
}

/** Runs a tool and gives what it answers, or nothing where it fails. */
export async function ask(tool: string, args: readonly string[]): Promise<string | undefined> {
  const { status, answer } = await start(tool, args, {}, "ignore");
  return status === 0 ? answer.trim() : undefined;
}

async function start(
  tool: string,
  args: readonly string[],
  { directory, variables, input }: ToolOptions,
  errors: "inherit" | "ignore",
): Promise<{ status: number | null; answer: string }> {
  const env = { ...process.env, ...variables };
  const child = spawn(tool, args, { cwd: directory, env, stdio: ["pipe", "pipe", errors] });
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    if (errors === "inherit") process.stderr.write(chunk);
  });
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  const [status] = (await once(child, "close").catch((error: NodeJS.ErrnoException) => {
    throw new OperationFailed(error.code === "ENOENT" ? `${tool} is not installed` : error.message);
  })) as [number | null];
  return { status, answer: Buffer.concat(chunks).toString("utf8") };
}
