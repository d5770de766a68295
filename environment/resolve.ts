import type {
  AwsEnvironment,
  CommonEnvironment,
  DockerEnvironment,
  Environment,
  Service,
} from "./environment";
import {
  filesOf,
  SCALE_KEY,
  SECRETS_GIVEN_KEY,
  SECRETS_KEY,
  SHAPE_KEY,
  type Context,
  type RawConfiguration,
} from "./context";
import { checkEncryption } from "./encryption";
import { checkFit } from "./fit";
import { undecidedCertificate } from "./fit-certificate";
import { undecidedWebhooks } from "./fit-monitoring";
import { IMAGES } from "./images";
import { checkNames } from "./names";
import { parse, whereValid } from "./parse";
import type { Problem, Undecided } from "./problems";
import {
  scale as scaleSchema,
  secrets as secretsSchema,
  type AwsScale,
  type DockerScale,
  type Scale,
} from "./scale";
import { checkSecretsGiven, secretsGiven as secretsGivenSchema } from "./secrets-given";
import { shape as shapeSchema, type Shape } from "./shape";
import { resolveVariables } from "./variable-plan";

/** The result of checking a configuration. There is an environment exactly when there are no problems. */
export interface Resolution {
  readonly environment?: Environment;
  readonly problems: readonly Problem[];
  readonly undecided: readonly Undecided[];
}

/** Parses each part by itself. */
export function read(given: RawConfiguration) {
  const raw = inOrder(given) as RawConfiguration;
  const files = filesOf(raw.stack);
  const shape = parse(shapeSchema, files.project, SHAPE_KEY, raw.shape);
  const scale = parse(scaleSchema, files.stack, SCALE_KEY, raw.scale);
  const secrets = parse(secretsSchema, files.stack, SECRETS_KEY, raw.secrets ?? {});
  const secretsGiven = parse(secretsGivenSchema, files.stack, SECRETS_GIVEN_KEY, raw.secretsGiven ?? {});
  const context: Context = {
    stack: raw.stack,
    files,
    shape: shape.value,
    scale: scale.value,
    secrets: secrets.value,
    secretsGiven: secretsGiven.value,
  };
  return { raw, shape, scale, secrets, secretsGiven, context };
}

/** Merges shape, scale and secrets into an environment, and checks all of it at once. Declares nothing. */
export function resolve(given: RawConfiguration): Resolution {
  const { raw, shape, scale, secrets, secretsGiven, context } = read(given);
  const { files } = context;
  const draft = assemble(raw.stack, context);
  const variables = resolveVariables(context, draft);
  const all = [
    ...shape.problems,
    ...scale.problems,
    ...secrets.problems,
    ...secretsGiven.problems,
    ...checkEncryption(raw),
    ...checkNames(context),
    ...checkSecretsGiven(context),
    ...variables.problems,
    ...checkFit(context, draft),
  ];
  const undecided = [
    ...variables.undecided,
    ...[undecidedWebhooks, undecidedCertificate].flatMap((of) => whereValid(() => of(context))),
  ];
  const problems = [files.project, files.stack].flatMap((file) =>
    all.filter((problem) => problem.file === file),
  );
  if (problems.length > 0) return { problems, undecided };
  return { environment: { ...draft, variables: variables.plan }, problems, undecided };
}

/** The environment without its variables' values. Reading an invalid part throws: see `whereValid`. */
function assemble(stack: string, { shape, scale }: Context): Environment {
  // Each is read only where the platform is that one, and which it is may be invalid.
  const onHost = scale as DockerScale;
  const onAws = scale as AwsScale;
  return lazy<CommonEnvironment & Pick<DockerEnvironment, "host"> & Pick<AwsEnvironment, "aws">>({
    platform: () => scale.platform,
    name: () => stack,
    production: () => scale.production,
    domain: () => scale.domain,
    url: () => `https://${scale.domain}${portOf(scale, "httpsPort", 443)}`,
    plainUrl: () => `http://${scale.domain}${portOf(scale, "httpPort", 80)}`,
    host: () => onHost.host,
    aws: () => onAws.aws,
    images: () => ({ ...IMAGES, ...scale.images }),
    services: () => joinServices(shape, scale),
    migration: () => shape.migration,
    variables: () => ({}),
    database: () => ({ ...shape.database, ...scale.database }),
    cache: () => ({ ...shape.cache, ...scale.cache }),
    edge: () => ({ ...shape.edge, ...scale.edge }),
    monitoring: () => ({ ...shape.monitoring, ...scale.monitoring }),
    backups: () => ({ ...shape.backups, ...scale.backups }),
    receivers: () => scale.receivers,
    operatorPorts: () => ({ ...shape.operatorPorts, ...onHost.operatorPorts }),
    secretRotationDays: () => shape.secretRotationDays,
    secretGeneration: () => scale.secretGeneration,
    protectData: () => scale.protectData,
  }) as Environment;
}

/** `:PORT`, where users come in on another port than the usual one. */
const portOf = (scale: Scale, port: "httpPort" | "httpsPort", usual: number) =>
  scale.platform === "aws" || scale.edge[port] === usual ? "" : `:${scale.edge[port]}`;

/** A value with its keys sorted: the engine and the files have them in different orders. */
function inOrder(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, inOrder((value as Record<string, unknown>)[name])]));
}

/** Services that are valid in both shape and scale. */
function joinServices(shape: Shape, scale: Scale): Service[] {
  return Object.keys(shape.services).flatMap((name) =>
    whereValid((): Service[] => {
      const sized = Object.hasOwn(scale.services, name) ? scale.services[name] : undefined;
      const declared = shape.services[name];
      return declared && sized ? [{ name, ...declared, ...sized }] : [];
    }),
  );
}

/** An object whose properties are computed when they are first read. */
function lazy<T extends object>(parts: { readonly [K in keyof T]-?: () => T[K] }): T {
  const value = {};
  for (const [name, make] of Object.entries<() => unknown>(parts)) {
    let made: { readonly value: unknown } | undefined;
    const get = () => (made ??= { value: make() }).value;
    Object.defineProperty(value, name, { enumerable: true, get });
  }
  return value as T;
}
