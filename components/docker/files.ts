import { createHash, createHmac } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { labels, type DockerContext } from "./context";

/** Files for one container, by name within the directory they appear in. */
export interface FilesArgs {
  readonly component: string;
  /** Absolute directory the files appear in. */
  readonly directory: string;
  readonly files: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Configuration and secrets as files: a volume, and a container that is never started and only carries the
 * files into it, because Docker refuses to copy into a container whose own root file system is read-only.
 *
 * The files are readable by any user, so that the container's can read them; the volume is mounted, read-only,
 * into its one consumer (or the copies of one) and into nothing else.
 *
 * A carrier adds files and takes none away, so another set of names gets another volume: what is no longer declared
 * is gone from the host once its consumers have the new one. It is another resource, too, and no replacement of one:
 * what is replaced takes all its consumers with it at once, and, where an update has ended in between, is in the way
 * of going back.
 */
export class Files extends pulumi.ComponentResource {
  readonly mount: docker.types.input.ContainerMount;
  /** Changes when any file does. */
  readonly digest: pulumi.Output<string>;
  /** Tells several of one container apart. */
  readonly label: string;

  constructor(context: DockerContext, name: string, args: FilesArgs, opts: pulumi.ComponentResourceOptions) {
    super("mainstay:docker:Files", name, {}, opts);
    const parent = { parent: this };
    const named = `${name}-${digestOfNames(args.files)}`;
    const volume = new docker.Volume(
      named,
      { name: `${context.prefix}-${named}`, driver: "local", labels: labels(context, args.component) },
      // Its name before it had the digest in it.
      { ...parent, aliases: [{ name }] },
    );
    const uploads = Object.entries(args.files).map(([file, content]) => ({
      file: `/files/${file}`,
      content,
      permissions: "0444",
    }));
    this.digest = digest(args.files, context.digestKey);
    new docker.Container(
      `${name}-carrier`,
      {
        name: `${context.prefix}-${name}-carrier`,
        hostname: `${name}-carrier`,
        image: context.image("carrier"),
        command: ["true"],
        user: "65534:65534",
        envs: [],
        labels: labels(context, args.component, { "mainstay.files": this.digest }),
        uploads,
        mounts: [{ type: "volume", source: volume.name, target: "/files", readOnly: false }],
        start: false,
        mustRun: false,
        restart: "no",
        networkMode: "none",
        privileged: false,
        capabilities: { adds: [], drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        ipcMode: "private",
        init: false,
        readOnly: false,
        memory: 16,
        memorySwap: 16,
        cpus: "0.1",
        shmSize: 64,
        logDriver: "json-file",
        logOpts: { "max-size": "1m", "max-file": "1" },
        stopTimeout: 1,
      },
      { ...parent, deleteBeforeReplace: true },
    );
    this.mount = { type: "volume", source: volume.name, target: args.directory, readOnly: true };
    this.label = args.directory.replace(/^\//, "").replaceAll("/", "-");
    this.registerOutputs({});
  }
}

const digestOfNames = (files: FilesArgs["files"]) =>
  createHash("sha256")
    .update(JSON.stringify(Object.keys(files).sort()))
    .digest("hex")
    .slice(0, 8);

/**
 * A digest of all files, for labels anybody may see. Where files hold more than the plain configuration it is
 * keyed, so that a weak secret cannot be guessed from it.
 */
function digest(files: FilesArgs["files"], key: pulumi.Output<string>): pulumi.Output<string> {
  const isPlain = Object.values(files).every((content) => typeof content === "string");
  const hashed = pulumi.all([pulumi.all(files), isPlain ? "" : key]).apply(([contents, secret]) => {
    const sorted = Object.entries(contents).sort(([a], [b]) => (a < b ? -1 : 1));
    return createHmac("sha256", secret).update(JSON.stringify(sorted)).digest("hex").slice(0, 32);
  });
  return pulumi.unsecret(hashed);
}
