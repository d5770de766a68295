/**
 * Figures that are judged by in more than one place: by the alerts, from inside, and by `mainstay probe`, from
 * outside. The bounds of requests are those its users gave; a certificate is renewed 30 days before its end, so one with
 * three weeks left was not.
 */
export const BOUNDS = {
  /** Share of requests that fail. */
  failedShare: { critical: 0.05, warning: 0.01 },
  /** Time within which 95 of 100 requests are answered. */
  latencySeconds: { critical: 10, warning: 5 },
  certificateDaysLeft: { critical: 7, warning: 21 },
} as const;
