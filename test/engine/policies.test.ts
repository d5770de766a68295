/**
 * The policy pack in the engine, on the real `staging`. Its providers are stand-ins, so that neither a Docker host
 * nor an account is needed; the engine, the program, the pack and the stack files are the real ones.
 */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { mainstay, ROOT, type Result } from "../operations/support";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "mainstay-policies-"));
  for (const part of [
    "components",
    "environment",
    "graph",
    "observability",
    "node_modules",
    "package.json",
    "transpile.js",
  ])
    symlinkSync(join(ROOT, part), join(directory, part));
  // Copies: the pack compares the stacks beside it.
  for (const part of ["policies", "Pulumi.yaml", "Pulumi.staging.yaml", "Pulumi.prod.yaml"])
    cpSync(join(ROOT, part), join(directory, part), { recursive: true });
  mkdirSync(join(directory, "bin"));
  for (const name of ["aws", "docker", "random", "tls"]) {
    const plugin = join(directory, "bin", `pulumi-resource-${name}`);
    writeFileSync(plugin, `#!/bin/sh\nexec node ${join(__dirname, "support", "stand-in.js")} "$@"\n`);
    chmodSync(plugin, 0o755);
  }
});
afterAll(() => rmSync(directory, { recursive: true }));

function preview(...beside: string[]): Promise<Result> {
  const program = `const program = require(${JSON.stringify(join(ROOT, "index.ts"))});
    const aws = require("@pulumi/aws");
    const stack = () => require("@pulumi/pulumi").getStack();
    module.exports = () => { ${beside.join("\n")}; return program(); };`;
  writeFileSync(join(directory, "index.ts"), program);
  const PATH = `${join(directory, "bin")}${delimiter}${process.env.PATH ?? ""}`;
  return mainstay(["preview", "staging", "--project", directory], { env: { ...process.env, PATH } });
}

/** What the pack reported, line by line. */
const reported = ({ stdout, stderr }: Result) =>
  `${stdout}\n${stderr}`.split("\n").flatMap((line) => /(?:mandatory|advisory) policy .*$/.exec(line) ?? []);

describe("the policy pack in the engine", { timeout: 300_000 }, () => {
  it("lets staging pass, and says in one line what only up can tell", async () => {
    const result = await preview();
    expect([result.code, result.code === 0 ? "" : result.stderr]).toEqual([0, ""]);
    expect(reported(result)).toEqual([
      expect.stringMatching(
        /^advisory policy undecidable: .* \d+ checks need values that are known only during up, and are made there: [\w, -]+\.$/,
      ),
    ]);
  });

  const OPEN = `new aws.s3.BucketAcl("open", { bucket: "x", acl: "public-read" })`;
  const BROKEN = [
    // The engine makes a provider of its own for what names none.
    expect.stringMatching(
      /^mandatory policy aws-provider-account: provider:aws default_\w+: allowedAccountIds is not set; allowed: a list of account ids\. Set allowedAccountIds to the account's id\.$/,
    ),
    'mandatory policy s3-no-public-acl: aws:s3:BucketAcl open: acl is "public-read"; allowed: private or log-delivery-write or bucket-owner-full-control, or not set. Remove acl, grants and accessControlPolicy; say in a policy who may read.',
  ];
  const unlike = (difference: string) =>
    `mandatory policy parity: pulumi:pulumi:Stack mainstay-staging: ${difference}`;

  it("stops a preview for a rule; what index.ts declares for every stack is production's, too", async () => {
    const result = await preview(OPEN);
    expect([result.code, reported(result)]).toEqual([1, BROKEN]);
  });

  it("stops a preview where index.ts declares for staging what it does not for production", async () => {
    const result = await preview(`if (stack() === "staging") ${OPEN}`);
    expect(result.code).toBe(1);
    expect(reported(result)).toEqual([
      ...BROKEN,
      ...[
        "open:BucketAcl: aws:s3/bucketAcl:BucketAcl, and in production nothing",
        "security/s3-no-public-acl/open:BucketAcl: broken, and in production kept",
      ].map((difference) =>
        unlike(
          `staging: ${difference}. Make them alike, or add it to policies/differences.ts with a reason.`,
        ),
      ),
    ]);
  });

  it("stops a preview where index.ts cannot say what production is", async () => {
    const result = await preview(`if (stack() === "prod") throw new Error("no such part")`);
    expect([result.code, reported(result)]).toEqual([
      1,
      [unlike("The stacks cannot be compared: index.ts:4: the program failed: no such part")],
    ]);
  });

  it("tells once where staging's file says otherwise than production's", async () => {
    interface File {
      config: Record<string, unknown>;
    }
    interface Shape {
      edge: { requestsPerMinute: number };
    }
    const read = (name: string) => parse(readFileSync(join(directory, name), "utf8")) as File;
    const staging = read("Pulumi.staging.yaml");
    const { value: shape } = read("Pulumi.yaml").config["mainstay:shape"] as { value: Shape };
    const own: Shape = { ...shape, edge: { ...shape.edge, requestsPerMinute: 240 } };
    const scale = staging.config["mainstay:scale"] as { variables: object };
    const variables = { ...scale.variables, DATABASE_POOL_MAX: 6 };
    const config = {
      ...staging.config,
      "mainstay:scale": { ...scale, variables },
      "mainstay:shape": own,
    };
    writeFileSync(join(directory, "Pulumi.staging.yaml"), stringify({ ...staging, config }));

    const result = await preview();
    expect(result.code).toBe(1);
    const pool = (service: string) =>
      `environment/app/${service}/${service}/${service}:TaskDefinition/containerDefinitions/${service}/environment/DATABASE_POOL_MAX: 6, and in production 5`;
    expect(reported(result).filter((line) => !line.startsWith("advisory policy undecidable"))).toEqual(
      [
        pool("api"),
        pool("worker"),
        "environment/edge/edge:WebAcl/rules/rate/statement/rateBasedStatement/limit: 240, and in production 120",
      ].map((difference) =>
        unlike(
          `staging: ${difference}. Make them alike, or add it to policies/differences.ts with a reason.`,
        ),
      ),
    );
  });
});
