import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readStackFiles } from "../../environment/stack-files";
import {
  declare,
  differences,
  fromPreview,
  UNKNOWN,
  withoutProviderDefaults,
  type Graph,
  type PreviewDigest,
} from "../../graph";
import program from "../../index";
import { standInCloudWatch, type CloudWatchStandIn } from "../support/cloudwatch";
import { makeProject, type Ended, type TestProject } from "./support/project";
import { makeStandIn, type StandIn } from "./support/stand-in-aws";

/** What is read of `check --json`. */
interface Verdicts {
  readonly stacks: readonly {
    readonly violations: readonly { readonly policy: string; readonly message: string }[];
    readonly undecidable: readonly unknown[];
  }[];
  readonly parity: { readonly differences: readonly { readonly path: string; readonly allowed: boolean }[] };
}

/** What is read of what CloudWatch is told. */
interface Figures {
  readonly Namespace: string;
  readonly MetricData: readonly {
    readonly MetricName: string;
    readonly Unit: string;
    readonly Value: number;
  }[];
}

/**
 * The stacks on AWS through a real engine, with a test double in the place of the AWS provider: it shows that the
 * program can be previewed, brought up, refreshed and taken down in the order it declares. Of what AWS itself would
 * refuse it shows what the double knows.
 */
describe.each(["staging", "prod"])("%s through the engine, with a stand-in for AWS", (stack) => {
  let standIn: StandIn;
  let cloudWatch: CloudWatchStandIn;
  let project: TestProject;
  let offline: Graph;
  let inCloud = 0;
  beforeAll(async () => {
    standIn = makeStandIn();
    cloudWatch = await standInCloudWatch();
    const parts = ["policies", "graph", "transpile.js"];
    project = makeProject({ stacks: ["staging", "prod"], parts, env: { ...standIn.env, ...cloudWatch.env } });
    offline = await declare(program, readStackFiles(project.directory, stack));
  });
  afterAll(async () => {
    project.remove();
    standIn.remove();
    await cloudWatch.close();
  });

  const succeeded = ({ status, stderr }: Ended) =>
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);

  const state = () => join(project.directory, ".state");
  /** The engine itself, on the state `mainstay` keeps. */
  const onState = (...args: string[]) =>
    project.pulumi(
      {
        PULUMI_BACKEND_URL: `file://${state()}`,
        PULUMI_CONFIG_PASSPHRASE_FILE: join(state(), "passphrase"),
      },
      ...args,
      "--stack",
      stack,
    );
  const pulumi = (...args: string[]) =>
    onState(...args, "--config-file", join(state(), "config", `Pulumi.${stack}.yaml`));

  const drift = async () => {
    const { status, stdout, stderr } = await project.mainstay("drift", stack, "--json");
    if (stdout === "") throw new Error(stderr);
    const { differences: found } = JSON.parse(stdout) as {
      differences: { name: string; presence: string }[];
    };
    return [status, found.map(({ name, presence }) => `${name} ${presence}`)];
  };

  const graphOf = ({ stdout, stderr, status }: Ended): Graph => {
    expect([status, stderr.includes("error")]).toEqual([0, false]);
    return withoutProviderDefaults(fromPreview(JSON.parse(stdout) as PreviewDigest));
  };

  test("the engine's first preview leaves open what only up can tell, and gives the in-process run's graph", () => {
    const backend = join(project.directory, ".state", "engine-only");
    mkdirSync(backend, { recursive: true });
    const env = { PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: "test" };
    const file = join(project.directory, `Pulumi.${stack}.yaml`);
    const configuration = readFileSync(file);
    succeeded(project.pulumi(env, "stack", "init", stack));
    const preview = graphOf(project.pulumi(env, "preview", "--stack", stack, "--json", "--show-sames"));
    // Called without Mainstay, the CLI writes an encryption salt into the stack's file.
    writeFileSync(file, configuration);
    expect(differences(offline, preview)).toEqual([]);
    expect(JSON.stringify(preview).split(UNKNOWN).length).toBeGreaterThan(300);
  });

  test("up --only makes the registry before anything needs an image from it", async () => {
    succeeded(await project.mainstay("up", stack, "--yes", "--only", "registry"));
    const kinds = [...standIn.cloud().keys()].map((urn) => urn.split("::")[2]?.split("$").at(-1));
    expect([...new Set(kinds)].sort()).toEqual([
      "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      "aws:ecr/repository:Repository",
    ]);
  });

  test("up keeps the policies and makes everything", async () => {
    succeeded(await project.mainstay("up", stack, "--yes"));
    const made = offline.resources.filter(({ type }) => type.startsWith("aws:"));
    inCloud = standIn.cloud().size;
    expect(inCloud).toBe(made.length);
    expect(inCloud).toBeGreaterThan(300);
  });

  test("then the engine knows everything, and its graph is still the same", () => {
    const preview = graphOf(pulumi("preview", "--json", "--show-sames"));
    expect(differences(offline, preview)).toEqual([]);
    expect(JSON.stringify(preview)).not.toContain(UNKNOWN);
  });

  test("its state is judged as the program is, with nothing left open; what differs in it is told", async () => {
    const exported = onState("stack", "export").stdout;
    const judged = async (text: string) => {
      const file = join(state(), "exported.json");
      writeFileSync(file, text);
      const { status, stdout } = await project.mainstay("check", stack, "--state", file, "--json");
      const { stacks, parity } = JSON.parse(stdout) as Verdicts;
      const broken = stacks.flatMap(({ violations }) =>
        violations.map(({ policy, message }) => `${policy}: ${message}`),
      );
      const apart = parity.differences.filter(({ allowed }) => !allowed);
      return [
        status,
        broken,
        stacks.flatMap(({ undecidable }) => undecidable),
        apart.map(({ path }) => path),
      ];
    };
    expect(await judged(exported)).toEqual([0, [], [], []]);
    expect(
      await judged(exported.replaceAll('"publiclyAccessible": false', '"publiclyAccessible": true')),
    ).toEqual([
      1,
      [
        "rds-no-public: publiclyAccessible is true; allowed: false, or not set. Set publiclyAccessible: false.",
      ],
      [],
      expect.arrayContaining(["environment/database/database:Instance/publiclyAccessible"]),
    ]);
  });

  test("right after, nothing differs: neither for drift nor for a refreshed preview that expects no changes", async () => {
    expect(await drift()).toEqual([0, []]);
    const { status, stdout } = pulumi("preview", "--refresh", "--expect-no-changes");
    expect([status, /(\d+) unchanged/.exec(stdout)?.[1]]).toEqual([0, String(offline.resources.length)]);
  });

  test("CloudWatch is told what up and drift came to, in the stack's own namespace", () => {
    const told = cloudWatch.told.map(({ body }) => body as Figures);
    expect([...new Set(told.map(({ Namespace }) => Namespace))]).toEqual([`mainstay/${stack}`]);
    const names = told.map(({ MetricData }) => MetricData.map(({ MetricName }) => MetricName));
    const ofUp = ["mainstay_deployment_failed", "mainstay_deployment_age_seconds"];
    const ofDrift = ["mainstay_drift_look_age_seconds", "mainstay_drift_differences"];
    const ofSecrets = ["mainstay_secret_made_age_seconds", "mainstay_secret_given_age_seconds"];
    expect(names).toEqual([ofUp, ofSecrets, ofUp, ofSecrets, ofDrift, ofSecrets]);
    const states = told.flatMap(({ MetricData }) => MetricData.filter(({ Unit }) => Unit !== "Seconds"));
    expect(states.map(({ Value }) => Value)).toEqual([0, 0, 0]);
  });

  test("passwords that take turns: another period replaces none, the next generation one of two; a later one is refused", async () => {
    const changing = async <T>(name: string, edit: (text: string) => string, look: () => Promise<T>) => {
      const file = join(project.directory, name);
      const committed = readFileSync(file, "utf8");
      expect(edit(committed)).not.toBe(committed);
      writeFileSync(file, edit(committed));
      return look().finally(() => writeFileSync(file, committed));
    };
    const atGeneration = <T>(generation: number, look: () => Promise<T>) =>
      changing(
        `Pulumi.${stack}.yaml`,
        (text) => text.replace("mainstay:scale:\n", `$&    secretGeneration: ${generation}\n`),
        look,
      );
    const changes = async () => {
      const ended = await project.mainstay("preview", stack, "--json");
      succeeded(ended);
      const plan = JSON.parse(ended.stdout) as { changes: { operation: string; name: string }[] };
      return plan.changes.map(({ operation, name }) => `${operation} ${name}`);
    };
    // Without the policies: they read what the other stack declares in this repository, and not in the project.
    const replaced = async () => {
      const { steps } = JSON.parse(pulumi("preview", "--json").stdout) as {
        steps: { op: string; urn: string }[];
      };
      return steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
    };
    const days = (text: string) => text.replace("secretRotationDays: 90", "secretRotationDays: 60");
    expect((await changing("Pulumi.yaml", days, replaced)).sort()).toEqual([
      "update operations-GivenSecretOverdue",
      "update operations-SecretOverdue",
    ]);
    const inTurn = (await atGeneration(2, changes)).filter((change) => /-(even|odd)$/.test(change));
    expect(inTurn.sort()).toEqual([
      ...["api", "default", "exporter", "worker"].map((user) => `replace cache-password-${user}-even`),
      ...["api", "worker"].map((user) => `replace database-password-${user}-even`),
    ]);

    const refused = await atGeneration(3, () => project.mainstay("up", stack, "--yes"));
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringContaining(
        `  Pulumi.${stack}.yaml: mainstay:scale.secretGeneration: found 3, and 1 is deployed; allowed: 1 or 2: `,
      ),
    ]);
    expect(await drift()).toEqual([0, []]);
  });

  test("what is changed or deleted by hand is found, and what a release moves is none of it", async () => {
    const cloud = [...standIn.cloud()];
    const fileOf = (end: string) => cloud.find(([urn]) => urn.endsWith(end))?.[1] ?? "";
    const edit = (file: string, from: string, to: string) => {
      const text = readFileSync(file, "utf8");
      expect(text).toContain(from);
      writeFileSync(file, text.replaceAll(from, to));
      return () => writeFileSync(file, text);
    };
    // ECS shifts requests by the weights of a listener's rule.
    edit(fileOf("aws:lb/listenerRule:ListenerRule::edge-api"), '"weight": 100', '"weight": 90');
    const undo = edit(
      fileOf("aws:ec2/vpc:Vpc::network"),
      '"enableDnsHostnames": true',
      '"enableDnsHostnames": false',
    );
    const budget = fileOf("aws:budgets/budget:Budget::money");
    const kept = readFileSync(budget, "utf8");
    rmSync(budget);
    const [code, found] = await drift();
    expect([code, [found].flat().sort()]).toEqual([3, ["money missing", "network changed"]]);
    expect(cloudWatch.told.at(-2)?.body).toMatchObject({
      MetricData: [{}, { MetricName: "mainstay_drift_differences", Value: 2 }],
    });
    undo();
    writeFileSync(budget, kept);
    expect(await drift()).toEqual([0, []]);
  });

  test("down is refused as long as data is protected; with the data it leaves the last snapshot's key alone", async () => {
    const file = join(project.directory, `Pulumi.${stack}.yaml`);
    const configuration = readFileSync(file, "utf8");
    expect((await project.mainstay("down", stack, "--yes")).status).toBe(1);
    expect(standIn.cloud().size).toBe(inCloud);

    const ended = await project.mainstay("down", stack, "--yes", "--with-data", "--json");
    succeeded(ended);
    const key = [...standIn.cloud()].map(([urn, kept]) => ({
      urn,
      id: (JSON.parse(readFileSync(kept, "utf8")) as { id: string }).id,
    }));
    expect(key.map(({ urn }) => urn.split("::").slice(2).join())).toEqual([
      expect.stringMatching(/\$aws:kms\/key:Key,keys-data$/),
    ]);
    const { left, retained } = JSON.parse(ended.stdout) as { left: unknown; retained: unknown };
    expect({ left, retained }).toEqual({ left: [], retained: key });
    expect(ended.stderr).toContain(
      `Retained for what outlives the stack, and of no stack from now on:\n  aws:kms:Key keys-data ${key[0]?.id}\n`,
    );
    expect(ended.stderr).not.toMatch(/deleted .*keys-data$/m);
    expect(readFileSync(file, "utf8")).toBe(configuration);
  });
});
