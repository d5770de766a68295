import type * as pulumi from "@pulumi/pulumi";

/** One statement of a role's policy: what may be done with what, and on which condition. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string | string[]>>>>>;
}
