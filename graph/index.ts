export {
  SECRET,
  STACK_TYPE,
  UNKNOWN,
  children,
  componentOf,
  type Graph,
  type Json,
  type Resource,
} from "./resource";
export { declare, type DeclareOptions } from "./offline";
export { declareProject } from "./program";
export { ProgramFailed } from "./program-failed";
export type { Invent } from "./recorder";
export { fromPreview, type PreviewDigest } from "./preview";
export { fromState, type State } from "./state";
export { differences, withoutProviderDefaults } from "./compare";
