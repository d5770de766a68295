import type { EngineEvent } from "@pulumi/pulumi/automation";
import { describe, expect, it } from "vitest";
import { failure } from "../../operations/engine/failure";
import { shortName, shortType } from "../../operations/engine/names";
import { Recorder } from "../../operations/engine/record";

const diagnostic = (severity: string, message: string, urn?: string) =>
  ({ diagnosticEvent: { severity, message, urn, color: "never" } }) as unknown as EngineEvent;

const VOLUME = "urn:pulumi:s::p::mainstay:index:Environment$docker:index/volume:Volume::data";

function recordOf(...events: EngineEvent[]) {
  const recorder = new Recorder();
  for (const event of events) recorder.listen(event);
  return recorder.result();
}

describe("what the engine says", () => {
  it("is heard without what it says while it debugs, which holds secrets, and without ambient plugins", () => {
    const { diagnostics } = recordOf(
      diagnostic("debug", 'Docker container inspect: "PASSWORD=hunter2"\n'),
      diagnostic("info", "hunter2"),
      diagnostic(
        "warning",
        "using pulumi-resource-docker from $PATH at /usr/local/bin/pulumi-resource-docker\n",
      ),
      diagnostic("warning", "<{%fg 3%}>deprecated<{%reset%}>\n", VOLUME),
      diagnostic("warning", "deprecated", VOLUME),
    );
    expect(diagnostics).toEqual([{ severity: "warning", urn: VOLUME, message: "deprecated" }]);
  });

  it("becomes an error once, in the provider's own words", () => {
    const record = recordOf(
      diagnostic(
        "error",
        "sdk-v2/provider2.go:571: sdk.helper_schema: no space: provider=docker@5.2.0",
        VOLUME,
      ),
      diagnostic("error", "1 error occurred:\n\t* no space\n\n", VOLUME),
      diagnostic("error", "update failed", "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s"),
    );
    expect(failure("up of s", record, "").message).toBe("up of s failed:\n  docker:Volume data: no space");
  });

  it("becomes an error of its output where it says nothing else", () => {
    expect(
      failure("preview of s", recordOf(), "error: getting secrets: incorrect passphrase\n").message,
    ).toBe(
      [
        "preview of s failed:",
        "  getting secrets: incorrect passphrase",
        "The stack was encrypted with another passphrase: give it as PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
      ].join("\n"),
    );
  });

  it("names the policies that stop it", () => {
    const record = recordOf({
      policyEvent: {
        resourceUrn: VOLUME,
        message: "<{%fg 1%}>encrypt it<{%reset%}>",
        policyName: "encryption-at-rest",
        policyPackName: "mainstay",
        enforcementLevel: "mandatory",
      },
    } as unknown as EngineEvent);
    expect(failure("preview of s", record, "").message).toBe(
      "preview of s failed:\n  mandatory policy encryption-at-rest: docker:Volume data: encrypt it",
    );
  });

  it("is told once where inputs wait for what the program refused, without a trace", () => {
    const says = (message: string) =>
      failure("up of s", { diagnostics: [{ severity: "error", message }], violations: [] }, "").message;
    const waited = 'error serializing property "labels": error serializing property "labels": ';
    const trace = "\n    at succeeded (components/app/docker.ts:2:61)\n    at processTicks (node:internal)";
    expect(says(`Error: ${waited}the migration ended with exit code 1${trace}`)).toBe(
      "up of s failed:\n  the migration ended with exit code 1",
    );
    // A mistake of the program's keeps its trace: whoever mends it needs it.
    const mistake = `TypeError: ${waited}x is not a function${trace}`;
    expect(says(mistake)).toBe(`up of s failed:\n${mistake.replace(/^/gm, "  ")}`);
  });
});

describe("names", () => {
  it.each([
    ["docker:index/container:Container", "docker:Container"],
    ["aws:rds/instance:Instance", "aws:rds:Instance"],
    ["pulumi:providers:docker", "provider:docker"],
    ["mainstay:index:Environment", "mainstay:Environment"],
    ["odd", "odd"],
  ])("%s is %s", (type, name) => {
    expect(shortType(type)).toBe(name);
  });

  it("come from a URN alone", () => {
    expect(shortName(VOLUME)).toBe("docker:Volume data");
  });
});
