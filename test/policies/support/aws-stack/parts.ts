import { UNKNOWN, type Json } from "../../../../graph/resource";
import { told, type Given } from "../graphs";

/** A resource of AWS: plain inputs, and ids of others nobody knows before `up`. */
export function aws(
  type: string,
  inputs: Record<string, Json>,
  ids: readonly (readonly [string, string])[] = [],
  partly: Given["from"] = {},
): Given {
  const { inputs: unknown, from } = told(...ids);
  return { type, inputs: { ...unknown, ...inputs }, from: { ...from, ...partly } };
}

export const ACCOUNT = "123456789012";

export const alarm = (metricName: string, of: string): Given =>
  aws(
    "cloudwatch/metricAlarm",
    {
      metricName,
      comparisonOperator: metricName.startsWith("Free") ? "LessThanThreshold" : "GreaterThanThreshold",
      threshold: 80,
      period: 300,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      alarmActions: [UNKNOWN],
      treatMissingData: "breaching",
    },
    [["dimensions", of]],
    { alarmActions: ["topic"] },
  );

/** A policy of these statements. */
export const document = (...Statement: Json[]) => JSON.stringify({ Version: "2012-10-17", Statement });
