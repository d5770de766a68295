/**
 * Figures that are judged by in more than one place: by the alerts, from inside, and by the command `probe`, from
 * outside. Those of requests are what the environment's users asked for.
 */
export const BOUNDS = {
  /** Share of requests that fail. */
  failedShare: { critical: 0.05, warning: 0.01 },
  /** Time within which 95 of 100 requests are answered. */
  latencySeconds: { critical: 10, warning: 5 },
  /** An update renews the environment's own thirty days before: at three weeks nobody has run one. */
  certificateDaysLeft: { critical: 7, warning: 21 },
} as const;
