import { PORTS } from "./environment";

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

const prometheus = `http://127.0.0.1:${PORTS.prometheus}/api/v1`;
const alertmanager = `http://127.0.0.1:${PORTS.alertmanager}/api/v2`;

/** What an instant query finds. @throws if it is refused */
export async function samples(expression: string): Promise<readonly Sample[]> {
  const response = await fetch(`${prometheus}/query?query=${encodeURIComponent(expression)}`);
  const answer = (await response.json()) as { data?: { result: Sample[] }; error?: string };
  if (!answer.data) throw new Error(`${expression}: ${answer.error}`);
  return answer.data.result;
}

/** The value of the first series, or nothing while there is none. */
export async function query(expression: string): Promise<number | undefined> {
  const [first] = await samples(expression);
  return first && Number(first.value[1]);
}

export interface Rule {
  readonly name: string;
  readonly type: "alerting" | "recording";
  readonly health: "ok" | "err" | "unknown";
  readonly lastError?: string;
  readonly query: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Every rule Prometheus has loaded. */
export async function rules(): Promise<readonly Rule[]> {
  const answer = (await (await fetch(`${prometheus}/rules`)).json()) as {
    data: { groups: { rules: Rule[] }[] };
  };
  return answer.data.groups.flatMap(({ rules: all }) => all);
}

/** When Prometheus last took a configuration. */
export const configuredAt = async (): Promise<string> => {
  const answer = (await (await fetch(`${prometheus}/status/runtimeinfo`)).json()) as {
    data: { lastConfigTime: string };
  };
  return answer.data.lastConfigTime;
};

/** How many Alertmanagers Prometheus sends to. None for some seconds after it has read its configuration. */
export const receivingAlerts = async (): Promise<number> => {
  const answer = (await (await fetch(`${prometheus}/alertmanagers`)).json()) as {
    data: { activeAlertmanagers: unknown[] };
  };
  return answer.data.activeAlertmanagers.length;
};

/** An alert as Alertmanager holds it. */
export interface Held {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

export const held = async (): Promise<readonly Held[]> =>
  (await (await fetch(`${alertmanager}/alerts`)).json()) as Held[];
