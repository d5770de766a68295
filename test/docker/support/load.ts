import { PORTS, token } from "./environment";
import { form } from "./http";

const API = `http://127.0.0.1:${PORTS.api}`;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Times users read a document: the first from the database, the others from the cache. */
const READS_OF_ONE = 20;

/** A stream of requests, until it is ended. */
export interface Load {
  end(): Promise<void>;
}

/** Sends a request on the operators' port, where no client is limited. What comes of it is for the metrics. */
export async function send(path: string, init: RequestInit = {}): Promise<{ status: number; body: string }> {
  try {
    const response = await fetch(`${API}${path}`, { signal: AbortSignal.timeout(30_000), ...init });
    return { status: response.status, body: await response.text() };
  } catch {
    return { status: 0, body: "" };
  }
}

/** Repeats something until the load is ended, so many milliseconds after it was done. */
export function repeat(everyMs: number, work: (turn: number) => Promise<unknown>): Load {
  let running = true;
  const done = (async () => {
    for (let turn = 0; running; turn += 1) {
      await work(turn).catch(() => undefined);
      await sleep(everyMs);
    }
  })();
  return {
    end: () => {
      running = false;
      return done;
    },
  };
}

/** Requests as users make them: uploads, reads, analyses, chats with several providers, feedback. */
export async function users(): Promise<Load> {
  const authorization = `Bearer ${await token("acme")}`;
  const json = { authorization, "content-type": "application/json" };
  let document = "";
  let analysis = "";
  const upload = async (turn: number) => {
    const { headers, body } = form(`load-${turn}.txt`, Buffer.from("a few words to read"));
    const answer = await send("/v1/documents", {
      method: "POST",
      headers: { ...headers, authorization },
      body: new Uint8Array(body),
    });
    if (answer.status !== 201) return;
    document = (JSON.parse(answer.body) as { id: string }).id;
    const asked = await send(`/v1/documents/${document}/analyses`, {
      method: "POST",
      headers: json,
      body: "{}",
    });
    if (asked.status === 202) analysis = (JSON.parse(asked.body) as { id: string }).id;
  };
  const converse = async (turn: number) => {
    const provider = ["openai", "mistral", "cohere"][turn % 3];
    await send("/v1/chat", {
      method: "POST",
      headers: json,
      body: JSON.stringify({ message: "hello", provider }),
    });
    if (analysis === "") return;
    await send(`/v1/analyses/${analysis}`, { headers: json });
    await send("/v1/feedback", {
      method: "POST",
      headers: json,
      body: JSON.stringify({ analysisId: analysis }),
    });
  };
  // Each document several times, however slow the machine is: a share of hits is one of the objectives.
  let reading = "";
  const read = async (turn: number) => {
    if (turn % READS_OF_ONE === 0) reading = document;
    if (reading !== "") await send(`/v1/documents/${reading}`, { headers: json });
  };
  const streams = [repeat(1000, upload), repeat(700, converse), repeat(150, read)];
  return {
    end: async () => {
      await Promise.all(streams.map((stream) => stream.end()));
    },
  };
}
