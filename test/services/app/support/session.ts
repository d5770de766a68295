import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { migrated, startApi, startWorker } from "./app";
import { missingPrograms, startBackends, type Backends } from "./backends";
import { form } from "./form";

/** What is missing for tests on a real database and cache. */
export const missing = missingPrograms();

type Api = Awaited<ReturnType<typeof startApi>>;
type Headers = Record<string, string>;

/** The app on backends of its own, for the tests of one file. */
export function useApp() {
  let backends: Backends;
  let api: Api;
  let acme: Headers;
  let other: Headers;

  beforeAll(async () => {
    if (missing.length > 0) return;
    backends = await startBackends();
    await migrated(backends);
    // Whoever waits for a connection waits as long as a busy machine takes to open ten.
    api = await startApi(backends, { UPLOAD_MAX_MIB: "4", DATABASE_POOL_TIMEOUT_MS: "20000" });
    acme = { authorization: await api.token("acme") };
    other = { authorization: await api.token("other") };
  }, 60_000);

  afterAll(async () => {
    await api?.stop();
    await backends?.stop();
  }, 30_000);

  const get = (url: string, headers = acme) => api.server.inject({ url, headers });
  return {
    get backends() {
      return backends;
    },
    get api() {
      return api;
    },
    get acme() {
      return acme;
    },
    get other() {
      return other;
    },
    get,
    post: (url: string, payload?: object, headers = acme) =>
      api.server.inject({ method: "POST", url, headers, ...(payload && { payload }) }),
    upload: (content: Buffer | string = "one two three") => {
      const { payload, headers } = form(content);
      return api.server.inject({
        method: "POST",
        url: "/v1/documents",
        headers: { ...headers, ...acme },
        payload,
      });
    },
    /** The analysis, once it has come to an end. */
    finished: async (id: string) => {
      for (let attempt = 0; attempt < 400; attempt += 1) {
        const analysis = (await get(`/v1/analyses/${id}`)).json<{ status: string; attempts: number }>();
        if (analysis.status === "succeeded" || analysis.status === "failed") return analysis;
        await sleep(25);
      }
      throw new Error(`analysis ${id} did not end`);
    },
    /** A worker for the rest of the test. */
    worker: () => {
      const started = startWorker(backends);
      started.worker.start();
      onTestFinished(() => started.stop());
      return started;
    },
  };
}
