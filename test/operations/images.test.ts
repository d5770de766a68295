import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AwsEnvironment, DockerEnvironment } from "../../environment/environment";
import { IMAGES } from "../../environment/images";
import { resolveConfig } from "../../environment/config";
import { resolve } from "../../environment/resolve";
import { buildOnHost } from "../../operations/images";
import { publishImages } from "../../operations/publish-images";
import { awsStack } from "../components/support/aws-stack";
import { changed, set } from "../environment/support/configuration";
import { invoke } from "./support";

const REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const OWN = `${REGISTRY}/mainstay-prod`;
const DIGEST = `sha256:${"a".repeat(64)}`;

/** Stands in for docker, aws and npm: writes down what it was asked, and answers as they do. */
const TOOL = `#!/bin/sh
echo "\${APP_VERSION:+APP_VERSION=$APP_VERSION }$(basename "$0") $*" >> "$CALLS"
case "$*" in
  "ecr get-login-password"*) echo password ;;
  login*) cat > "$CALLS.password" ;;
  "--host "*build*) test -z "$REFUSES" || exit 3 ;;
  "image inspect"*) eval "last=\\\${$#}"; echo "[\\"\${last%:*}@${DIGEST}\\"]" ;;
  "buildx imagetools inspect"*) test -e "$CALLS.copied" || case "$*" in *postgres@*) ;; *) exit 1 ;; esac ;;
  "buildx imagetools create"*) test "$REFUSES" || touch "$CALLS.copied" ;;
esac
`;

let folder: string;
let told: string;
const before = process.env.PATH;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mainstay-images-"));
  for (const tool of ["docker", "aws", "npm"]) {
    writeFileSync(join(folder, tool), TOOL);
    chmodSync(join(folder, tool), 0o755);
  }
  told = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    told += String(text);
    return true;
  });
  process.env.CALLS = join(folder, "calls");
  process.env.PATH = `${folder}${delimiter}${before}`;
});
afterEach(() => {
  vi.restoreAllMocks();
  process.env.PATH = before;
  delete process.env.CALLS;
  delete process.env.REFUSES;
  rmSync(folder, { recursive: true });
});
const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

function prod(): AwsEnvironment {
  const { config, secretKeys } = awsStack({ production: true });
  const { environment, problems } = resolveConfig("prod", config, secretKeys);
  if (environment?.platform !== "aws") throw new Error(JSON.stringify(problems));
  return environment;
}

test("what Mainstay makes is built and pushed, and told by the digest it was pushed under", async () => {
  const built = await publishImages(prod(), {}, "0.1.0-20260304050607");
  expect(built).toEqual({
    app: `${OWN}/app@${DIGEST}`,
    backup: `${OWN}/backup@${DIGEST}`,
    dashboards: `${OWN}/dashboards@${DIGEST}`,
  });
  for (const name of ["app", "backup", "dashboards"]) {
    expect(calls()).toContain(`docker push ${OWN}/${name}:0.1.0-20260304050607`);
    const [build = ""] = calls().filter((call) => call.includes(`--tag ${OWN}/${name}:`));
    expect(build).toMatch(/^docker build .*--platform linux\/amd64 --tag \S+ \.$/);
  }
  expect(calls().find((call) => /^docker build .*dashboards:/.test(call))).toContain(
    `--build-arg GRAFANA_IMAGE=${IMAGES.grafana}`,
  );
  const builds = calls().filter((call) => call.includes("npm run"));
  expect(builds).toEqual(Array(2).fill("APP_VERSION=0.1.0-20260304050607 npm run --silent build"));
});

describe("on a Docker host", () => {
  /** The stack `local`, with these in the place of the table's. */
  function host(images: Record<string, string> = {}): DockerEnvironment {
    const { environment, problems } = resolve(changed(set("scale.images", images)));
    if (environment?.platform !== "docker") throw new Error(JSON.stringify(problems));
    return environment;
  }

  test("each release is tagged, says its version, and can be gone back to", async () => {
    expect(await buildOnHost(host(), {}, "0.1.0-20260304050607")).toEqual({
      app: "mainstay.invalid/app:0.1.0-20260304050607",
      backup: "mainstay.invalid/backup:0.1.0-20260304050607",
    });
    const tagged = (name: string) =>
      `--tag mainstay.invalid/${name}:0.1.0-20260304050607 --tag ${IMAGES[name as "app" | "backup"]} .`;
    expect(calls().map((call) => call.replace(/ build .*?(?=--tag)/, " … "))).toEqual([
      "APP_VERSION=0.1.0-20260304050607 npm run --silent build",
      `docker --host unix:///var/run/docker.sock … ${tagged("app")}`,
      "APP_VERSION=0.1.0-20260304050607 npm run --silent build",
      `docker --host unix:///var/run/docker.sock … ${tagged("backup")}`,
    ]);
  });

  test("an earlier release under `images` is Mainstay's to build, another's image is not", async () => {
    const images = {
      app: "mainstay.invalid/app:0.1.0-20260101000000",
      backup: "registry.example.com:5000/mainstay/backup:7.0.1",
    };
    expect(await buildOnHost(host(images), {}, "0.1.0-20260304050607")).toEqual({
      app: "mainstay.invalid/app:0.1.0-20260304050607",
    });
    expect(told).toContain(
      "backup: local uses registry.example.com:5000/mainstay/backup:7.0.1, which is not Mainstay's to build\n",
    );
  });

  test("a build that fails is told with the command, to try it again by hand", async () => {
    process.env.REFUSES = "1";
    await expect(buildOnHost(host(), {}, "0.1.0-20260304050607")).rejects.toThrow(
      /^exit code 3 from: docker --host unix:\/\/\/var\/run\/docker\.sock build --network host .* \.$/,
    );
  });
});

test("the registry's password is handed over where nobody else can read it", async () => {
  await publishImages(prod(), {}, "0.1.0-20260304050607");
  expect(calls().slice(0, 2)).toEqual([
    "aws ecr get-login-password --region eu-west-1",
    `docker login --username AWS --password-stdin ${REGISTRY}`,
  ]);
  expect(readFileSync(join(folder, "calls.password"), "utf8")).toBe("password");
});

test("what others make is copied under its own digest, unless it is there", async () => {
  await publishImages(prod(), {}, "0.1.0-20260304050607");
  const copies = calls().filter((call) => call.startsWith("docker buildx imagetools create"));
  const [, version, digest] = /:([^@]+)@sha256:(.{12})/.exec(IMAGES.collector) ?? [];
  expect(copies).toContain(
    `docker buildx imagetools create --prefer-index=false --tag ${OWN}/collector:${version}-${digest} ${IMAGES.collector}`,
  );
  expect(copies.filter((call) => call.includes(`${OWN}/postgres:`))).toEqual([]);
  expect(told).toContain(`${IMAGES.collector}: copying to ${OWN}/collector\n`);
  expect(told).toContain(`${IMAGES.postgres}: is there already\n`);
});

test("a copy that is not what it was is no copy", async () => {
  process.env.REFUSES = "yes";
  await expect(publishImages(prod(), {}, "0.1.0-20260304050607")).rejects.toThrow(
    /was copied, and has another digest in .*mainstay-prod\/collector$/,
  );
});

test.each(["local", "prod"])("the lines to write for %s are printed, or the same as JSON", async (stack) => {
  vi.restoreAllMocks();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-03-04T05:06:07Z") });
  const text = await invoke("images", stack);
  const json = await invoke("images", stack, "--json");
  vi.useRealTimers();
  const { images, ...rest } = JSON.parse(json.stdout) as { images: Record<string, string> };
  expect(rest).toEqual({ stack });
  expect(images).toMatchObject({
    app: expect.stringMatching(/mainstay.*app[:@]/) as string,
    backup: expect.stringMatching(/mainstay.*backup[:@]/) as string,
  });
  const lines = Object.entries(images).map(([name, reference]) => `${name}: ${reference}\n`);
  expect(text.stdout).toBe(lines.join(""));
});
