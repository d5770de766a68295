/**
 * A test double of the AWS provider, for the engine: it takes what the types of `@pulumi/aws` take, keeps it in
 * the folder STAND_IN_AWS, and answers with invented ids, ARNs and names. It asks for a replacement where the provider
 * does. Of what AWS refuses it knows what stands in `refusals.ts`.
 */
import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Json, Resource } from "../../../graph";
import { declaredBy, inventAws } from "../../components/support/aws-outputs";
import { keep, kept, kindOf, remove, typeOf, type Kept, type Properties } from "./cloud";
import { refuseDeletion, refuseSecond, refuseUnreachable } from "./refusals";
import { REPLACING } from "./replacing";

function made(urn: string, mark: string, inputs: Properties, id?: string): Kept {
  const resource = { urn: `${urn} ${mark}`, type: typeOf(urn), name: urn.split("::")[3] ?? "", inputs };
  const { id: inventedId, ...invented } = inventAws(resource as unknown as Resource) as Properties;
  return { urn, id: id ?? String(inventedId), mark, inputs, outputs: { ...invented, ...inputs } };
}

/**
 * Whether the provider deletes the resource of before first: where the program gives a name that Pulumi would make,
 * and for what is the same attachment again.
 */
const deletesFirst = (kind: string, inputs: Properties) =>
  ["name", "identifier", "replicationGroupId"].some((name) => name in inputs) ||
  ["ecr/lifecyclePolicy", "iam/rolePolicyAttachment"].includes(kind);

const same = (a: Json | undefined, b: Json | undefined) => JSON.stringify(a) === JSON.stringify(b);

const standIn: pulumi.provider.Provider = {
  version: (require("@pulumi/aws/package.json") as { version: string }).version,

  check: async (urn, _olds, inputs: Properties) => {
    const known = declaredBy(typeOf(urn)).inputs;
    const unknown = Object.keys(inputs).filter((property) => !known.has(property));
    const reason = `${typeOf(urn)} has no such input`;
    return { inputs, failures: unknown.map((property) => ({ property, reason })) };
  },

  diff: async (id, urn, olds: Properties, news: Properties) => {
    const replacing = REPLACING[kindOf(urn)];
    if (!replacing) throw new Error(`replacing.ts does not say what replaces ${kindOf(urn)}`);
    const dropped = Object.keys(kept(urn, id)?.inputs ?? {}).filter((property) => !(property in news));
    const changed = Object.keys(news).filter((property) => !same(olds[property], news[property]));
    const replaces = [...dropped, ...changed].filter((property) => replacing.includes(property));
    return {
      changes: dropped.length + changed.length > 0,
      replaces,
      deleteBeforeReplace: replaces.length > 0 && deletesFirst(kindOf(urn), news),
    };
  },

  create: async (urn, inputs: Properties) => {
    refuseSecond(urn, undefined, inputs);
    refuseUnreachable(urn, inputs);
    const resource = made(urn, randomBytes(4).toString("hex"), inputs);
    if (kept(urn, resource.id)) throw new Error(`${urn} exists already`);
    keep(resource);
    return { id: resource.id, outs: resource.outputs };
  },

  read: async (id, urn) => {
    const found = kept(urn, id);
    return found ? { id, props: found.outputs, inputs: found.inputs } : { id: "", props: {} };
  },

  update: async (id, urn, _olds, news: Properties) => {
    refuseSecond(urn, id, news);
    refuseUnreachable(urn, news);
    const resource = made(urn, kept(urn, id)?.mark ?? "", news, id);
    keep(resource);
    return { outs: resource.outputs };
  },

  delete: async (id, urn) => {
    const resource = kept(urn, id);
    if (!resource) throw new Error(`${urn} is not there`);
    refuseDeletion(resource);
    remove(resource);
  },

  invoke: async (token) => {
    throw new Error(`the program looks up ${token}: no program of ours may depend on what an account holds`);
  },
};

void pulumi.provider.main(standIn, process.argv.slice(2));
