import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { PROVIDERS, type ProviderName } from "./names";

/** What a provider answers. */
export interface Completion {
  readonly text: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Faults on purpose, by provider: `{"openai": {"errorPercent": 100, "latencyMs": 2000}}`. */
const faultsSchema = z.partialRecord(
  z.enum(PROVIDERS),
  z.object({ errorPercent: z.number().min(0).max(100).default(0), latencyMs: z.number().min(0).default(0) }),
);
export type Faults = z.output<typeof faultsSchema>;

const LATENCY_MS = 20;

/** Reads the faults as they stand in the cache; whatever is not well-formed is no fault. */
export function parseFaults(text: string | undefined): Faults {
  if (text === undefined) return {};
  try {
    return faultsSchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/**
 * Stands in for a provider's API: answers from what it was asked, without any network, so that the example
 * runs anywhere. Its faults let drills and tests see breakers, retries and alerts at work.
 */
export async function standIn(provider: ProviderName, prompt: string, faults: Faults): Promise<Completion> {
  const { errorPercent = 0, latencyMs = 0 } = faults[provider] ?? {};
  await sleep(LATENCY_MS + latencyMs, undefined, { ref: false });
  if (Math.random() * 100 < errorPercent) throw new Error(`${provider} answered with an error`);
  const words = prompt.trim().split(/\s+/).filter(Boolean);
  const text = `${provider} read ${words.length} words: ${words.slice(0, 12).join(" ")}`;
  return { text, inputTokens: tokens(prompt), outputTokens: tokens(text) };
}

const tokens = (text: string) => Math.ceil(text.length / 4);
