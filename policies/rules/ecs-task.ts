/** Tasks of ECS as a whole: what their containers share. */
import { SECRET, UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { judgeDocument, list, object } from "../documents";
import { is, isEmptyOrAbsent, judge, orAbsent, property, properties, shown, unless } from "../expect";
import { graphRule, resourceRule, type Finding } from "../rule";
import { GUIDE, TASK, type ContainerFinding } from "./ecs";

export const ecsTask = [
  resourceRule({
    name: "ecs-one-writer",
    description: "A volume of a task is written by one of its containers, and only read by the others.",
    severity: "medium",
    remediation: "Set readOnly: true in the mountPoints of the containers that only read",
    link: `${GUIDE}/bind-mounts.html`,
    types: TASK,
    check: (task) => judgeDocument(task, "containerDefinitions", judgeWriters),
  }),
  resourceRule({
    name: "ecs-pid",
    description: "A container sees neither the host's processes nor those of its neighbours.",
    severity: "high",
    references: { fsbp: "ECS.3", checkov: "CKV_AWS_335" },
    remediation: "Remove pidMode and ipcMode",
    types: TASK,
    check: properties({
      pidMode: isEmptyOrAbsent,
      ipcMode: orAbsent(is("none")),
    }),
  }),
  resourceRule({
    name: "ecs-no-faults",
    description: "Nobody injects faults into a task.",
    severity: "medium",
    remediation: "Remove enableFaultInjection",
    link: `${GUIDE}/fault-injection.html`,
    types: TASK,
    check: property("enableFaultInjection", orAbsent(is(false))),
  }),
  resourceRule({
    name: "ecs-awsvpc",
    description: "A task has a network interface of its own, with its own security groups.",
    severity: "medium",
    references: { fsbp: "ECS.17" },
    remediation: 'Set networkMode: "awsvpc"',
    types: TASK,
    check: property("networkMode", is("awsvpc")),
  }),
  graphRule({
    name: "ecs-split-roles",
    description: "What starts a task and what runs in it have different roles.",
    severity: "medium",
    references: { checkov: "CKV_AWS_249" },
    remediation: "Give executionRoleArn and taskRoleArn a role each",
    link: `${GUIDE}/task-iam-roles.html`,
    types: TASK,
    check: judgeRoles,
  }),
  resourceRule({
    name: "ecs-efs-tls",
    description: "Files on the network are read and written encrypted.",
    severity: "medium",
    references: { fsbp: "ECS.18", checkov: "CKV_AWS_97", trivy: "AWS-0035" },
    remediation: 'Set transitEncryption: "ENABLED" in efsVolumeConfiguration',
    types: TASK,
    check: (resource) =>
      list(resource.inputs.volumes).flatMap((volume, index) =>
        object(volume).efsVolumeConfiguration === undefined
          ? []
          : judge(resource, "volumes[*].efsVolumeConfiguration.transitEncryption", is("ENABLED")).filter(
              (finding) => finding.property?.startsWith(`volumes[${index}]`),
            ),
      ),
  }),
];

/** Ids are unknown in a preview; the same role is then told by what both were computed from. */
function judgeRoles(task: Resource): Finding[] {
  const { executionRoleArn: execution, taskRoleArn: role } = task.inputs;
  const what = "executionRoleArn and taskRoleArn are the same role";
  if (execution === undefined || role === undefined) return [];
  if (![execution, role].some((arn) => arn === UNKNOWN || arn === SECRET))
    return unless(execution !== role, task, what, "taskRoleArn");
  const [left = [], right = []] = ["executionRoleArn", "taskRoleArn"].map(
    (key) => task.propertyDependencies[key] ?? [],
  );
  if (left.length === 0 || right.length === 0) return unless(undefined, task, what, "taskRoleArn");
  return unless(left.join() !== right.join(), task, what, "taskRoleArn");
}

/** Each place where a volume may be written that another container may write, too. */
function judgeWriters(content: Json): ContainerFinding[] {
  const writers = list(content).flatMap((definition, index) =>
    list(object(definition).mountPoints).flatMap((mount, place) => {
      const { sourceVolume, readOnly } = object(mount);
      const property = `containerDefinitions[${index}].mountPoints[${place}].readOnly`;
      return readOnly === true ? [] : [{ index, sourceVolume, property, readOnly }];
    }),
  );
  return writers
    .filter(({ index, sourceVolume }) =>
      writers.some((other) => other.index !== index && other.sourceVolume === sourceVolume),
    )
    .map(({ property, readOnly }) => ({
      outcome: "violation",
      property,
      found: shown(readOnly),
      allowed: "true, as another container writes the volume",
    }));
}
