import CircuitBreaker from "opossum";
import type { Config } from "../config/variables";
import { AppError } from "../http/errors";
import type { Logger } from "../telemetry/logger";
import type { Metrics } from "../telemetry/metrics";
import { withSpan } from "../telemetry/tracing";
import { PROVIDERS, type ProviderName } from "./names";
import { standIn, type Completion, type Faults } from "./stand-in";

type Keys = "OPENAI_API_KEY" | "ANTHROPIC_API_KEY" | "GEMINI_API_KEY";
type Limits = "PROVIDER_TIMEOUT_MS" | "CIRCUIT_BREAKER_ERROR_PERCENT" | "CIRCUIT_BREAKER_RESET_MS";
export type ProvidersConfig = Config<Keys | Limits>;

/** How a breaker's state reads in the metric. */
const STATE = { closed: 0, open: 1, halfOpen: 2 } as const;
/** Fewer calls than this in ten seconds say nothing about a provider. */
const LEAST_CALLS = 5;

type Failure = Error & { readonly code?: string };
/** An open breaker's doing: the provider was not called. */
const isRejected = (error: unknown) => (error as Failure).code === "EOPENBREAKER";

type Result = "success" | "failure" | "timeout" | "rejected";

/** The AI providers, each behind a circuit breaker of its own. */
export class Providers {
  private readonly breakers: Readonly<Record<ProviderName, CircuitBreaker<[string], Completion>>>;
  private readonly keys: Partial<Record<ProviderName, string | undefined>>;
  /** The provider of a caller who names none: the first with a key. */
  readonly preferred: ProviderName;

  /** @param readFaults the faults the stand-ins show now */
  constructor(
    private readonly config: ProvidersConfig,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
    private readonly readFaults: () => Promise<Faults>,
  ) {
    this.keys = {
      openai: config.OPENAI_API_KEY,
      anthropic: config.ANTHROPIC_API_KEY,
      gemini: config.GEMINI_API_KEY,
    };
    this.preferred = PROVIDERS.find((name) => this.keys[name] !== undefined) ?? PROVIDERS[0];
    this.breakers = Object.fromEntries(
      PROVIDERS.map((name) => [name, this.breaker(name)]),
    ) as typeof this.breakers;
  }

  /** The provider to use: the one asked for, if the app has what it needs to call it. */
  choose(asked: ProviderName | undefined): ProviderName {
    if (asked === undefined) return this.preferred;
    // The three hosted ones need a key; the others are reached through a gateway that holds theirs.
    if (asked in this.keys && this.keys[asked] === undefined) {
      throw new AppError("not_configured", `The provider ${asked} is not set up here`);
    }
    return asked;
  }

  /** Asks a provider. */
  async complete(provider: ProviderName, prompt: string): Promise<Completion> {
    return withSpan("provider complete", { "gen_ai.provider.name": provider }, async (span) => {
      const stop = this.metrics.providerSeconds.startTimer({ provider });
      try {
        const completion = await this.breakers[provider].fire(prompt);
        stop();
        this.count(provider, "success", completion);
        span.setAttribute("gen_ai.usage.output_tokens", completion.outputTokens);
        return completion;
      } catch (error) {
        // A call that was not made takes no time, and would make the provider look fast.
        if (!isRejected(error)) stop();
        throw this.refusal(provider, error as Failure);
      }
    });
  }

  /** The providers whose breaker is not closed. */
  open(): ProviderName[] {
    return PROVIDERS.filter((name) => !this.breakers[name].closed);
  }

  close(): void {
    for (const breaker of Object.values(this.breakers)) breaker.shutdown();
  }

  private breaker(provider: ProviderName): CircuitBreaker<[string], Completion> {
    const call = async (prompt: string) => standIn(provider, prompt, await this.readFaults());
    const breaker = new CircuitBreaker(call, {
      name: provider,
      timeout: this.config.PROVIDER_TIMEOUT_MS,
      errorThresholdPercentage: this.config.CIRCUIT_BREAKER_ERROR_PERCENT,
      resetTimeout: this.config.CIRCUIT_BREAKER_RESET_MS,
      volumeThreshold: LEAST_CALLS,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
    });
    const enter = (state: keyof typeof STATE) => {
      this.metrics.breakerState.set({ provider }, STATE[state]);
      if (state === "open") this.metrics.breakerTrips.inc({ provider });
      this.logger[state === "open" ? "warn" : "info"]({ provider, state }, "circuit breaker");
    };
    breaker.on("open", () => enter("open"));
    breaker.on("halfOpen", () => enter("halfOpen"));
    breaker.on("close", () => enter("closed"));
    return breaker;
  }

  private refusal(provider: ProviderName, error: Failure): AppError {
    const timeout = error.code === "ETIMEDOUT";
    const rejected = isRejected(error);
    this.count(provider, rejected ? "rejected" : timeout ? "timeout" : "failure");
    const type = rejected ? "unavailable" : timeout ? "timeout" : "failed";
    this.metrics.errors.inc({ type, component: "provider" });
    if (rejected) {
      const retryAfterSeconds = Math.ceil(this.config.CIRCUIT_BREAKER_RESET_MS / 1000);
      const message = `${provider} is not called for now: it kept failing`;
      return new AppError("provider_unavailable", message, { cause: error, retryAfterSeconds });
    }
    if (timeout) return new AppError("timeout", `${provider} did not answer in time`, { cause: error });
    return new AppError("provider_failed", `${provider} answered with an error`, { cause: error });
  }

  private count(provider: ProviderName, result: Result, completion?: Completion): void {
    this.metrics.providerRequests.inc({ provider, result });
    if (!completion) return;
    this.metrics.providerTokens.inc({ provider, direction: "input" }, completion.inputTokens);
    this.metrics.providerTokens.inc({ provider, direction: "output" }, completion.outputTokens);
  }
}
