import { IMAGES } from "../../../environment/images";
import { drop, production, type Change } from "../support/configuration";

/** A kind of mistake: how it comes about, and each line that is said of it. */
export interface Mistake {
  readonly kind: string;
  readonly changes: readonly Change[];
  readonly says: readonly string[];
}

/** Secret texts of the table: none of them may ever be said. */
export const SECRETS = ["sk-live-4f1d9c07a2b8", "hunter2"] as const;
export const [KEY, SHORT] = SECRETS;

export const inProduction = [production, drop("scale.variables.API_DOCS_ENABLED")];
export const IMAGE_NAMES = Object.keys(IMAGES).join(", ");
export const DIGEST = `sha256:${"a".repeat(64)}`;
