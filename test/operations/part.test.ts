import { describe, expect, it } from "vitest";
import { readStackFiles } from "../../environment/stack-files";
import { declare } from "../../graph";
import program from "../../index";
import { partOf } from "../../operations/part";
import { ROOT } from "./support";

const told = (urns: readonly string[]) =>
  urns.map((urn) => `${urn.split("::")[2]?.split("$").at(-1)} ${urn.split("::")[3]}`);

describe("a part of a stack", () => {
  it("is a component with what is in it, what it is in, and what it needs", async () => {
    const graph = await declare(program, readStackFiles(ROOT, "prod"));
    const kinds = told(partOf(graph, "registry")).map((one) => one.replace(/ registry-\S+/, " registry-…"));
    expect([...new Set(kinds)].sort()).toEqual([
      "aws:ecr/lifecyclePolicy:LifecyclePolicy registry-…",
      "aws:ecr/repository:Repository registry-…",
      "mainstay:aws:Backups backups",
      "mainstay:aws:Registry registry",
      "mainstay:index:Environment environment",
      "pulumi:providers:aws aws",
      "pulumi:providers:aws copies",
      "pulumi:pulumi:Stack mainstay-prod",
    ]);
  });

  it("reaches as far as its needs do: the edge of a Docker host needs the authority that signs for it", async () => {
    const graph = await declare(program, readStackFiles(ROOT, "local"));
    const part = told(partOf(graph, "edge"));
    expect(part).toContain("tls:index/selfSignedCert:SelfSignedCert authority-certificate");
    expect(part).not.toContain("docker:index/container:Container prometheus");
  });

  it("has to be a component", async () => {
    const graph = await declare(program, readStackFiles(ROOT, "prod"));
    expect(() => partOf(graph, "regsitry")).toThrow(
      /^prod has no component regsitry; it has access-logs, api, /,
    );
  });
});
