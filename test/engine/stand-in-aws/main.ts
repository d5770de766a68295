/**
 * A test double of the AWS provider, for the engine: it takes what the types of `@pulumi/aws` take, keeps it in
 * the folder STAND_IN_AWS, and answers with invented ids, ARNs and names. Of what AWS refuses it knows one thing: to
 * delete what was told to outlast mistakes.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Json, Resource } from "../../../graph";
import { declaredBy, inventAws } from "../../components/support/aws-outputs";

type Properties = Record<string, Json>;

/** A resource as the cloud has it. */
interface Kept {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

const cloud = process.env.STAND_IN_AWS ?? "";
if (cloud === "") throw new Error("STAND_IN_AWS names no folder");
mkdirSync(cloud, { recursive: true });

/** Ids of different kinds may be alike; a URN is nobody else's. */
const fileOf = (urn: string) =>
  join(cloud, `${createHash("sha256").update(urn).digest("hex").slice(0, 24)}.json`);

function kept(urn: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(urn), "utf8")) as Kept;
  } catch {
    return undefined;
  }
}

function keep(urn: string, inputs: Properties, knownId?: string): Kept {
  const resource = { urn, type: typeOf(urn), name: urn.split("::")[3] ?? "", inputs };
  const { id, ...invented } = inventAws(resource as unknown as Resource) as Properties;
  const resourceKept = { urn, id: knownId ?? String(id), inputs, outputs: { ...invented, ...inputs } };
  writeFileSync(fileOf(urn), JSON.stringify(resourceKept, null, 1));
  return resourceKept;
}

const typeOf = (urn: string) => urn.split("::")[2]?.split("$").at(-1) ?? "";

const same = (a: Json | undefined, b: Json | undefined) => JSON.stringify(a) === JSON.stringify(b);

const standIn: pulumi.provider.Provider = {
  version: (require("@pulumi/aws/package.json") as { version: string }).version,

  check: async (urn, _olds, inputs: Properties) => {
    const known = declaredBy(typeOf(urn)).inputs;
    const unknown = Object.keys(inputs).filter((property) => !known.has(property));
    const reason = `${typeOf(urn)} has no such input`;
    return { inputs, failures: unknown.map((property) => ({ property, reason })) };
  },

  diff: async (_id, urn, olds: Properties, news: Properties) => {
    const dropped = Object.keys(kept(urn)?.inputs ?? {}).some((property) => !(property in news));
    const changed = Object.entries(news).some(([property, value]) => !same(olds[property], value));
    return { changes: dropped || changed };
  },

  create: async (urn, inputs: Properties) => {
    if (kept(urn)) throw new Error(`${urn} exists already`);
    const { id, outputs } = keep(urn, inputs);
    return { id, outs: outputs };
  },

  read: async (_id, urn) => {
    const found = kept(urn);
    return found ? { id: found.id, props: found.outputs, inputs: found.inputs } : { id: "", props: {} };
  },

  update: async (id, urn, _olds, news: Properties) => ({ outs: keep(urn, news, id).outputs }),

  delete: async (_id, urn) => {
    const { deletionProtection, enableDeletionProtection } = kept(urn)?.inputs ?? {};
    if (deletionProtection === true || enableDeletionProtection === true)
      throw new Error(`${urn} is protected from deletion`);
    rmSync(fileOf(urn));
  },

  invoke: async (token) => {
    throw new Error(`the program looks up ${token}: no program of ours may depend on what an account holds`);
  },
};

void pulumi.provider.main(standIn, process.argv.slice(2));
