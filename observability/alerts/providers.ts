import { group, type AlertsFor } from "./alert";

const calls = (by: string, results: string, range: string) =>
  `sum${by} (increase(ai_provider_requests_total{result=~"${results}"}[${range}]))`;
const BY = " by (provider)";

/** The AI providers and the circuit breakers in front of them. */
export const providers: AlertsFor = () =>
  group("providers", { owner: "app", board: "mainstay-workers" }, [
    {
      name: "ProvidersFailing",
      levels: { critical: [0.1, "3m"] },
      expr: (share) => `
        ${calls("", "success", "5m")} / ${calls("", ".+", "5m")} < ${share} and ${calls("", ".+", "5m")} >= 10`,
      summary: "Hardly any call to any AI provider succeeds",
      description: "Only {{ $value | humanizePercentage }} of the calls to AI providers succeed.",
    },
    {
      name: "ProviderFailuresHigh",
      // Longer than an open breaker takes to be told of: then that says it.
      levels: { warning: [0.2, "3m"] },
      // A call that the breaker refused never reached the provider and says nothing about it.
      expr: (share) => `
        ${calls(BY, "failure|timeout", "10m")} / ${calls(BY, "success|failure|timeout", "10m")} > ${share}
        and ${calls(BY, "failure|timeout", "10m")} >= 5`,
      summary: "Too many calls to an AI provider fail",
      description: "{{ $value | humanizePercentage }} of the calls to {{ $labels.provider }} fail.",
    },
    {
      name: "ProviderSlow",
      levels: { warning: [15, "10m"] },
      expr: (seconds) => `
        histogram_quantile(0.95,
          sum by (provider, le) (rate(ai_provider_request_duration_seconds_bucket[10m]))) > ${seconds}`,
      summary: "An AI provider answers slowly",
      description:
        "Of 100 calls to {{ $labels.provider }}, 95 are answered within {{ $value | humanizeDuration }} only.",
    },
    {
      name: "CircuitBreakerOpen",
      levels: { warning: [0, "2m"] },
      // Half open counts too: a breaker that keeps failing its trials goes back and forth between scrapes.
      expr: (closed) => `max by (job, provider) (circuit_breaker_state) > ${closed}`,
      inhibitsFor: "32m",
      summary: "The calls to an AI provider are cut off",
      description: "The circuit breaker of {{ $labels.provider }} in {{ $labels.job }} does not close.",
    },
    {
      name: "CircuitBreakerTripping",
      levels: { warning: [3, "10m"] },
      expr: (times) => `sum by (job, provider) (increase(circuit_breaker_trips_total[30m])) >= ${times}`,
      summary: "A circuit breaker opens again and again",
      description:
        "The circuit breaker of {{ $labels.provider }} in {{ $labels.job }} opened about {{ $value | humanize }} times within 30 minutes.",
    },
  ]);
