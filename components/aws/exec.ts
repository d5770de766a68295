import type { AwsContext } from "./context";
import type { Statement } from "./policy";
import type { TaskContainer } from "./task-container";

/** What a task's role needs so that an operator gets into it through Systems Manager. */
export const execPermissions = ({ arn, environment, keys }: AwsContext): Statement[] => [
  {
    // They know no resources.
    actions: [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ],
    resources: ["*"],
  },
  { actions: ["logs:DescribeLogGroups"], resources: ["*"] },
  {
    actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    resources: [arn("logs", `log-group:/mainstay/${environment.name}/cluster-sessions:*`)],
  },
  { actions: ["kms:Decrypt"], resources: [keys.logs.arn] },
];

/** Systems Manager's agent writes there, as root, whoever the container's user is. */
export const withExecMounts = (container: TaskContainer): TaskContainer => ({
  ...container,
  mounts: [
    ...(container.mounts ?? []),
    { volume: `${container.name}-exec`, path: "/var/lib/amazon" },
    { volume: `${container.name}-exec-log`, path: "/var/log/amazon" },
  ],
});
