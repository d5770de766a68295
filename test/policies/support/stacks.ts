import { join } from "node:path";
import { inventAws } from "../../components/support/aws-outputs";
import { OPAQUE } from "../../../environment/context";
import { readStackFiles } from "../../../environment/stack-files";
import { declareStack } from "../../../components/root";
import { standIns } from "../../../policies/stand-ins";
import { dockerHost } from "../../support/docker-host";
import { declare, type Graph, type Invent } from "../../../graph";
import { changed, partsOf } from "./graphs";

export const ROOT = join(__dirname, "../../..");
/** The stacks as they are committed. */
export const STACKS = ["local", "staging", "prod"] as const;

/** Those on a Docker host, and the documentation's example of one. */
export const DOCKER_STACKS = ["local", "docker-host"] as const;

const filesOf = (stack: string) => (stack === "docker-host" ? dockerHost() : readStackFiles(ROOT, stack));

/** What a stack of this project declares, without any engine. */
export const declareReal = (stack: string, invent?: Invent): Promise<Graph> =>
  declare(declareStack, { ...filesOf(stack), invent });

/** Settings that are different, by their paths in the scale; one that is undefined is gone. */
export type ScaleChange = Readonly<Record<string, unknown>>;

export interface Sketched {
  /** What the stack is called. Default: as its file. */
  readonly name?: string;
  /** Names of secrets that people have given it. */
  readonly secrets?: readonly string[];
  /** Something else for what shape and scale say. */
  readonly rewrite?: (text: string) => string;
}

/** The same with what is known of values only `up` can tell, as it is compared. */
export function sketchReal(
  stack: string,
  change: ScaleChange = {},
  { name = stack, secrets = [], rewrite = (text) => text }: Sketched = {},
): Promise<Graph> {
  const files = filesOf(stack);
  const { "mainstay:shape": shape = "{}", "mainstay:scale": scale = "{}" } = files.config;
  const changedScale = Object.entries(change).reduce(
    (given: unknown, [path, to]) => changed(given, partsOf(path), to),
    JSON.parse(rewrite(scale)),
  );
  const config = {
    ...files.config,
    "mainstay:shape": rewrite(shape),
    "mainstay:scale": JSON.stringify(changedScale),
    "mainstay:secrets": JSON.stringify(Object.fromEntries(secrets.map((one) => [one, OPAQUE]))),
  };
  return declare(declareStack, { ...files, stack: name, config, standIns });
}

const PEM = "-----BEGIN CERTIFICATE-----";

/** What `up` would tell, so that documents with ARNs in them can be read. */
export const inventOutputs: Invent = (resource) => {
  const { type, name } = resource;
  switch (type.split(":")[0]) {
    case "aws":
      return inventAws(resource);
    case "random":
      return { id: "none", result: `result of ${name}` };
    case "tls":
      return { id: name, privateKeyPem: PEM, publicKeyPem: PEM, certRequestPem: PEM, certPem: PEM };
    case "docker":
      return { id: name, imageId: `sha256:${"0".repeat(64)}`, exitCode: 0, containerLogs: "" };
    default:
      return undefined;
  }
};
