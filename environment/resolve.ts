import type { z } from "zod";
import type { Environment, Service, VariableSource } from "./environment";
import { IMAGES } from "./images";
import { checkFit } from "./fit";
import { describe, fromZod, type Problem, type Undecided } from "./problems";
import { scale as scaleSchema, secrets as secretsSchema, type Scale } from "./scale";
import { shape as shapeSchema, type Shape } from "./shape";
import { resolveVariables } from "./variable-plan";

/** Stands for a value that is encrypted in the stack file and cannot be read here. */
export const OPAQUE = "\u0000encrypted";

/** The three configuration values as they were read, before anything is known of them. */
export interface RawConfiguration {
  readonly stack: string;
  readonly shape: unknown;
  readonly scale: unknown;
  readonly secrets: unknown;
}

/** What came of judging a configuration. There is an environment exactly when there are no problems. */
export interface Resolution {
  readonly environment?: Environment;
  readonly problems: readonly Problem[];
  readonly undecided: readonly Undecided[];
}

export const SHAPE_KEY = "mainstay:shape";
export const SCALE_KEY = "mainstay:scale";
export const SECRETS_KEY = "mainstay:secrets";

/** The files a stack's configuration stands in. */
export const filesOf = (stack: string) => ({ project: "Pulumi.yaml", stack: `Pulumi.${stack}.yaml` });

/** Puts shape, scale and secrets together and judges all of it at once. Declares nothing. */
export function resolve(raw: RawConfiguration): Resolution {
  const files = filesOf(raw.stack);
  const shape = parse(shapeSchema, files.project, SHAPE_KEY, raw.shape);
  const scale = parse(scaleSchema, files.stack, SCALE_KEY, raw.scale);
  const secrets = parse(secretsSchema, files.stack, SECRETS_KEY, raw.secrets ?? {});
  const syntax = [...shape.problems, ...scale.problems, ...secrets.problems];
  if (!shape.value || !scale.value || !secrets.value) return { problems: syntax, undecided: [] };

  const context: Context = { files, shape: shape.value, scale: scale.value, secrets: secrets.value };
  const services = joinServices(context);
  const draft = assemble(raw.stack, context, services.value);
  const variables = resolveVariables(context, draft);
  const environment = { ...draft, variables: variables.plan };
  const problems = [
    ...services.problems,
    ...checkImages(context, environment),
    ...checkSecretNames(context),
    ...variables.problems,
    ...checkFit(context, environment),
  ];
  return { environment: problems.length === 0 ? environment : undefined, problems, undecided: variables.undecided };
}

/** The parsed configuration, with the names of its files. */
export interface Context {
  readonly files: ReturnType<typeof filesOf>;
  readonly shape: Shape;
  readonly scale: Scale;
  readonly secrets: Readonly<Record<string, string>>;
}

function parse<T>(schema: z.ZodType<T>, file: string, key: string, value: unknown): { value?: T; problems: Problem[] } {
  const result = schema.safeParse(value);
  return result.success ? { value: result.data, problems: [] } : { problems: fromZod(file, key, value, result.error) };
}

function joinServices({ files, shape, scale }: Context): { value: Service[]; problems: Problem[] } {
  const names = Object.keys(shape.services);
  const listed = names.join(", ");
  const surplus = Object.keys(scale.services).filter((name) => !names.includes(name));
  const missing = names.filter((name) => scale.services[name] === undefined);
  const problems = [
    ...surplus.map((name) => ({
      file: files.stack,
      key: `${SCALE_KEY}.services.${name}`,
      found: "a service the shape does not have",
      allowed: `one of ${listed}`,
    })),
    ...missing.map((name) => ({
      file: files.stack,
      key: `${SCALE_KEY}.services.${name}`,
      found: "nothing",
      allowed: "{memoryMiB, cpus}, and replicas where more than 1",
    })),
    ...names
      .filter((name) => scale.services[name]?.candidate && shape.services[name]?.routes.length === 0)
      .map((name) => ({
        file: files.stack,
        key: `${SCALE_KEY}.services.${name}.candidate`,
        found: "a candidate of a service without routes",
        allowed: "candidates of services the edge sends traffic to",
      })),
  ];
  const value = names.flatMap((name): Service[] => {
    const declared = shape.services[name];
    const sized = scale.services[name];
    return declared && sized ? [{ name, ...declared, ...sized }] : [];
  });
  return { value, problems };
}

function assemble(stack: string, { shape, scale }: Context, services: Service[]): Environment {
  const port = scale.edge.httpsPort === 443 ? "" : `:${scale.edge.httpsPort}`;
  return {
    name: stack,
    production: scale.production,
    domain: scale.domain,
    url: `https://${scale.domain}${port}`,
    host: scale.host,
    images: { ...IMAGES, ...scale.images },
    services,
    migration: shape.migration,
    variables: {} as Record<string, VariableSource>,
    database: { ...shape.database, ...scale.database },
    cache: { ...shape.cache, ...scale.cache },
    edge: { ...shape.edge, ...scale.edge },
    monitoring: { ...shape.monitoring, ...scale.monitoring },
    backups: { ...shape.backups, ...scale.backups },
    receivers: scale.receivers,
    operatorPorts: shape.operatorPorts,
    secretRotationDays: shape.secretRotationDays,
    secretGeneration: scale.secretGeneration,
    protectData: scale.protectData,
  };
}

function checkImages({ files, shape, scale }: Context, { images }: Environment): Problem[] {
  const known = Object.keys(images);
  const used = [
    ...Object.entries(shape.services).map(([name, { image }]) => ({ key: `services.${name}.image`, image })),
    ...(shape.migration ? [{ key: "migration.image", image: shape.migration.image }] : []),
  ];
  const unknown = used
    .filter(({ image }) => !known.includes(image))
    .map(({ key, image }) => ({
      file: files.project,
      key: `${SHAPE_KEY}.${key}`,
      found: describe(image),
      allowed: `one of ${known.join(", ")}, or a name that ${SCALE_KEY}.images defines`,
    }));
  const wanted = new Set<string>([...Object.keys(IMAGES), ...used.map(({ image }) => image)]);
  const unused = Object.keys(scale.images)
    .filter((name) => !wanted.has(name))
    .map((name) => ({
      file: files.stack,
      key: `${SCALE_KEY}.images.${name}`,
      found: "an image nothing uses",
      allowed: `one of ${[...wanted].join(", ")}`,
    }));
  return [...unknown, ...unused];
}

/** Receivers and certificates name secrets; each has to be given. */
function checkSecretNames({ files, scale, secrets }: Context): Problem[] {
  const levels = ["critical", "warning", "info"] as const;
  const fromReceivers = levels.flatMap((level) =>
    scale.receivers[level].flatMap((receiver, index) =>
      "secret" in receiver ? [{ key: `receivers.${level}[${index}].secret`, name: receiver.secret }] : [],
    ),
  );
  const { certificate } = scale.edge;
  const fromEdge =
    certificate.kind === "provided"
      ? [
          { key: "edge.certificate.chainSecret", name: certificate.chainSecret },
          { key: "edge.certificate.keySecret", name: certificate.keySecret },
        ]
      : [];
  return [...fromReceivers, ...fromEdge]
    .filter(({ name }) => secrets[name] === undefined)
    .map(({ key, name }) => ({
      file: files.stack,
      key: `${SCALE_KEY}.${key}`,
      found: `the name ${name}, which ${SECRETS_KEY} does not have`,
      allowed: `a secret given with: pulumi config set --secret --path '${SECRETS_KEY}.${name}'`,
    }));
}
