import { expect, it } from "vitest";
import { RULES } from "../../policies/rules";
import { unjudged } from "../../policies/unjudged";
import { graph } from "./support/graphs";

it("names each type no rule is about, with the number of them declared beside the components", () => {
  const { resources, ...rest } = graph({
    log: { type: "docker:plugin", inputs: {} },
    one: { type: "efs/fileSystem", inputs: {} },
    two: { type: "efs/fileSystem", inputs: {} },
    bucket: { type: "s3/bucket", inputs: {} },
    provider: { type: "pulumi:aws", inputs: {} },
    part: { type: "ec2/route", inputs: {} },
    beneath: { type: "ec2/routeTable", inputs: {} },
    grouped: { type: "ec2/eip", inputs: {} },
  });
  const [example] = resources;
  if (!example) throw new Error("the graph is empty");
  const component = (name: string, type: string) => ({
    ...example,
    type,
    name,
    urn: `urn:${name}`,
    custom: false,
  });
  const parents: Readonly<Record<string, string>> = {
    part: "urn:network",
    beneath: resources.find(({ name }) => name === "part")?.urn ?? "",
    grouped: "urn:mine",
  };
  const within = resources.map((resource) => ({ ...resource, parent: parents[resource.name] ?? null }));
  const components = [component("network", "mainstay:aws:Network"), component("mine", "mine:Group")];
  expect(unjudged({ ...rest, resources: [...components, ...within] }, RULES)).toEqual([
    { type: "aws:ec2/eip:Eip", count: 1 },
    { type: "aws:efs/fileSystem:FileSystem", count: 2 },
    { type: "docker:index/plugin:Plugin", count: 1 },
  ]);
});
