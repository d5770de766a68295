import { beforeAll, describe, expect, it } from "vitest";
import { OPAQUE, SCALE_KEY, SECRETS_GIVEN_KEY, SECRETS_KEY, SHAPE_KEY } from "../../environment/context";
import { InvalidConfiguration } from "../../environment/problems";
import { judgeSecret, secretsOf } from "../../environment/secrets";
import type { StackConfiguration } from "../../environment/stack-files";
import { resolve } from "../../environment/resolve";
import { authority, certificate, type Pem } from "../operations/edge";
import { production, changed, drop, linesOf, set, type Change } from "./support/configuration";

/** The stack `local`, changed, as it is read from its files. */
function files(...changes: Change[]): StackConfiguration {
  const { stack, shape, scale, secrets, secretsGiven } = changed(...changes);
  const config = {
    [SHAPE_KEY]: JSON.stringify(shape),
    [SCALE_KEY]: JSON.stringify(scale),
    [SECRETS_KEY]: JSON.stringify(secrets),
    [SECRETS_GIVEN_KEY]: JSON.stringify(secretsGiven),
  };
  return { root: "/", main: "index.ts", project: "mainstay", stack, config, secretKeys: [SECRETS_KEY] };
}

const PAGED = set("scale.receivers.critical", [{ kind: "pagerduty", secret: "PAGER" }]);

describe("the secrets of a stack", () => {
  const stateOf = (...changes: Change[]) =>
    Object.fromEntries(secretsOf(files(...changes)).map(({ name, state }) => [name, state]));

  it("are those nothing else gives, by name, with what needs them", () => {
    expect(secretsOf(files(PAGED, set("secrets.ANTHROPIC_API_KEY", OPAQUE)))).toEqual([
      {
        name: "ANTHROPIC_API_KEY",
        neededBy: ["variable of api", "variable of worker"],
        state: "given",
        age: { given: null, days: null, overdue: null },
      },
      { name: "GEMINI_API_KEY", neededBy: ["variable of api", "variable of worker"], state: "optional" },
      { name: "JWT_SIGNING_KEY", neededBy: ["variable of api"], state: "generated" },
      { name: "OPENAI_API_KEY", neededBy: ["variable of api", "variable of worker"], state: "generated" },
      { name: "PAGER", neededBy: ["mainstay:scale.receivers.critical[0].secret"], state: "missing" },
      { name: "SECRET_KEY", neededBy: ["variable of api"], state: "generated" },
    ]);
  });

  it("are missing where nothing makes one that is required", () => {
    const bare = [drop("shape.variables.SECRET_KEY.generate"), drop("shape.variables.SECRET_KEY.production")];
    expect(stateOf(...bare)["SECRET_KEY"]).toBe("missing");
    expect(stateOf(...bare, set("secrets.SECRET_KEY", OPAQUE))["SECRET_KEY"]).toBe("given");
  });

  it("are overdue once the rotation's days are over, and never where nobody wrote down the day", () => {
    const given = ["ANTHROPIC_API_KEY", "GEMINI_API_KEY"].map((name) => set(`secrets.${name}`, OPAQUE));
    const dated = files(...given, set("secretsGiven.GEMINI_API_KEY", "2026-01-01"));
    const agesAt = (time: string) =>
      secretsOf(dated, Date.parse(time)).flatMap(({ name, age }) => (age ? [[name, age]] : []));
    const unknown = ["ANTHROPIC_API_KEY", { given: null, days: null, overdue: null }];
    const since = (days: number, overdue: boolean) => [
      unknown,
      ["GEMINI_API_KEY", { given: "2026-01-01", days, overdue }],
    ];
    expect(agesAt("2026-01-01T23:59:59Z")).toEqual(since(0, false));
    expect(agesAt("2026-04-01T00:00:00Z")).toEqual(since(90, false));
    expect(agesAt("2026-04-01T00:00:01Z")).toEqual(since(90, true));
  });

  it("cannot be told of a configuration that is not valid in itself", () => {
    expect(() => secretsOf(files(set("scale.domain", "UPPER")))).toThrow(InvalidConfiguration);
    expect(() => secretsOf(files(set("secretsGiven.SECRET_KEY", "2026-01-01")))).toThrow(
      InvalidConfiguration,
    );
  });
});

describe("a value for a secret", () => {
  const says = (name: string, value: string, ...changes: Change[]) =>
    linesOf(judgeSecret(files(...changes), name, value));

  it("comes before one that shape or scale would have made", () => {
    expect(says("SECRET_KEY", "sk-0123456789abcdef")).toEqual([]);
    expect(says("OPENAI_API_KEY", "sk-0123456789abcdef")).toEqual([]);
  });

  it("is good where nothing is wrong that was not before", () => {
    expect(says("GEMINI_API_KEY", "sk-0123456789abcdef")).toEqual([]);
    expect(says("PAGER", "any", PAGED)).toEqual([]);
    // What else is missing is no fault of this one.
    expect(says("ANTHROPIC_API_KEY", "sk-0123456789abcdef", PAGED)).toEqual([]);
  });

  it("may be the address of a webhook, if it is one", () => {
    const hook = set("scale.receivers.info", [{ kind: "webhook", secret: "HOOK_URL" }]);
    expect(says("HOOK_URL", "https://deadman.example.com/ping/0f1e2d", hook)).toEqual([]);
    expect(says("HOOK_URL", "deadman.example.com/hush", hook)).toEqual([
      "Pulumi.local.yaml: mainstay:secrets.HOOK_URL: found a secret that is no address of a webhook (not shown); allowed: an http or https URL with no user or password in it",
    ]);
  });

  describe("for the edge's certificate", () => {
    const kind = { kind: "provided", chainSecret: "TLS_CHAIN", keySecret: "TLS_KEY" };
    const names = set("scale.edge.certificate", kind);
    const [chain, key] = ["mainstay:secrets.TLS_CHAIN", "mainstay:secrets.TLS_KEY"];
    let good: Pem;
    let other: Pem;
    let renewed: Pem;
    beforeAll(async () => {
      const ca = await authority();
      const { key: own, cert } = await certificate(ca, 30);
      good = { key: own, cert: `${cert}\n${ca.cert}` };
      renewed = await certificate(ca, 30);
      other = await certificate(ca, 30, "api.example.com");
    });

    it("is one for the name users know, and its key", () => {
      expect(says("TLS_CHAIN", good.cert, names)).toEqual([]);
      expect(says("TLS_KEY", good.key, names, set("secrets.TLS_CHAIN", good.cert))).toEqual([]);
    });

    it("comes before its key, of which only `up` can tell while either is encrypted", () => {
      expect(says("TLS_KEY", renewed.key, names, set("secrets.TLS_CHAIN", OPAQUE))).toEqual([]);
      expect(says("TLS_KEY", renewed.key, names, set("secrets.TLS_CHAIN", good.cert))).toEqual([
        `Pulumi.local.yaml: ${key}: found the key of another certificate (not shown); allowed: the key of the first certificate in TLS_CHAIN`,
      ]);
    });

    it("is not the other of both, nor for another name", () => {
      expect(says("TLS_CHAIN", good.key, names)).toEqual([
        `Pulumi.local.yaml: ${chain}: found a secret that is no certificate (not shown); allowed: a certificate as PEM, followed by those that signed it`,
      ]);
      expect(says("TLS_KEY", good.cert, names)).toEqual([
        `Pulumi.local.yaml: ${key}: found a secret that is no private key (not shown); allowed: the certificate's private key as PEM, without a passphrase`,
      ]);
      expect(says("TLS_CHAIN", other.cert, names)).toEqual([
        `Pulumi.local.yaml: ${chain}: found a certificate for other names; allowed: one for localhost, before those that signed it`,
      ]);
    });

    it("cannot be told while it is encrypted", () => {
      const encrypted = [names, set("secrets.TLS_CHAIN", OPAQUE), set("secrets.TLS_KEY", OPAQUE)];
      expect(resolve(changed(...encrypted)).undecided.filter(({ key: at }) => at.includes("TLS"))).toEqual(
        [chain, key].map((at) => ({
          file: "Pulumi.local.yaml",
          key: at,
          rule: "that the edge can use it for localhost: it is encrypted here",
        })),
      );
    });
  });

  it.each([
    [
      "too short",
      ["OPENAI_API_KEY", "sk-hush"],
      "Pulumi.local.yaml: mainstay:secrets.OPENAI_API_KEY: found a secret that breaks its rule (not shown); allowed: at least 16 characters",
    ],
    [
      "too short in production",
      ["SECRET_KEY", "hush-0123456789-hush", production, drop("shape.variables.SECRET_KEY.generate")],
      "Pulumi.local.yaml: mainstay:secrets.SECRET_KEY: found a secret that breaks its rule (not shown); allowed: at least 32 characters in production",
    ],
    [
      "beside one in plain text",
      ["OPENAI_API_KEY", "sk-0123456789abcdef", set("scale.variables.OPENAI_API_KEY", "hush")],
      "Pulumi.local.yaml: mainstay:scale.variables.OPENAI_API_KEY: found a secret in plain text (not shown); allowed: nothing: the secret is given at mainstay:secrets.OPENAI_API_KEY",
    ],
    [
      "empty",
      ["PAGER", "", PAGED],
      "Pulumi.local.yaml: mainstay:secrets.PAGER: found a value (not shown); allowed: a text that is not empty",
    ],
  ] as const)("is refused: %s", (_kind, [name, value, ...changes], problem) => {
    expect(says(name, value, ...(changes as Change[]))).toContain(problem);
    expect(says(name, value, ...(changes as Change[])).join()).not.toContain("hush");
  });
});
