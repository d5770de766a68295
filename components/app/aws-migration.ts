import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment, Service } from "../../environment/environment";
import type { AwsContext } from "../aws/context";
import { FargateTask } from "../aws/fargate-task";
import { AwsFunction } from "../aws/function";
import { imageOf } from "../aws/images";
import type { AwsKind } from "../aws/kind";
import type { TaskContainer } from "../aws/task-container";
import { authoritiesFile } from "../database/aws-authorities";
import type { Database } from "../database/contract";
import type { Network } from "../network/contract";
import type { AwsSettings } from "./aws-settings";

export interface MigrationArgs {
  readonly migration: NonNullable<AwsEnvironment["migration"]>;
  /** The service whose size it has, and whose variables it shares. */
  readonly like: Service;
  readonly user: string;
  readonly network: Network<AwsKind>;
  readonly database: Database<AwsKind>;
  readonly settings: AwsSettings;
}

/** The task, and its container that migrates. */
const MIGRATION = "migration";
const MIGRATOR = "migrator";
/** The user of the official image of PostgreSQL. */
const POSTGRES_USER = "999:999";
/** Lambda's longest. A migration that takes longer goes on, the update says so, and the next one waits for it. */
const LONGEST_SECONDS = 900;

/**
 * One task, run to its end by an update whenever something of it changed: it makes the database's users, passwords and
 * grants right, as its administrator, then migrates as the migrator. A failed one fails the update.
 */
export class AwsMigration extends pulumi.ComponentResource {
  /** Exists once the task has ended well. */
  readonly done: pulumi.Resource;

  constructor(
    private readonly context: AwsContext,
    private readonly component: string,
    private readonly args: MigrationArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:Migration", MIGRATION, {}, opts);
    const task = this.task();
    const runner = this.runner(task);
    this.done = this.run(task, runner);
    this.registerOutputs({});
  }

  private task(): FargateTask {
    const { database, telemetry } = this.args.network.tiers;
    return new FargateTask(
      this.context,
      MIGRATION,
      { component: this.component, containers: this.containers(), tiers: [telemetry, database] },
      { parent: this },
    );
  }

  private containers(): TaskContainer[] {
    const { migration, like, user, database, settings } = this.args;
    const authorities = authoritiesFile(this.context, database.authorities);
    const roles = this.roles(authorities);
    const { plain, secret } = settings.of(like, MIGRATOR, migration.variables, authorities.path);
    return [
      authorities.writer,
      roles,
      {
        name: MIGRATION,
        image: imageOf(this.context, migration.image),
        command: migration.command,
        user,
        memoryMiB: like.memoryMiB,
        cpus: like.cpus,
        environment: plain,
        secrets: secret,
        mounts: [{ volume: "tmp", path: "/tmp" }, authorities.mount],
        after: [authorities.writer.name, roles.name],
      },
    ];
  }

  /** The administrator's password is RDS's own to rotate, so it is read by the task alone, each time anew. */
  private roles({ writer, mount, path }: ReturnType<typeof authoritiesFile>): TaskContainer {
    const { database } = this.args;
    const master = (key: string) => ({
      arn: database.masterSecretArn,
      valueFrom: pulumi.interpolate`${database.masterSecretArn}:${key}::`,
    });
    return {
      name: "roles",
      image: imageOf(this.context, "postgres"),
      user: POSTGRES_USER,
      entryPoint: ["sh", "-c"],
      // psql reads commands of its own only from a file, and standard input is one.
      command: [`printf '%s\\n' "$ROLES_SQL" | psql --no-psqlrc --quiet --file -`],
      environment: {
        PGHOST: database.host,
        PGPORT: String(database.port),
        PGDATABASE: "postgres",
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: path,
      },
      secrets: {
        PGUSER: master("username"),
        PGPASSWORD: master("password"),
        ROLES_SQL: database.rolesSql,
      },
      mounts: [mount],
      after: [writer.name],
      runsOnce: true,
    };
  }

  private runner(task: FargateTask): AwsFunction {
    const { arn, cluster, prefix } = this.context;
    return new AwsFunction(
      this.context,
      "migration-runner",
      {
        component: this.component,
        description: "Runs the migration to its end, and fails where it does",
        code: "run-task",
        timeoutSeconds: LONGEST_SECONDS,
        permissions: [
          {
            actions: ["ecs:RunTask"],
            resources: [arn("ecs", `task-definition/${prefix}-${MIGRATION}:*`)],
            conditions: { ArnEquals: { "ecs:cluster": cluster.arn } },
          },
          {
            // It knows no resources but container instances, which Fargate has none of.
            actions: ["ecs:ListTasks"],
            resources: ["*"],
            conditions: { ArnEquals: { "ecs:cluster": cluster.arn } },
          },
          {
            actions: ["ecs:DescribeTasks", "ecs:TagResource"],
            resources: [pulumi.interpolate`${arn("ecs", "task")}/${cluster.name}/*`],
          },
          {
            actions: ["iam:PassRole"],
            resources: [task.executionRole.arn, task.taskRole.arn],
            conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
          },
        ],
      },
      { parent: this },
    );
  }

  /** Runs it now, and again whenever its definition is another: its image, its settings, a secret's version. */
  private run(task: FargateTask, runner: AwsFunction): pulumi.Resource {
    const { database } = this.args;
    return new aws.lambda.Invocation(
      MIGRATION,
      {
        functionName: runner.function.name,
        input: pulumi.jsonStringify({
          cluster: this.context.cluster.arn,
          taskDefinition: task.definition.arn,
          ...task.network,
          logGroup: task.logs.name,
        }),
      },
      {
        parent: this,
        dependsOn: [...runner.ready, ...task.ready, database],
        customTimeouts: { create: "20m" },
      },
    );
  }
}
