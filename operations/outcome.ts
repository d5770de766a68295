/** The exit codes of every command, for pipelines to act on. */
export const EXIT = {
  done: 0,
  /** It was tried and failed, or what was checked is not good. */
  failed: 1,
  /** It cannot be tried: invalid configuration, an unknown stack, a misspelt option. */
  invalid: 2,
  /** What runs differs from what was deployed. */
  drift: 3,
  /** What runs does not serve its users as it should. */
  failing: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Something the user can fix by calling the command differently. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** An operation that did not succeed. The message is complete: the engine's own diagnostics, nothing of ours. */
export class OperationFailed extends Error {
  override readonly name = "OperationFailed";
}

/** The user stopped it. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
