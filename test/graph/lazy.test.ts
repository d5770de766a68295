import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

/** A package without workspaces: the SDK cannot look into them on Node 20. */
const PACKAGE = mkdtempSync(join(tmpdir(), "mainstay-"));
writeFileSync(join(PACKAGE, "package.json"), "{}");
afterAll(() => rmSync(PACKAGE, { recursive: true }));

const SCRIPT = `
  require("./graph");
  const pulumi = require("@pulumi/pulumi");
  const aws = require("@pulumi/aws");
  const zod = require("zod");
  const loaded = () => Object.entries({
    compiler: /node_modules\\/typescript\\//,
    packages: /@npmcli\\/arborist\\//,
    manifests: /normalize-package-data\\//,
    automation: /@pulumi\\/pulumi\\/automation\\//,
    ecs: /@pulumi\\/aws\\/ecs\\/index/,
    kms: /@pulumi\\/aws\\/kms\\/index/,
    engine: /@grpc\\/grpc-js\\//,
    languages: /zod\\/v4\\/locales\\/de/,
  }).flatMap(([name, path]) => Object.keys(require.cache).some((file) => path.test(file)) ? [name] : []);
  (async () => {
    const before = loaded();
    const { text } = await pulumi.runtime.serializeFunction((a) => a + 1);
    process.chdir(process.env.PACKAGE);
    const paths = await pulumi.runtime.computeCodePaths();
    const used = {
      text: /return \\(a\\) => a \\+ 1/.test(text),
      paths: [...paths.keys()],
      workspace: pulumi.automation.LocalWorkspace === require("@pulumi/pulumi/automation").LocalWorkspace,
      key: aws.kms.Key === require("@pulumi/aws/kms").Key,
      provider: pulumi.provider.main === require("@pulumi/pulumi/provider").main,
      language: typeof zod.locales.de().localeError,
    };
    console.log(JSON.stringify({ before, used, after: loaded() }));
  })();
`;

it("What the SDKs hardly ever use is loaded when it is used, and not before", () => {
  const stdout = execFileSync(process.execPath, ["--require", "./transpile.js", "-e", SCRIPT], {
    cwd: join(__dirname, "../.."),
    env: { ...process.env, PACKAGE },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(JSON.parse(stdout)).toEqual({
    before: [],
    used: { text: true, paths: [], workspace: true, key: true, provider: true, language: "function" },
    after: ["compiler", "packages", "manifests", "automation", "kms", "engine", "languages"],
  });
});
