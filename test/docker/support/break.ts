import { containerName, docker, eventually, run, token } from "./environment";
import { form } from "./http";
import { repeat, send } from "./load";
import { query } from "./prometheus";

/** Says how something is mended that has just been broken. */
export type Break = (mend: () => Promise<unknown>) => void;

export const container = (name: string) => docker.getContainer(containerName(name));

/** Stopped, and started again. */
export const stopped = (name: string) => async (broken: Break) => {
  broken(() => container(name).start());
  await container(name).stop({ t: 2 });
};

/** A statement as PostgreSQL's superuser. */
export async function sql(statement: string): Promise<void> {
  const command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "app", "-c", statement];
  const { exitCode, output } = await run("database", command);
  if (exitCode !== 0) throw new Error(`${statement}: ${output}`);
}

/** Something said to PostgreSQL, and taken back. */
export const said = (statement: string, takenBack: string) => async (broken: Break) => {
  await sql(statement);
  broken(() => sql(takenBack));
};

/** What a caller of a tenant sends along. */
const callersHeaders = async () => ({
  authorization: `Bearer ${await token("acme")}`,
  "content-type": "application/json",
});
type Headers = Awaited<ReturnType<typeof callersHeaders>>;

/** More of one kind of request, from one caller in so many streams, until it is mended. */
export const requests =
  (streams: number, everyMs: number, work: (headers: Headers) => Promise<unknown>) =>
  async (broken: Break) => {
    const headers = await callersHeaders();
    const loads = Array.from({ length: streams }, () => repeat(everyMs, () => work(headers)));
    broken(() => Promise.all(loads.map((load) => load.end())));
  };

export function upload({ authorization }: Headers) {
  const { headers, body } = form("stuck.txt", Buffer.from("x"));
  const init = { method: "POST", headers: { ...headers, authorization }, body: new Uint8Array(body) };
  return send("/v1/documents", init);
}

/** One good answer closes a breaker. */
export async function breakerCloses(provider: string): Promise<void> {
  const headers = await callersHeaders();
  await eventually(60, async () => {
    await chat(headers, provider);
    const open = await query(`max(circuit_breaker_state{provider="${provider}"})`);
    return open === 0 ? true : undefined;
  });
}

export const chat = (headers: Headers, provider: string) =>
  send("/v1/chat", { method: "POST", headers, body: JSON.stringify({ message: "hello", provider }) });
