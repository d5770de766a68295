import { parse, stringify } from "yaml";
import { archive } from "./launch";
import { containerName, docker, eventually, fileOf } from "./environment";
import { configuredAt, receivingAlerts } from "./prometheus";

/**
 * How much faster time passes for rules and routes in these tests: five minutes of a rule are ten seconds. What is
 * measured in seconds of the clock (an age, an uptime) and every other threshold stays what it is.
 */
export const FACTOR = 30;
/** How time passes. */
export interface Time {
  /** How much faster. @default FACTOR */
  readonly factor?: number;
  /** Objectives' alerts that stay, for the shortest of their windows: an hour. @default none */
  readonly objectives?: readonly string[];
}

/** The pauses between two looks, a minute: with the factor they would be half a second, too much for two processors. */
const looks = (factor: number) => {
  const pause = `${60 / factor}s`;
  return { scrape_interval: pause, scrape_timeout: pause, evaluation_interval: "1s" };
};
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The least range, in seconds: with a look each minute, one of a minute would now and then hold none. */
const LEAST_RANGE = 120;

/** A duration as Prometheus writes it, and at least so many seconds, divided by the factor. */
function divided(duration: string, factor: number, least = 0): string {
  const [, amount = "", unit = ""] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  const seconds = Number(amount) * (UNITS[unit] ?? NaN);
  if (Number.isNaN(seconds)) throw new Error(`a duration of another form: ${duration}`);
  return `${Math.round((Math.max(seconds, least) * 1000) / factor)}ms`;
}

const DURATIONS: ReadonlySet<string> = new Set([
  ...["for", "interval", "scrape_interval", "evaluation_interval"],
  ...["group_wait", "group_interval", "repeat_interval"],
]);
const RANGES = /(?<=\[)\d+[smhd](?=\])|(?<=\boffset )\d+[smhd]/g;

/** A file of rules or routes in which time passes faster. Nothing else of it is another. */
function faster(text: string, factor: number): string {
  const walk = (value: unknown, key = ""): unknown => {
    if (Array.isArray(value)) return value.map((one) => walk(one, key));
    if (value !== null && typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, name)]));
    if (typeof value !== "string") return value;
    if (DURATIONS.has(key)) return divided(value, factor);
    return key === "expr" ? value.replaceAll(RANGES, (range) => divided(range, factor, LEAST_RANGE)) : value;
  };
  return stringify(walk(parse(text)), { lineWidth: 0 });
}

/** Replaces files of a running tool, by the name of its files, and has it read them. */
async function replace(
  files: string,
  tool: string,
  contents: Readonly<Record<string, string>>,
): Promise<void> {
  const carrier = docker.getContainer(containerName(`${files}-carrier`));
  for (const [file, content] of Object.entries(contents))
    await carrier.putArchive(archive({ file: `/files/${file}`, content, permissions: "0444" }), {
      path: "/",
    });
  await docker.getContainer(containerName(tool)).kill({ signal: "SIGHUP" });
}

/** The rules and routes of the environment, faster. */
export async function speedUp({ factor = FACTOR, objectives = [] }: Time = {}): Promise<void> {
  const rules = parse(faster(fileOf("prometheus-config", "rules.yml"), factor)) as Groups;
  const routes = parse(faster(fileOf("alertmanager-config", "alertmanager.yml"), factor)) as Routes;
  const scraping = parse(fileOf("prometheus-config", "prometheus.yml")) as { global: object };
  scraping.global = { ...scraping.global, ...looks(factor) };
  const before = await configuredAt();
  await replace("prometheus-config", "prometheus", {
    "prometheus.yml": stringify(scraping),
    "rules.yml": stringify(
      { groups: rules.groups.map((group) => withoutLongViews(group, objectives)) },
      { lineWidth: 0 },
    ),
  });
  await replace("alertmanager-config", "alertmanager", { "alertmanager.yml": stringify(atAnyHour(routes)) });
  // What fires before Prometheus knows Alertmanager again is told a minute later: longer than a test waits.
  await eventually(30, async () =>
    (await configuredAt()) !== before && (await receivingAlerts()) > 0 ? true : undefined,
  );
}

/** The environment's own again. */
export async function slowDown(): Promise<void> {
  const own = (files: string, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, fileOf(files, name)]));
  await replace("prometheus-config", "prometheus", own("prometheus-config", ["prometheus.yml", "rules.yml"]));
  await replace("alertmanager-config", "alertmanager", own("alertmanager-config", ["alertmanager.yml"]));
}

interface Groups {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly expr: string;
      readonly alert?: string;
      readonly labels?: { readonly window?: string };
      readonly annotations?: { readonly runbook_url: string };
    }[];
  }[];
}
/**
 * Alerts of objectives are left out, but for those named: their windows are up to three days long and would still be
 * open when the next fault is injected. So are forecasts, which look days ahead by the clock. promtool's tests show both;
 * the recordings of the objectives stay.
 */
const withoutLongViews = (group: Groups["groups"][number], objectives: readonly string[]) => ({
  ...group,
  rules: group.rules.filter(({ alert = "", expr, labels, annotations }) => {
    const ofObjective = annotations?.runbook_url.includes("/objectives.md#") ?? false;
    const stays = objectives.includes(alert) && labels?.window === "1h";
    return (!ofObjective || stays) && !expr.includes("predict_linear");
  }),
});

interface Routes {
  readonly route: { readonly routes: readonly Record<string, unknown>[] };
}
/** A test that is run at night has to see tickets, too. */
const atAnyHour = ({ route, ...rest }: Routes) => ({
  ...rest,
  route: {
    ...route,
    routes: route.routes.map(({ mute_time_intervals: _, ...branch }) => branch),
  },
});
