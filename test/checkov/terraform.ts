/**
 * The AWS resources of a graph as Terraform's plan of them, so that tools that know nothing of Pulumi can read them.
 * The provider of both is the same, so a resource is the same but for how its names are written.
 */
import type { Graph, Json, Resource } from "../../graph";
import { declaredBy, inventAws } from "../components/support/aws-outputs";
import { isMap, pathOf, terraformAttribute, terraformType } from "./terraform-names";

type Values = Record<string, Json>;

/** What `terraform show -json` prints of a plan, as far as checkov reads it. */
export interface Plan {
  readonly format_version: string;
  readonly terraform_version: string;
  readonly planned_values: { readonly root_module: { readonly resources: readonly Named<"values">[] } };
  readonly configuration: { readonly root_module: { readonly resources: readonly Named<"expressions">[] } };
}

/** A resource under its address; either with its values, or with what says where those come from. */
type Named<Part extends string> = Readonly<Record<"address" | "mode" | "type" | "name", string>> &
  Readonly<Record<Part, Values>>;

/**
 * As of a first plan: what one resource takes from another is a reference in the configuration. Its value is left out
 * of the values, as nobody knows it yet; only within longer texts, such as policies, it stands as it was invented.
 *
 * @param graph declared with `inventAws`
 * @throws if two resources would have one address
 */
export function terraformPlan(graph: Graph): Plan {
  const resources = graph.resources.filter(({ type }) => type.startsWith("aws:"));
  const outputs = new Map(resources.map((resource) => [resource.urn, outputsOf(resource)]));
  const planned = resources.map((resource) => ({
    named: {
      address: addressOf(resource),
      mode: "managed",
      type: terraformType(resource.type),
      name: resource.name,
    },
    ...blockOf(inputsOf(resource), pathOf(resource.type), (property) =>
      (resource.propertyDependencies[property] ?? []).flatMap((urn) => outputs.get(urn) ?? []),
    ),
  }));
  const addresses = planned.map(({ named }) => named.address);
  const twice = addresses.find((address, index) => addresses.indexOf(address) !== index);
  if (twice !== undefined) throw new Error(`two resources would be ${twice}`);
  return {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: {
      root_module: { resources: planned.map(({ named, values }) => ({ ...named, values })) },
    },
    configuration: {
      root_module: { resources: planned.map(({ named, expressions }) => ({ ...named, expressions })) },
    },
  };
}

/** With the name Pulumi gives to what has one, and with archives as the files Terraform knows. */
function inputsOf(resource: Resource): Values {
  const { type, inputs } = resource;
  const nameless = declaredBy(type).inputs.has("name") && !("name" in inputs) && !("namePrefix" in inputs);
  const entries = Object.entries(inputs).map(([property, value]): [string, Json] => [
    property,
    isObject(value) && ARCHIVE in value ? `${resource.name}.zip` : value,
  ]);
  return { ...Object.fromEntries(entries), ...(nameless ? { name: String(inventAws(resource).name) } : {}) };
}

/** How a graph shows an archive. */
const ARCHIVE = "[archive]";

const addressOf = ({ type, name }: Resource) => `${terraformType(type)}.${name}`;

/** What others may hold of a resource: its text, and how Terraform refers to it. */
interface Output {
  readonly text: string;
  readonly address: string;
  readonly attribute: string;
}

function outputsOf(resource: Resource): Output[] {
  const address = addressOf(resource);
  return Object.entries({ ...inventAws(resource), ...resource.inputs }).flatMap(([property, value]) =>
    // A region is in the ARNs of all others, too.
    typeof value === "string" && property !== "region"
      ? [
          {
            text: value,
            address,
            attribute: terraformAttribute(`${pathOf(resource.type)}.${property}`, false),
          },
        ]
      : [],
  );
}

interface Converted {
  readonly values: Values;
  readonly expressions: Values;
}

/**
 * @param path of the block
 * @param outputsBehind what a property of the resource may refer to
 */
function blockOf(block: Values, path: string, outputsBehind: (property: string) => Output[]): Converted {
  const values: Values = {};
  const expressions: Values = {};
  for (const [property, value] of Object.entries(block)) {
    const here = `${path}.${property}`;
    const outputs = outputsBehind(property);
    const blocks = blocksOf(value, here);
    if (blocks) {
      const converted = blocks.map((inner) => blockOf(inner, here, () => outputs));
      const name = terraformAttribute(here, Array.isArray(value));
      values[name] = converted.map((one) => one.values);
      expressions[name] = converted.map((one) => one.expressions);
    } else if (!isEmptyList(value)) {
      const name = terraformAttribute(here, false);
      const references = referencesIn(value, outputs);
      if (references.length > 0) expressions[name] = { references };
      else expressions[name] = { constant_value: value };
      if (!outputs.some(({ text }) => text === value)) values[name] = value;
    }
  }
  return { values, expressions };
}

/** The blocks a value is made of; a block that can stand once only is a list of one in a plan. */
function blocksOf(value: Json, path: string): Values[] | undefined {
  if (isObject(value)) return isMap(path) ? undefined : [value];
  return Array.isArray(value) && value.some(isObject) ? value.filter(isObject) : undefined;
}

/** No blocks, rather than an attribute that is empty. */
const isEmptyList = (value: Json) => Array.isArray(value) && value.length === 0;

const isObject = (value: Json): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every output in a text, the longest first: an id can be a part of an ARN. */
function referencesIn(value: Json, outputs: readonly Output[]): string[] {
  const text = JSON.stringify(value);
  const found = outputs.filter((output) => text.includes(JSON.stringify(output.text).slice(1, -1)));
  const longest = [...found].sort((a, b) => b.text.length - a.text.length);
  const byAddress = new Map(longest.reverse().map((one) => [one.address, one]));
  return [...byAddress.values()].flatMap(({ address, attribute }) => [`${address}.${attribute}`, address]);
}
