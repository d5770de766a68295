import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { makeProject, type TestProject } from "./support/project";
import { makeStandIn, type StandIn } from "./support/stand-in-aws";

/** What is changed of what all environments share. */
interface Shape {
  readonly services: Record<string, object>;
  readonly database: { maxConnections: number };
  readonly backups: { retentionDays: number };
}

/** What is changed of production's own. */
interface Scale {
  readonly services: Record<string, object>;
  readonly database: { cpus: number; memoryMiB: number };
  readonly images: { app: string };
  domain: string;
}

const rename = <T>(of: Record<string, T>, from: string, to: string) => {
  const { [from]: it } = of;
  if (it === undefined) throw new Error(`there is no ${from}`);
  delete of[from];
  of[to] = it;
};

/** One after the other, each on what the one before has left. */
const CHANGES: readonly (readonly [string, (shape: Shape, scale: Scale) => void])[] = [
  [
    "another public service, whose routes go before those of the others",
    ({ services }, scale) => {
      const ways = { routes: ["/v1/reports"], probe: { path: "/v1/reports" } };
      Object.assign(services, { reports: { ...services.web, port: 8090, ...ways } });
      Object.assign(scale.services, { reports: { ...scale.services.web } });
    },
  ],
  [
    "another image, another port, and routes for a service that had none",
    ({ services }, { images }) => {
      images.app = images.app.replace(/[0-9a-f]{64}$/, "f".repeat(64));
      Object.assign(services.api ?? {}, { port: 8010 });
      Object.assign(services.worker ?? {}, { routes: ["/jobs"], probe: { path: "/jobs" } });
    },
  ],
  [
    "another name of a public service, another size and other parameters of the database, other days of backups",
    ({ services, database, backups }, scale) => {
      rename(services, "web", "site");
      rename(scale.services, "web", "site");
      database.maxConnections = 150;
      scale.database.memoryMiB = 32768;
      scale.database.cpus = 8;
      backups.retentionDays = 35;
    },
  ],
  [
    "a public service that is gone, and another name of the environment",
    ({ services }, scale) => {
      delete services.reports;
      delete scale.services.reports;
      scale.domain = "api.example.org";
    },
  ],
];

/** With the refusals of the stand-in: what AWS has once, and what it does not delete while it is in use. */
describe("production, changed while it runs", () => {
  let standIn: StandIn;
  let project: TestProject;
  beforeAll(() => {
    standIn = makeStandIn();
    project = makeProject({ stacks: ["prod"], env: standIn.env });
  });
  afterAll(() => {
    project.remove();
    standIn.remove();
  });

  const pulumi = (...args: string[]) => {
    const env = { PULUMI_BACKEND_URL: `file://${project.directory}`, PULUMI_CONFIG_PASSPHRASE: "test" };
    const { status, stdout, stderr } = project.pulumi(env, ...args, "--stack", "prod");
    return status === 0 ? "" : `${stdout}${stderr}`;
  };
  const edit = <T>(name: string, change: (content: T) => void) => {
    const file = join(project.directory, name);
    const content = parse(readFileSync(file, "utf8")) as T;
    change(content);
    writeFileSync(file, stringify(content));
  };

  test("comes up as it is", () => {
    expect(pulumi("stack", "init")).toBe("");
    expect(pulumi("up", "--yes", "--skip-preview")).toBe("");
  });

  test.each(CHANGES)("%s: one up, and nothing is left to do", (_what, change) => {
    edit("Pulumi.yaml", (project: { config: { "mainstay:shape": { value: Shape } } }) =>
      edit("Pulumi.prod.yaml", (stack: { config: { "mainstay:scale": Scale } }) =>
        change(project.config["mainstay:shape"].value, stack.config["mainstay:scale"]),
      ),
    );
    expect(pulumi("up", "--yes", "--skip-preview")).toBe("");
    expect(pulumi("preview", "--expect-no-changes")).toBe("");
  });
});
