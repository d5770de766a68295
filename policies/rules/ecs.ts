/** Containers as a managed service, ECS on Fargate: each container of a task. */
import type { Json, Resource } from "../../graph/resource";
import { documentAt, judgeDocument, list, object } from "../documents";
import { shown, softened } from "../expect";
import { graphRule, resourceRule, type Finding } from "../rule";
import { isSecret } from "../secrets";
import { aws, SERVICE } from "../tokens";
import { ownAccounts } from "./accounts";
import { holdsSecret, secretsIn } from "./secret-names";

export const TASK = aws("ecs", "taskDefinition");
export const GUIDE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide";
const PARAMETERS = `${GUIDE}/task_definition_parameters.html`;

const ECR_IMAGE = /^(\d{12})\.dkr\.ecr\.[\w-]+\.amazonaws\.com\//;

type Definition = Readonly<Record<string, Json>>;
export type ContainerFinding = Omit<Finding, "resource">;

/** Judges each container of a task, naming it. */
const eachContainer =
  (judgeOne: (definition: Definition, path: string) => ContainerFinding[]) =>
  (resource: Resource): Finding[] =>
    judgeDocument(resource, "containerDefinitions", (content) =>
      list(content).flatMap((definition, index) =>
        judgeOne(object(definition), `containerDefinitions[${index}]`),
      ),
    );

/** Judges one value in a container's definition. */
function inDefinition(
  path: string,
  value: Json | undefined,
  allowed: string,
  test: (value: Json) => boolean,
  absent = false,
) {
  const answer = value === undefined || value === null ? absent : test(value);
  if (answer) return [];
  return [{ outcome: "violation", property: path, found: shown(value), allowed } as const];
}

const containerValue = (key: string, allowed: string, test: (value: Json) => boolean, absent = false) =>
  eachContainer((definition, path) => inDefinition(`${path}.${key}`, definition[key], allowed, test, absent));

const judgeHealth = eachContainer((definition, path) =>
  definition.essential === false
    ? []
    : inDefinition(
        `${path}.healthCheck`,
        definition.healthCheck,
        "a command",
        (check) => list(object(check).command).length > 0,
      ),
);

export const ecs = [
  resourceRule({
    name: "ecs-no-secret-env",
    description:
      "No environment variable of a task holds a secret: anyone who may describe the task reads it.",
    severity: "critical",
    references: { fsbp: "ECS.8", nag: "ECS2", trivy: "AWS-0036" },
    remediation: "Give it through secrets, from Secrets Manager or the parameter store",
    types: TASK,
    check: eachContainer((definition, path) =>
      list(definition.environment).flatMap((variable, index): ContainerFinding[] => {
        const { name, value } = object(variable);
        const found = `a secret in ${String(name)}`;
        if (!holdsSecret(String(name), String(value ?? ""))) return [];
        return [
          { outcome: "violation", property: `${path}.environment[${index}]`, found, allowed: "no secret" },
        ];
      }),
    ),
  }),
  resourceRule({
    name: "ecs-no-secret-command",
    description: "No command of a task holds a secret: anyone who may describe the task reads it.",
    severity: "critical",
    remediation: "Give it through secrets, and let the command read the variable",
    link: `${GUIDE}/specifying-sensitive-data.html`,
    types: TASK,
    check: eachContainer((definition, path) =>
      ["command", "entryPoint", "healthCheck.command"].flatMap((key) => {
        const { command } = object(definition.healthCheck);
        const words = list(key === "healthCheck.command" ? command : definition[key]).map(String);
        return secretsIn(words).map((name): ContainerFinding => {
          const found = `a secret in ${name}`;
          return { outcome: "violation", property: `${path}.${key}`, found, allowed: "no secret" };
        });
      }),
    ),
  }),
  resourceRule({
    name: "ecs-no-secret-definition",
    description: "A task's definition is no secret as a whole: whatever made it one can be read in it.",
    severity: "critical",
    remediation: "Take the secret out of the definition and give its arn through secrets",
    link: `${GUIDE}/specifying-sensitive-data.html`,
    types: TASK,
    check: (resource) =>
      documentAt(resource, "containerDefinitions").state === "secret" ||
      isSecret(resource, "containerDefinitions")
        ? [
            {
              outcome: "violation",
              resource,
              property: "containerDefinitions",
              found: "a secret",
              allowed: "no secret",
            },
          ]
        : [],
  }),
  resourceRule({
    name: "ecs-logging",
    description: "What a container writes is kept.",
    severity: "high",
    references: { fsbp: "ECS.9", nag: "ECS7" },
    remediation: 'Set logConfiguration with the logDriver "awslogs"',
    types: TASK,
    check: eachContainer((definition, path) =>
      inDefinition(
        `${path}.logConfiguration.logDriver`,
        object(definition.logConfiguration).logDriver,
        "awslogs, awsfirelens or splunk",
        (driver) => ["awslogs", "awsfirelens", "splunk"].includes(String(driver)),
      ),
    ),
  }),
  resourceRule({
    name: "ecs-nonroot",
    description: "A container's processes run neither as root nor in root's group.",
    severity: "high",
    references: { fsbp: "ECS.20", nag: "ECSTaskDefinitionUserForHostMode" },
    remediation: "Set user to a numeric uid:gid, both other than 0",
    types: TASK,
    check: containerValue("user", "a user and a group other than root", (user) =>
      /^(?!(0+|root)(:|$))(?!.*:(0+|root)$)./.test(String(user)),
    ),
  }),
  resourceRule({
    name: "ecs-readonly-root",
    description: "A container's root file system is read-only.",
    severity: "high",
    references: { fsbp: "ECS.5", checkov: "CKV_AWS_336" },
    remediation: "Set readonlyRootFilesystem: true and mount volumes where something has to be written",
    types: TASK,
    check: containerValue("readonlyRootFilesystem", "true", (value) => value === true),
  }),
  resourceRule({
    name: "ecs-not-privileged",
    description: "A container does not run privileged.",
    severity: "high",
    references: { fsbp: "ECS.4", checkov: "CKV_AWS_334" },
    remediation: "Remove privileged",
    types: TASK,
    check: containerValue("privileged", "false, or not set", (value) => value === false, true),
  }),
  resourceRule({
    name: "ecs-no-cap-add",
    description: "No capability is added to a container.",
    severity: "medium",
    remediation: "Remove linuxParameters.capabilities.add",
    link: `${PARAMETERS}#container_definition_linuxparameters`,
    types: TASK,
    check: eachContainer((definition, path) =>
      inDefinition(
        `${path}.linuxParameters.capabilities.add`,
        object(object(definition.linuxParameters).capabilities).add,
        "nothing",
        (added) => list(added).length === 0,
        true,
      ),
    ),
  }),
  resourceRule({
    name: "ecs-cap-drop",
    description: "All capabilities of a container are dropped.",
    severity: "medium",
    remediation: 'Set linuxParameters.capabilities.drop to ["ALL"]',
    link: `${PARAMETERS}#container_definition_linuxparameters`,
    types: TASK,
    check: eachContainer((definition, path) =>
      inDefinition(
        `${path}.linuxParameters.capabilities.drop`,
        object(object(definition.linuxParameters).capabilities).drop,
        "a list with ALL",
        (dropped) => list(dropped).includes("ALL"),
      ),
    ),
  }),
  resourceRule({
    name: "ecs-image-pinned",
    description: "A container's image is named by its digest: a tag can be moved.",
    severity: "medium",
    remediation: "Name the image as repository@sha256:…",
    link: `${PARAMETERS}#container_definition_image`,
    types: TASK,
    check: containerValue("image", "a name that ends in @sha256:…", (image) =>
      /@sha256:[0-9a-f]{64}$/.test(String(image)),
    ),
  }),
  graphRule({
    name: "ecs-own-registry",
    description: "A container's image comes from a registry of the stack's own account.",
    severity: "high",
    remediation: "Copy the image into a repository of the stack's account, and name it there",
    link: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/what-is-ecr.html",
    types: TASK,
    check: (task, view) => {
      const own = ownAccounts(view);
      const findings = containerValue("image", "an image of the stack's own account", (image) => {
        const account = ECR_IMAGE.exec(String(image))?.[1];
        return account !== undefined && own.includes(account);
      })(task);
      return own.length > 0 ? findings : softened(findings);
    },
  }),
  graphRule({
    name: "ecs-health",
    description: "A container that a service needs tells whether it is healthy.",
    severity: "medium",
    remediation: "Set healthCheck with a command",
    link: `${PARAMETERS}#container_definition_healthcheck`,
    types: TASK,
    check: (task, view) => {
      const { sure, possible } = view.referring(SERVICE, "taskDefinition", task);
      // What no service keeps running runs once, to its end.
      return sure.length + possible.length > 0 ? judgeHealth(task) : [];
    },
  }),
];
