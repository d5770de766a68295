import { OperationFailed } from "../outcome";
import { shortName } from "./names";
import type { RunRecord } from "./record";

const SERVICE = "aws:ecs/service:Service";

/**
 * The same record, if every service that was given a version has it. ECS takes a bad release back by itself, and the
 * service is as stable then as after a good one: that is all its provider waits for where ECS does not answer who
 * controls deployments. What it reads afterwards is the version that runs.
 *
 * @throws OperationFailed naming each service that runs another version than it was given
 */
export function refuseTakenBack(what: string, record: RunRecord): RunRecord {
  const differing = record.steps.flatMap(({ op, urn, type, new: after }) => {
    if (type !== SERVICE || !["create", "create-replacement", "update"].includes(op)) return [];
    const [given, runs] = [after?.inputs.taskDefinition, after?.outputs.taskDefinition];
    return given === runs ? [] : [`  ${shortName(urn)}: given ${String(given)}, runs ${String(runs)}`];
  });
  if (differing.length === 0) return record;
  const hint =
    "ECS took the release back: docs/runbooks/aws.md, DeploymentRolledBack, says how to find out why.";
  throw new OperationFailed([`${what} failed:`, ...differing, hint].join("\n"));
}
