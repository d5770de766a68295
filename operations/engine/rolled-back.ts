import { OperationFailed } from "../outcome";
import { shortName } from "./names";
import type { RunRecord } from "./record";

const SERVICE = "aws:ecs/service:Service";

/**
 * Returns the same record if every service runs the version it was given. ECS rolls a bad release back by itself, and
 * the service is then as stable as after a good one, which is all the provider waits for where ECS does not report the
 * deployment controller. What the provider reads afterwards is the version that runs.
 *
 * @throws OperationFailed naming each service that runs another version than it was given
 */
export function refuseRolledBack(what: string, record: RunRecord): RunRecord {
  const differing = record.steps.flatMap(({ op, urn, type, new: after }) => {
    if (type !== SERVICE || !["create", "create-replacement", "update"].includes(op)) return [];
    const [given, runs] = [after?.inputs.taskDefinition, after?.outputs.taskDefinition];
    return given === runs ? [] : [`  ${shortName(urn)}: given ${String(given)}, runs ${String(runs)}`];
  });
  if (differing.length === 0) return record;
  const hint =
    "ECS rolled the release back: docs/runbooks/aws.md, DeploymentRolledBack, says how to find out why.";
  throw new OperationFailed([`${what} failed:`, ...differing, hint].join("\n"));
}
