import type { Scale } from "./scale";
import type { Shape } from "./shape";

export const SHAPE_KEY = "mainstay:shape";
export const SCALE_KEY = "mainstay:scale";
export const SECRETS_KEY = "mainstay:secrets";
export const SECRETS_GIVEN_KEY = "mainstay:secretsGiven";

/** In the place of a value that is encrypted in the stack file and cannot be read here. */
export const OPAQUE = "\u0000encrypted";

/** In the place of a secret that should be encrypted and is not; its value is not carried any further. */
export const PLAIN_TEXT = "\u0000plain text";

/** The names of the files that hold a stack's configuration. */
export const filesOf = (stack: string) => ({ project: "Pulumi.yaml", stack: `Pulumi.${stack}.yaml` });

/** The command that sets a secret. */
export const givingSecret = (stack: string, name: string) =>
  `npm run mainstay -- secret set ${stack} ${name}`;

/** The configuration values as they were read, unparsed. */
export interface RawConfiguration {
  readonly stack: string;
  readonly shape: unknown;
  readonly scale: unknown;
  readonly secrets: unknown;
  readonly secretsGiven: unknown;
  /** Keys with something encrypted in their value, where that is known and the values are decrypted. */
  readonly encrypted?: readonly string[];
}

/** The parsed configuration, with the names of its files. Reading an invalid part ends the check that reads it. */
export interface Context {
  readonly stack: string;
  readonly files: ReturnType<typeof filesOf>;
  readonly shape: Shape;
  readonly scale: Scale;
  readonly secrets: Readonly<Record<string, string>>;
  /** The day each was set, where it is on record. */
  readonly secretsGiven: Readonly<Record<string, string>>;
}

/** The place of a value in the stack's scale. */
export const inScale = ({ files }: Pick<Context, "files">, key: string) => ({
  file: files.stack,
  key: `${SCALE_KEY}.${key}`,
});

/** The place of a secret in the stack's file. */
export const inSecrets = ({ files }: Pick<Context, "files">, name: string) => ({
  file: files.stack,
  key: `${SECRETS_KEY}.${name}`,
});
