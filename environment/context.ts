import type { Scale } from "./scale";
import type { Shape } from "./shape";

export const SHAPE_KEY = "mainstay:shape";
export const SCALE_KEY = "mainstay:scale";
export const SECRETS_KEY = "mainstay:secrets";
export const SECRETS_GIVEN_KEY = "mainstay:secretsGiven";

/** Stands for a value that is encrypted in the stack file and cannot be read here. */
export const OPAQUE = "\u0000encrypted";

/** Stands for a secret that is not encrypted where it should be; what it is does not matter. */
export const PLAIN_TEXT = "\u0000plain text";

/** The files a stack's configuration stands in. */
export const filesOf = (stack: string) => ({ project: "Pulumi.yaml", stack: `Pulumi.${stack}.yaml` });

/** The command people give a secret by. */
export const givingSecret = (stack: string, name: string) =>
  `npm run mainstay -- secret set ${stack} ${name}`;

/** The configuration values as they were read, before anything is known of them. */
export interface RawConfiguration {
  readonly stack: string;
  readonly shape: unknown;
  readonly scale: unknown;
  readonly secrets: unknown;
  readonly secretsGiven: unknown;
  /** Keys with something encrypted in their value, where that is known and the values are decrypted. */
  readonly encrypted?: readonly string[];
}

/** The parsed configuration, with the names of its files. Reading a part that is not valid ends a check. */
export interface Context {
  readonly stack: string;
  readonly files: ReturnType<typeof filesOf>;
  readonly shape: Shape;
  readonly scale: Scale;
  readonly secrets: Readonly<Record<string, string>>;
  /** The day each was given, where that was written down. */
  readonly secretsGiven: Readonly<Record<string, string>>;
}

/** Where a value of the stack's scale stands. */
export const inScale = ({ files }: Pick<Context, "files">, key: string) => ({
  file: files.stack,
  key: `${SCALE_KEY}.${key}`,
});

/** Where a secret of the stack stands. */
export const inSecrets = ({ files }: Pick<Context, "files">, name: string) => ({
  file: files.stack,
  key: `${SECRETS_KEY}.${name}`,
});
