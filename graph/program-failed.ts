/** What a program threw, without the trace: where, and what it said. */
export class ProgramFailed extends Error {
  override readonly name = "ProgramFailed";

  /**
   * @param file relative to the project's directory
   * @param line undefined where it is not known, such as of what no engine is there for
   */
  constructor(
    readonly file: string,
    readonly line: number | undefined,
    override readonly cause: unknown,
  ) {
    super(`${file}${line === undefined ? "" : `:${line}`}: the program failed: ${saidBy(cause)}`);
  }

  /** What the program said. */
  get said(): string {
    return saidBy(this.cause);
  }
}

function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node adds who asked for a module, file by file.
  const [message = ""] = error.message.split("\nRequire stack:");
  return message;
}
