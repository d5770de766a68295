import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Providers } from "../../../services/app/src/providers/providers";
import { parseFaults, type Faults } from "../../../services/app/src/providers/stand-in";
import { createMetrics } from "../../../services/app/src/telemetry/metrics";
import { config } from "./support/config";
import { keptLogger, value } from "./support/logs";

const RESET_MS = 200;

function start(changed: Record<string, string> = {}) {
  const faults: Faults = {};
  const metrics = createMetrics("test", "test");
  const { logger, lines } = keptLogger(metrics);
  const settings = config("api", {
    CIRCUIT_BREAKER_RESET_MS: `${RESET_MS}`,
    PROVIDER_TIMEOUT_MS: "1000",
    ...changed,
  });
  const providers = new Providers(settings, metrics, logger, async () => faults);
  onTestFinished(() => providers.close());
  const ask = async () => {
    try {
      return (await providers.complete("openai", "some words")).text;
    } catch (error) {
      return (error as { type: string }).type;
    }
  };
  const state = () => value(metrics, "circuit_breaker_state", { provider: "openai" });
  const requests = (result: string) =>
    value(metrics, "ai_provider_requests_total", { provider: "openai", result });
  return { providers, faults, metrics, lines, ask, state, requests };
}

describe("a provider's circuit breaker", () => {
  it("opens when a provider keeps failing, tries again after a while, and closes when it works", async () => {
    // The stand-ins answer in their own time; the breaker waits in the test's.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { providers, faults, metrics, lines, ask, state, requests } = start();
    expect(await ask()).toBe("openai read 2 words: some words");
    expect(await state()).toBe(0);

    faults.openai = { errorPercent: 100, latencyMs: 0 };
    const failures: string[] = [];
    for (let call = 0; call < 4; call += 1) failures.push(await ask());
    expect(failures).toEqual(["provider_failed", "provider_failed", "provider_failed", "provider_failed"]);
    expect(await state()).toBe(1);
    expect(providers.open()).toEqual(["openai"]);
    expect(await ask()).toBe("provider_unavailable");

    vi.advanceTimersByTime(RESET_MS - 1);
    expect(await state()).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await state()).toBe(2);
    expect(await ask()).toBe("provider_failed");
    expect(await state()).toBe(1);

    faults.openai = { errorPercent: 0, latencyMs: 0 };
    vi.advanceTimersByTime(RESET_MS);
    expect(await ask()).toBe("openai read 2 words: some words");
    expect(await state()).toBe(0);
    expect(providers.open()).toEqual([]);

    expect(await value(metrics, "circuit_breaker_trips_total", { provider: "openai" })).toBe(2);
    const results = ["success", "failure", "timeout", "rejected"];
    expect(await Promise.all(results.map(requests))).toEqual([2, 5, 0, 1]);
    const timed = { provider: "openai", le: "+Inf" };
    expect(await value(metrics, "ai_provider_request_duration_seconds", timed)).toBe(7);
    expect(lines.filter(({ msg }) => msg === "circuit breaker").map((line) => line["state"])).toEqual([
      "open",
      "halfOpen",
      "open",
      "halfOpen",
      "closed",
    ]);
  });

  it("is each provider's own", async () => {
    const { providers, faults, metrics, ask } = start();
    faults.openai = { errorPercent: 100, latencyMs: 0 };
    for (let call = 0; call < 6; call += 1) await ask();
    expect((await providers.complete("mistral", "x")).text).toBe("mistral read 1 words: x");
    expect(await value(metrics, "circuit_breaker_state", { provider: "mistral" })).toBe(0);
  });

  it("counts an answer that comes too late as a timeout", async () => {
    const { faults, ask, requests } = start({ PROVIDER_TIMEOUT_MS: "50" });
    faults.openai = { errorPercent: 0, latencyMs: 500 };
    expect(await ask()).toBe("timeout");
    expect(await requests("timeout")).toBe(1);
  });
});

describe("the provider of a request", () => {
  it("is the first with a key where none is named", () => {
    expect(start({ OPENAI_API_KEY: "", GEMINI_API_KEY: "gemini-key-of-the-tests" }).providers.preferred).toBe(
      "gemini",
    );
  });

  it("has to have its key, if it takes one", () => {
    const { providers } = start();
    expect(() => providers.choose("gemini")).toThrow("The provider gemini is not set up here");
    expect([providers.choose(undefined), providers.choose("openai"), providers.choose("xai")]).toEqual([
      "openai",
      "openai",
      "xai",
    ]);
  });
});

describe("faults on purpose", () => {
  it.each([
    [undefined, {}],
    ["no json", {}],
    ['{"nobody":{"errorPercent":1}}', {}],
    ['{"openai":{"errorPercent":101}}', {}],
    ['{"openai":{"errorPercent":100}}', { openai: { errorPercent: 100, latencyMs: 0 } }],
    ['{"xai":{"latencyMs":5}}', { xai: { errorPercent: 0, latencyMs: 5 } }],
  ])("%s means %j", (text, faults) => {
    expect(parseFaults(text)).toEqual(faults);
  });
});
