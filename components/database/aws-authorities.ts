import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../aws/context";
import { imageOf } from "../aws/images";
import type { TaskContainer, TaskMount } from "../aws/task-container";

const VOLUME = "authorities";
/** Where the writer has the volume: its image declares it a VOLUME that everybody may write to. */
const WRITTEN_IN = "/tmp";
/** Where the others have it, and only read. */
const DIRECTORY = "/run/authorities";
const FILE = "database.pem";

/** A file with the database's authorities, for containers of one task. */
export interface AuthoritiesFile {
  /** Writes it, before the containers that name it in `after` start. */
  readonly writer: TaskContainer;
  readonly mount: TaskMount;
  readonly path: string;
}

/**
 * Tools take the certificates they check the database's against from a file, and a task on Fargate starts without
 * any: a container that runs before them writes it to a volume of the task.
 *
 * @param authorities PEM certificates; public
 */
export function authoritiesFile(context: AwsContext, authorities: pulumi.Input<string>): AuthoritiesFile {
  const script = `require("fs").writeFileSync("${WRITTEN_IN}/${FILE}", process.env.AUTHORITIES)`;
  const writer: TaskContainer = {
    name: "authorities",
    // It has Node, as an app may not, and every environment runs it, whatever its app's image is called.
    image: imageOf(context, "backup"),
    user: "10050:10050",
    entryPoint: ["node"],
    command: ["-e", script],
    environment: { AUTHORITIES: authorities },
    mounts: [{ volume: VOLUME, path: WRITTEN_IN }],
    runsOnce: true,
  };
  return {
    writer,
    mount: { volume: VOLUME, path: DIRECTORY, readOnly: true },
    path: `${DIRECTORY}/${FILE}`,
  };
}
