/**
 * What AWS would answer, invented: each output a class of `@pulumi/aws` has and the program does not set gets a
 * value of its declared type. Ids, ARNs and names look like AWS's own and differ from resource to resource.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Resource } from "../../../graph";

export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

/** What the types of a resource say: its inputs, and the outputs that are always there. */
export interface Declared {
  readonly inputs: ReadonlySet<string>;
  /** By name; the TypeScript type as it is written. */
  readonly outputs: ReadonlyMap<string, string>;
}

const PACKAGE = dirname(require.resolve("@pulumi/aws/package.json"));
const known = new Map<string, Declared>();

/** @param type such as "aws:ec2/vpc:Vpc" */
export function declaredBy(type: string): Declared {
  const before = known.get(type);
  if (before) return before;
  const [, module = "", name = ""] = type.split(":");
  const folder = module.split("/")[0] === "index" ? "." : (module.split("/")[0] ?? "");
  const text = readFileSync(join(PACKAGE, folder, `${module.split("/")[1]}.d.ts`), "utf8");
  const classText = text.slice(text.indexOf(`export declare class ${name} `));
  const argsText = text.slice(text.indexOf(`export interface ${name}Args`));
  const outputs = [...classText.matchAll(/^ {4}readonly (\w+): pulumi\.Output<([^;]+)>;/gm)]
    .map(([, property = "", type = ""]) => [property, type] as const)
    .filter(([, type]) => !type.includes("undefined"));
  const inputs = [...argsText.matchAll(/^ {4}(\w+)\??: pulumi\.Input</gm)].map(
    ([, property = ""]) => property,
  );
  const declared = { inputs: new Set(inputs), outputs: new Map(outputs) };
  known.set(type, declared);
  return declared;
}

type Invented = Record<string, unknown>;

/** Outputs whose shape others depend on. */
const SPECIAL: Record<string, (resource: Resource) => Invented> = {
  "aws:acm/certificate:Certificate": ({ inputs }) => ({
    domainValidationOptions: [inputs.domainName, ...((inputs.subjectAlternativeNames ?? []) as string[])].map(
      (domainName) => ({
        domainName,
        resourceRecordName: `_proof.${String(domainName)}.`,
        resourceRecordType: "CNAME",
        resourceRecordValue: `_proof.${String(domainName)}.acm-validations.aws.`,
      }),
    ),
  }),
  "aws:rds/instance:Instance": ({ name, inputs }) => ({
    masterUserSecrets: [
      {
        secretArn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:rds!db-${digest(name)}`,
        kmsKeyId: inputs.masterUserSecretKmsKeyId,
        secretStatus: "active",
      },
    ],
    address: `${name}.${digest(name)}.${REGION}.rds.amazonaws.com`,
    port: 5432,
  }),
  "aws:lambda/invocation:Invocation": () => ({ result: "{}" }),
  "aws:synthetics/canary:Canary": ({ inputs }) => ({
    engineArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:cwsyn-${String(inputs.name)}-0a1b2c3d:1`,
  }),
};

/** Invents for one resource; to be given to `declare` as `invent`. */
export function inventAws(resource: Resource): Invented {
  const { type, inputs } = resource;
  if (type === "random:index/randomPassword:RandomPassword") {
    // Of another generation it is another one.
    const { generation } = { ...(inputs.keepers as { generation?: string } | undefined) };
    const made = digest(`${resource.urn} ${generation}`);
    return { id: "none", result: made.repeat(12).slice(0, Number(inputs.length)) };
  }
  if (type === "random:index/randomId:RandomId") return { id: "none", hex: digest(resource.urn) };
  if (!type.startsWith("aws:")) return {};
  const name = physicalName(resource);
  const invented: Invented = { id: idOf(resource, name) };
  for (const [property, written] of declaredBy(type).outputs) {
    if (inputs[property] !== undefined) continue;
    const value = valueOf(property, written, resource, name);
    if (value !== undefined) invented[property] = value;
  }
  return { ...invented, ...SPECIAL[type]?.(resource) };
}

function valueOf(property: string, written: string, resource: Resource, name: string): unknown {
  if (property === "arn" || property === "tags")
    return property === "arn" ? arnOf(resource, name) : undefined;
  if (property === "region") return REGION;
  if (AUTONAMED.has(property)) return name;
  if (written === "string") return property.endsWith("Arn") ? arnOf(resource, name) : `${name}.${property}`;
  if (written === "number") return 1;
  if (written === "boolean") return false;
  if (written === "string[]") return [`${name}.${property}`];
  return undefined;
}

/** Properties Pulumi or AWS fill with a name, where the program gives none. */
const AUTONAMED = new Set(["name", "bucket", "family", "identifier", "replicationGroupId", "keyId"]);

function physicalName({ name, urn, inputs }: Resource): string {
  const given = [...AUTONAMED].map((property) => inputs[property]).find((value) => typeof value === "string");
  const prefix = inputs.namePrefix ?? inputs.bucketPrefix;
  return String(given ?? (typeof prefix === "string" ? `${prefix}${digest(urn)}` : `${name}-${digest(urn)}`));
}

/** Some ids are ARNs, which the types do not tell. */
const ARN_IDS =
  /^aws:(lb|alb|acm|sns|wafv2|secretsmanager|backup\/plan|ecs\/(cluster|taskDefinition|service))/;

function idOf(resource: Resource, name: string): string {
  if (ARN_IDS.test(resource.type)) return arnOf(resource, name);
  const kind = resource.type.split(":").at(-1) ?? "";
  return AUTONAMED_IDS.test(resource.type) ? name : `${kind.toLowerCase()}-${digest(resource.urn)}`;
}

const AUTONAMED_IDS = /^aws:(iam\/role|s3\/bucket|cloudwatch\/logGroup|ssm\/parameter|elasticache|rds)/;

function arnOf({ type, urn, inputs }: Resource, name: string): string {
  const [, module = "", kind = ""] = type.split(":");
  const service = module.split("/")[0] ?? "";
  if (service === "s3") return `arn:aws:s3:::${name}`;
  if (service === "iam")
    return `arn:aws:iam::${ACCOUNT}:${kind.toLowerCase()}${String(inputs.path ?? "/")}${name}`;
  if (kind === "LogGroup") return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`;
  if (service === "sns") return `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
  if (service === "secretsmanager")
    return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-${digest(urn)}`;
  if (kind === "Function") return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
  // A revision is never that of another definition of the family.
  if (kind === "TaskDefinition")
    return `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/${name}:${parseInt(digest(urn), 16)}`;
  const owner = service === "lb" ? "elasticloadbalancing" : service;
  return `arn:aws:${owner}:${REGION}:${ACCOUNT}:${kind.toLowerCase()}/${name}`;
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 7);
