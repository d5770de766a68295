import { z } from "zod";
import { variableName } from "./fields";
import { awsScale } from "./scale-aws";
import { dockerScale } from "./scale-docker";

/** The scale: what may differ from one environment to the next. It stands in Pulumi.<stack>.yaml. */

/** Everything under `mainstay:scale`. */
export const scale = z.discriminatedUnion("platform", [dockerScale, awsScale]);

export type Scale = z.output<typeof scale>;
export type DockerScale = z.output<typeof dockerScale>;
export type AwsScale = z.output<typeof awsScale>;
export type { Receiver } from "./scale-common";

/** `mainstay:secrets`: values given by people, each encrypted by `npm run mainstay -- secret set`. */
export const secrets = z
  .record(variableName, z.string().min(1, { error: "a text that is not empty" }))
  .default({});
