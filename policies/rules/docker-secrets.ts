/** Where secrets of containers and services may not stand: everything that an inspection shows. */
import { SECRET, UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import { aSecret, isSet, judge, orAbsent } from "../expect";
import { resourceRule, type Expectation, type Finding } from "../rule";
import { isSecret } from "../secrets";
import { spots, valueAt } from "../spots";
import { CONTAINER, docker } from "../tokens";
import { isService, ofEither, SPEC, STARTS } from "./docker-services";
import { hasSecretShape, holdsSecret, secretsIn } from "./secret-names";

/** Files that a swarm keeps for its services. */
const CONFIG = docker("serviceConfig");

const withoutSecrets = (textOf: (content: string) => string): Expectation => ({
  ...aSecret,
  allowed: "a secret, or a file without keys and passwords",
  test: (content) => !hasSecretShape(textOf(String(content))),
});

const decoded = (content: string) => Buffer.from(content, "base64").toString("latin1");

export const dockerSecrets = [
  resourceRule({
    name: "dk-no-secret-env",
    description: "No environment variable holds a secret: anyone who may inspect the container reads it.",
    severity: "critical",
    references: { cis: "4.10" },
    remediation: "Give it as a file, and name the file in a variable that ends in _FILE",
    link: "https://docs.docker.com/compose/how-tos/use-secrets/",
    types: STARTS,
    check: judgeEnvironment,
  }),
  resourceRule({
    name: "dk-no-secret-command",
    description: "No command of a container holds a secret: whoever sees its processes reads it.",
    severity: "critical",
    remediation: "Give it as a file, and let the command read the file",
    link: "https://docs.docker.com/compose/how-tos/use-secrets/",
    types: STARTS,
    check: ofEither((resource) =>
      ["command", "entrypoints", "healthcheck.tests"].flatMap((path) => judgeCommand(resource, path)),
    ),
  }),
  resourceRule({
    name: "dk-no-secret-inspect",
    description: "Nothing else that an inspection of the container shows is secret.",
    severity: "critical",
    remediation: "Give it as a file; only the content of uploads is not shown",
    link: "https://docs.docker.com/reference/cli/docker/inspect/",
    types: STARTS,
    check: (resource) =>
      resource.secrets
        .filter((path) => !/^((uploads|envs|taskSpec\.containerSpec\.env)([.[]|$)|auth\b)/.test(path))
        .map((path) => ({
          outcome: "violation",
          resource,
          property: path,
          found: "a secret",
          allowed: "no secret",
        })),
  }),
  resourceRule({
    name: "dk-no-plain-upload",
    description: "A file with a key or a password in it is a secret in the program, too.",
    severity: "critical",
    remediation: "Wrap the file's content in pulumi.secret, or make it from outputs that are secret",
    link: "https://www.pulumi.com/docs/iac/concepts/secrets/",
    types: [...CONTAINER, ...CONFIG],
    check: (resource) => [
      ...judge(
        resource,
        "uploads[*].content",
        withoutSecrets((content) => content),
      ),
      ...judge(resource, "uploads[*].contentBase64", withoutSecrets(decoded)),
      ...judge(resource, "data", orAbsent(withoutSecrets(decoded))),
    ],
  }),
];

function judgeEnvironment(resource: Resource): Finding[] {
  if (isService(resource)) return judgeServiceEnvironment(resource);
  const { envs } = resource.inputs;
  if (envs === SECRET || isSecret(resource, "envs"))
    return [{ outcome: "violation", resource, property: "envs", found: "a secret", allowed: "no secret" }];
  if (envs === UNKNOWN) return judge(resource, "envs", isSet);
  return list(envs).flatMap((entry, index) => judgeVariable(resource, `envs[${index}]`, entry));
}

function judgeServiceEnvironment(service: Resource): Finding[] {
  const path = `${SPEC}.env`;
  const env = valueAt(service, path);
  if (env === UNKNOWN || env === SECRET) return judgeVariable(service, path, env);
  return Object.entries(object(env)).flatMap(([name, value]) =>
    judgeVariable(
      service,
      `${path}.${name}`,
      value === UNKNOWN || value === SECRET ? value : `${name}=${String(value)}`,
    ),
  );
}

function judgeCommand(resource: Resource, path: string): Finding[] {
  const [{ value } = { value: undefined }] = spots(resource, path);
  const allowed = "no secret";
  if (value === UNKNOWN)
    return [{ outcome: "undecidable", resource, property: path, found: "unknown until up", allowed }];
  const words = list(value);
  const known = words.filter((word) => word !== UNKNOWN && word !== SECRET).map(String);
  const found = secretsIn(known).map((name): Finding => ({
    outcome: "violation",
    resource,
    property: path,
    found: `a secret in ${name}`,
    allowed,
  }));
  const open = found.length === 0 && words.includes(UNKNOWN);
  return open
    ? [{ outcome: "undecidable", resource, property: path, found: "unknown until up", allowed }]
    : found;
}

function judgeVariable(resource: Resource, property: string, entry: Json): Finding[] {
  const allowed = "no secret";
  if (entry === SECRET || isSecret(resource, property))
    return [{ outcome: "violation", resource, property, found: "a secret", allowed }];
  if (entry === UNKNOWN)
    return [{ outcome: "undecidable", resource, property, found: "unknown until up", allowed }];
  const [name = "", ...value] = String(entry).split("=");
  if (!holdsSecret(name, value.join("="))) return [];
  return [{ outcome: "violation", resource, property, found: `a secret in ${name}`, allowed }];
}
