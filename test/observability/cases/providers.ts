import { counter, gauge, type Case, type Inputs } from "../support/case";

const SELF = 'job="api",instance="api-1:8000",provider="openai"';
const calls = (result: string) => `ai_provider_requests_total{${SELF},result="${result}"}`;
const made = (good: number, bad: number, result = "failure"): Inputs => ({
  [calls("success")]: counter([60, good]),
  [calls(result)]: counter([60, bad]),
});
const bucket = (le: string) => `ai_provider_request_duration_seconds_bucket{le="${le}",${SELF}}`;
const times = (upTo10: number, upTo30: number): Inputs => ({
  [bucket("10")]: counter([60, upTo10]),
  [bucket("30")]: counter([60, upTo30]),
  [bucket("+Inf")]: counter([60, upTo30]),
});
const state = `circuit_breaker_state{${SELF}}`;
const trips = `circuit_breaker_trips_total{${SELF}}`;
const failing: Inputs = {
  [calls("success")]: counter([20, 20], [15, 0], [40, 20]),
  [calls("failure")]: counter([20, 0], [15, 4000], [40, 0]),
};

export const providers: readonly Case[] = [
  {
    alert: "ProvidersFailing",
    level: "critical",
    series: failing,
    fires: 23,
    ends: 45,
    exact: { series: made(0.1875, 1.8125), at: 30 },
    description: "Only 9.375% of the calls to AI providers succeed.",
    near: [
      { series: made(2.1, 17.9), at: 30 },
      { series: made(0, 1.9), at: 30 },
    ],
  },
  {
    alert: "ProviderFailuresHigh",
    level: "warning",
    step: 2,
    series: failing,
    fires: 22,
    ends: 45,
    exact: { series: made(3.8, 1), at: 30 },
    labels: { provider: "openai" },
    description: "20.83% of the calls to openai fail.",
    near: [
      { series: made(81, 19), at: 30 },
      { series: made(1, 0.9), at: 30 },
      { series: made(5, 500, "rejected"), at: 30 },
    ],
  },
  {
    alert: "ProviderSlow",
    level: "warning",
    series: {
      [bucket("10")]: counter([20, 60], [25, 0], [40, 60]),
      [bucket("30")]: counter([85, 60]),
      [bucket("+Inf")]: counter([85, 60]),
    },
    fires: 30,
    ends: 60,
    exact: { series: times(55, 59), at: 40 },
    labels: { provider: "openai" },
    description: "Of 100 calls to openai, 95 are answered within 15.25s only.",
    near: [{ series: times(58, 62), at: 40 }],
  },
  {
    alert: "CircuitBreakerOpen",
    level: "warning",
    series: { [state]: gauge([5, 0], [3, 1], [1, 2], [3, 1], [60, 0]) },
    fires: 7,
    ends: 12,
    labels: { job: "api", provider: "openai" },
    description: "The circuit breaker of openai in api does not close.",
    near: [{ series: { [state]: gauge([20, 0]) }, at: 15 }],
  },
  {
    alert: "CircuitBreakerTripping",
    level: "warning",
    step: 10,
    series: { [trips]: counter([20, 0], [5, 20], [40, 0]) },
    fires: 21,
    ends: 40,
    exact: { series: { [trips]: counter([40, 1]) }, at: 30 },
    labels: { job: "api", provider: "openai" },
    description: "The circuit breaker of openai in api opened about 3 times within 30 minutes.",
    near: [{ series: { [trips]: counter([40, 0.9]) }, at: 30 }],
  },
];
