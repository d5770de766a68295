/**
 * Links that only a deployment would find broken, over the whole of both stacks: what one resource names, another one
 * has to be, to have made before, and to allow. Each kind of link is proven by faults: everything it is made of, lost
 * or widened, one after the other, in an environment that has all it can have.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { declare, type Graph } from "../../../../graph";
import program from "../../../../index";
import { Links, type Concern } from "../../support/aws-links";
import { inventAws } from "../../support/aws-outputs";
import { awsGraph, awsStack } from "../../support/aws-stack";
import { delivered } from "./deliveries";
import { deployer } from "./deployer";
import { entrances, type Shown } from "./entrances";
import { keys } from "./keys";
import { names } from "./names";
import { order } from "./order";
import { paths } from "./paths";
import { publishing } from "./publishing";
import { MEMBERS, PERMISSIONS, WAYS, WITH_ANYTHING } from "./reviewed";
import { allowedTo, ofServices, roles } from "./roles";
import { secrets } from "./secrets";

const configured = <T>(key: string): T => JSON.parse(awsStack({ production: true }).config[key] ?? "{}") as T;

const { services } = configured<{ services: Record<string, Partial<Shown>> }>("mainstay:shape");
const shown = Object.entries(services)
  .filter(([, { routes = [] }]) => routes.length > 0)
  .map(([name, service]) => ({ ...service, name }) as Shown);

const CONCERNS: Readonly<Record<string, Concern>> = {
  "roles, and what those who take them do": roles,
  "secrets, and who reads them": secrets,
  "keys, and who works with them": keys,
  "topics, and who publishes there": publishing,
  "what services of AWS deliver, and who lets them": delivered,
  "ways through the network, and who takes them": paths(WAYS, MEMBERS),
  "the way of a request": entrances(shown),
  "what stands before what": order,
  "physical names, within their limits": names,
  "the role of deployments": deployer,
};

/** Read replicas, every kind of receiver, and what an account has once. */
function everything() {
  const { aws, database } = configured<{ aws: object; database: object }>("mainstay:scale");
  const email = {
    kind: "email",
    to: "a@example.com",
    from: "b@example.com",
    smarthost: "smtp.example.com:587",
  };
  return {
    production: true,
    change: {
      aws: { ...aws, owns: ["github-provider", "cost-allocation-tags", "cost-anomalies"] },
      database: { ...database, readReplicas: 2 },
      receivers: {
        critical: [{ kind: "pagerduty", secret: "PAGER" }],
        warning: [{ kind: "slack", channel: "#alerts", secret: "SLACK" }],
        info: [{ ...email, username: "mail", secret: "MAIL" }],
        watchdog: [{ kind: "webhook", url: "https://alerts.example.com" }],
      },
    },
    secrets: { PAGER: "pager-secret", SLACK: "https://hooks.example.com/x", MAIL: "mail-secret" },
  };
}

const STACKS = {
  staging: { production: false },
  prod: { production: true },
  "prod with everything": everything(),
};

const graphs = new Map<string, Links>();
beforeAll(async () => {
  for (const [name, options] of Object.entries(STACKS)) graphs.set(name, new Links(await awsGraph(options)));
}, 60_000);

const linksOf = (stack: string): Links => graphs.get(stack) as Links;

/** The longest names the configuration allows: of the stack, its services, and its domain. */
async function longest(): Promise<Graph> {
  const stack = "production-of-europe";
  const { config, ...files } = awsStack(everything());
  const long = Object.entries(config).map(([key, value]) => [
    key,
    value
      .replaceAll("mainstay-prod/", `mainstay-${stack}/`)
      // The names of the others are fixed.
      .replace('"web":', `"${"web".padEnd(20, "-of-documentation")}":`)
      .replace('"domain":"api.example.com"', `"domain":"${"api.".padEnd(52, "x")}.example.com"`),
  ]);
  const configured = Object.fromEntries(long) as Record<string, string>;
  return declare(program, { ...files, stack, config: configured, invent: inventAws });
}

/** Whether nothing is broken; looks no further than the first that is. */
const isWhole = (broken: Iterable<string>): boolean => broken[Symbol.iterator]().next().done === true;

describe.each(Object.entries(CONCERNS))("%s", (_, concern) => {
  test.each(Object.keys(STACKS))("hold in %s", (stack) => {
    expect([...concern.broken(linksOf(stack))]).toEqual([]);
  });

  test("are seen to be broken, whatever is", () => {
    const faults = [...concern.faults(linksOf("prod with everything"))];
    expect(faults.length).toBeGreaterThan(20);
    const unseen = faults.filter(({ graph }) => isWhole(concern.broken(new Links(graph))));
    expect(unseen.map(({ what }) => what)).toEqual([]);
  });
});

test("the longest names that are allowed leave every name within its limit", async () => {
  const graph = await longest();
  const service = /^web-[a-z-]+$/;
  const lengths = graph.resources.filter(({ type, name }) => type.endsWith(":Service") && service.test(name));
  expect([graph.stack, ...lengths.map(({ name }) => name)].map(({ length }) => length)).toEqual([20, 20]);
  expect([...names.broken(new Links(graph))]).toEqual([]);
});

describe("a role", () => {
  /** Actions by service, as they are reviewed. */
  const permissions = (links: Links) =>
    Object.fromEntries(
      ofServices(links).map((role) => {
        const services = new Map<string, Set<string>>();
        for (const right of allowedTo(links, role)) {
          const [, service = "", action = ""] =
            /^(policy) arn:aws:iam::aws:policy\/(.+)$/.exec(right) ?? /^([^:]+):(\S+)/.exec(right) ?? [];
          services.set(service, (services.get(service) ?? new Set()).add(action));
        }
        return [role.name, [...services].map(([service, all]) => `${service}: ${[...all].join(", ")}`)];
      }),
    );

  test("may do what it was reviewed for in prod", () => {
    expect(permissions(linksOf("prod"))).toEqual(PERMISSIONS);
  });

  test("may do the same in staging, where nothing is copied and the workers are not scaled", () => {
    const { "backups-replication": _, "worker-task": more = [], ...same } = PERMISSIONS;
    const fewer = more.filter((rights) => !rights?.startsWith("logs:"));
    expect(permissions(linksOf("staging"))).toEqual({ ...same, "worker-task": fewer });
  });

  test.each(Object.keys(STACKS))(
    "may do nothing whole, and with anything only what was reviewed, in %s",
    (stack) => {
      const links = linksOf(stack);
      const rights = ofServices(links).flatMap((role) => allowedTo(links, role));
      expect(rights.filter((right) => /^(\*|[^ ]+:\*) /.test(right))).toEqual([]);
      const anything = rights.flatMap((right) => /^(\S+) \*(?: |$)/.exec(right)?.[1] ?? []);
      expect([...new Set(anything)].sort()).toEqual(WITH_ANYTHING);
    },
  );
});
