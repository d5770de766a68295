/** Names in the rules are the installed SDKs' own: types are classes of theirs, inputs are arguments of those. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RULES } from "../../policies/rules";
import { awsStack } from "./support/aws-stack";
import { dockerStack } from "./support/docker-stack";
import { typeToken } from "./support/graphs";
import { ROOT } from "./support/stacks";

const SDK = join(ROOT, "node_modules/@pulumi");

/** The declaration of a class; undefined for a name that only older versions knew. */
function declaration(token: string): string | undefined {
  const provider = /^pulumi:providers:(.+)$/.exec(token)?.[1];
  const [sdk = "", path = ""] = token.split(":");
  const file = join(
    SDK,
    provider === undefined ? `${sdk}/${path.replace(/^index\//, "")}` : `${provider}/provider`,
  );
  return existsSync(`${file}.d.ts`) ? readFileSync(`${file}.d.ts`, "utf8") : undefined;
}

/** Tokens that are gone from the SDK, and still in states. */
const FORMER =
  /^aws:(elasticloadbalancingv2|applicationloadbalancing)\/|^aws:s3\/bucket\w+V2:|^docker-build:/;

describe("rules", () => {
  it("judge types that there are", () => {
    const types = new Set(RULES.flatMap((rule) => rule.types).filter((type) => !FORMER.test(type)));
    expect([...types].filter((type) => declaration(type) === undefined)).toEqual([]);
  });
});

describe("the stacks the rules are tried on", () => {
  const given = Object.values({ ...awsStack, ...dockerStack });

  it.each([...new Set(given.map(({ type }) => type))])("%s has the inputs it is given", (type) => {
    const text = declaration(typeToken(type)) ?? "";
    const args = text.slice(text.search(/export interface \w+Args /));
    const inputs = new Set(
      given
        .filter((one) => one.type === type)
        .flatMap(({ inputs, from }) => Object.keys({ ...inputs, ...from })),
    );
    expect([...inputs].filter((input) => !new RegExp(`^ {4}${input}\\??:`, "m").test(args))).toEqual([]);
  });
});
