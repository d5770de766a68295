import { givingSecret, SCALE_KEY, SECRETS_KEY, SHAPE_KEY, type Context } from "./context";
import type { Environment, Service, VariableSource } from "./environment";
import { whereValid } from "./parse";
import type { Place, Problem } from "./problems";
import type { Literal, Rule } from "./variables";

/** A value that can be judged here: given in plain text, or wired and known beforehand. */
export interface Known extends Place {
  readonly value: Literal;
}

/** The app's variables, each judged by itself. */
export interface Variables {
  readonly plan: Readonly<Record<string, VariableSource>>;
  readonly known: Readonly<Record<string, Known>>;
  /** Variables without a problem of their own. */
  readonly sound: ReadonlySet<string>;
}

/** What holds between variables. A rule about a variable that is wrong by itself is left for later. */
export function checkRules(context: Context, draft: Environment, variables: Variables): Problem[] {
  const rules = whereValid(() => context.shape.rules);
  return [
    ...rules.flatMap((rule, index) => whereValid(() => checkRule(context, draft, rule, index, variables))),
    ...whereValid(() => pools(context, draft, variables)),
  ];
}

function checkRule(
  context: Context,
  draft: Environment,
  rule: Rule,
  index: number,
  variables: Variables,
): Problem[] {
  switch (rule.kind) {
    case "atLeastOne":
      return atLeastOne(context, rule, index, variables);
    case "notAbove":
      return notAbove(rule, variables);
    case "withinStop":
      return withinStop(rule, draft, variables);
  }
}

function atLeastOne(
  { stack, files, shape }: Context,
  { of }: Extract<Rule, { kind: "atLeastOne" }>,
  index: number,
  { plan, sound }: Variables,
): Problem[] {
  if (!of.every((name) => sound.has(name)) || of.some((name) => plan[name] !== undefined)) return [];
  const secret = of.some((name) => shape.variables[name]?.secret);
  return [
    {
      file: files.stack,
      key: secret ? SECRETS_KEY : `${SCALE_KEY}.variables`,
      found: `none of ${of.join(", ")} (rule ${index + 1} of ${SHAPE_KEY}.rules)`,
      allowed: secret ? `at least one, given with: ${givingSecret(stack, "NAME")}` : "at least one of them",
    },
  ];
}

function notAbove({ lower, upper }: Extract<Rule, { kind: "notAbove" }>, { known }: Variables): Problem[] {
  const [least, most] = [known[lower], known[upper]];
  if (typeof least?.value !== "number" || typeof most?.value !== "number" || least.value <= most.value)
    return [];
  const { file, key, value } = least;
  return [
    { file, key, found: `${value}, above ${upper}`, allowed: `at most ${most.value}, or a higher ${upper}` },
  ];
}

/** A process that is still busy when its platform's stop timeout ends is killed in the middle of its work. */
function withinStop(
  { seconds }: Extract<Rule, { kind: "withinStop" }>,
  { services }: Environment,
  { known }: Variables,
): Problem[] {
  const grace = known[seconds];
  if (typeof grace?.value !== "number") return [];
  const { file, key, value } = grace;
  const given = services.filter(({ variables }) => variables.includes(seconds));
  return given
    .filter(({ stopSeconds }) => value >= stopSeconds)
    .map(({ name, stopSeconds }) => ({
      file,
      key,
      found: `${value}, and ${name} is killed after ${stopSeconds}`,
      allowed: `at most ${stopSeconds - 1}, or a higher stopSeconds of ${name}`,
    }));
}

/** All processes' pools together leave the database the connections it keeps for itself. */
function pools({ files, shape }: Context, environment: Environment, { known }: Variables): Problem[] {
  const { poolVariable, maxConnections, reservedConnections } = shape.database;
  const pool = known[poolVariable]?.value;
  if (typeof pool !== "number") return [];
  const users = environment.services.filter(({ needs }) => needs.includes("database"));
  const processes = users.reduce((sum, service) => sum + mostProcesses(environment.platform, service), 0);
  const available = maxConnections - reservedConnections;
  if (pool * processes <= available) return [];
  return [
    {
      file: files.stack,
      key: `${SCALE_KEY}.variables.${poolVariable}`,
      found: `${pool} connections for each of ${processes} processes, ${pool * processes} in all`,
      allowed: `at most ${Math.floor(available / processes)} each, ${available} in all: ${maxConnections} less ${reservedConnections} reserved`,
    },
  ];
}

/** Most processes of a service there ever are at once: on AWS a new version stands beside the old one for a while. */
const mostProcesses = (platform: Environment["platform"], service: Service): number =>
  platform === "aws"
    ? 2 * Math.max(service.replicas, service.maxReplicas ?? 0)
    : service.replicas + (service.candidate?.replicas ?? 0);
