type Listener = (reason: unknown, promise: Promise<unknown>) => void;

const EVENT = "unhandledRejection";

export interface Rejections {
  /** Rejects with the first unhandled rejection; never resolves. */
  readonly first: Promise<never>;
  readonly release: () => void;
}

/**
 * Captures the process's unhandled rejections. A throw inside `apply` rejects dozens of promises deep in the SDK that no
 * caller can get hold of.
 *
 * Until `release` other listeners (a test runner's, one that ends the process) are removed. Every rejection meanwhile
 * counts as the run's, even one that other code left behind: it is reported, not lost.
 */
export function captureRejections(): Rejections {
  const others = process.rawListeners(EVENT) as Listener[];
  let listener: Listener = () => {};
  const first = new Promise<never>((_, reject) => (listener = reject));
  // Nobody listens to it any more once the run has failed for another reason.
  first.catch(() => undefined);
  process.removeAllListeners(EVENT);
  process.on(EVENT, listener);
  return {
    first,
    release: () => {
      process.off(EVENT, listener);
      for (const other of others) process.on(EVENT, other);
    },
  };
}
