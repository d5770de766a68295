/** What a stack's file may choose without a word in `policies/differences.ts`, and what is found all the same. */
import { beforeAll, describe, expect, it } from "vitest";
import { AWS_IMAGES, BASE_IMAGES, IMAGES, type ImageName } from "../../environment/images";
import type { Graph } from "../../graph";
import { DIFFERENCES } from "../../policies/differences";
import { compare } from "../../policies/parity";
import { RULES } from "../../policies/rules";
import { TODAY } from "./support/graphs";
import { sketchReal, type ScaleChange } from "./support/stacks";

/** On each platform, the stack that follows and production as they are in their files. */
const PAIRS = {
  aws: {
    follower: (change?: ScaleChange) => sketchReal("staging", change),
    production: (change?: ScaleChange) => sketchReal("prod", change),
  },
  docker: {
    follower: (change: ScaleChange = {}) =>
      sketchReal("docker-host", { production: false, ...change }, "rehearsal"),
    production: (change?: ScaleChange) => sketchReal("docker-host", change),
  },
} as const;
type Platform = keyof typeof PAIRS;

let production: Record<Platform, Graph>;
beforeAll(async () => {
  // One after the other: a process declares one program at a time.
  const aws = await PAIRS.aws.production();
  production = { aws, docker: await PAIRS.docker.production() };
});

const undeclared = (follower: Graph, leading: Graph) =>
  compare(follower, leading, { declared: DIFFERENCES, rules: RULES, today: TODAY })
    .filter(({ allowed }) => !allowed)
    .map(({ path, left, right }) => [path, left, right] as const);

const NEW = `sha256:${"f".repeat(64)}`;
const REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

describe("a release", () => {
  const OWN = Object.keys(BASE_IMAGES) as (keyof typeof BASE_IMAGES)[];

  it.each(OWN)("of %s may be in one of two stacks on AWS", async (name) => {
    const released = (stack: string) => ({
      [`images.${name}`]: `${REGISTRY}/mainstay-${stack}/${name}@${NEW}`,
    });
    expect(undeclared(await PAIRS.aws.follower(released("staging")), production.aws)).toEqual([]);
    const staging = await PAIRS.aws.follower();
    expect(undeclared(staging, await PAIRS.aws.production(released("prod")))).toEqual([]);
  });

  it.each(["mainstay.invalid/app:0.2.0", `mainstay.invalid/app@${NEW}`, `mainstay.invalid/app:0.2.0@${NEW}`])(
    "may be %s in one of two stacks on Docker hosts",
    async (app) => {
      expect(undeclared(await PAIRS.docker.follower({ "images.app": app }), production.docker)).toEqual([]);
    },
  );

  it("is of one repository: another is found", async () => {
    const app = "ghcr.io/acme/app:0.1.0";
    expect(undeclared(await PAIRS.docker.follower({ "images.app": app }), production.docker)).toEqual([
      ["environment/image-app:RemoteImage/image/ghcr.io.acme.app", "0.1.0", undefined],
      ["environment/image-app:RemoteImage/image/mainstay.invalid.app", undefined, "0.1.0"],
      ["security/dk-image-pinned/environment/image-app:RemoteImage", "broken", "kept"],
    ]);
  });

  const THIRD_PARTY = (Object.keys(IMAGES) as ImageName[]).filter((name) => !(name in BASE_IMAGES));

  it("is of no image that others make: another version of each is found", async () => {
    const changed = Object.fromEntries(
      THIRD_PARTY.map((name) => [`images.${name}`, `${IMAGES[name].split("@")[0]}@${NEW}`]),
    );
    const onDocker = undeclared(await PAIRS.docker.follower(changed), production.docker);
    expect(onDocker.map(([path]) => /\/image-([^:]+):/.exec(path)?.[1]).sort()).toEqual(
      THIRD_PARTY.filter((name) => name !== "collector").sort(),
    );
    const onAws = undeclared(await PAIRS.aws.follower(changed), production.aws);
    expect([...new Set(onAws.map(([path]) => path.split(".").at(-1)))].sort()).toEqual(
      AWS_IMAGES.filter((name) => !(name in BASE_IMAGES)),
    );
  });
});
