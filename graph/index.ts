export {
  SECRET,
  STACK_TYPE,
  UNKNOWN,
  children,
  componentOf,
  pathsOf,
  type Graph,
  type Json,
  type Resource,
} from "./resource";
export { declare, type DeclareOptions, type Program } from "./offline";
export type { Invent, StandIns } from "./recorder";
export { holdsStandIn, replaceStandIns } from "./stand-in";
export { fromPreview, type PreviewDigest } from "./preview";
export { fromState, type State } from "./state";
export { differences, withoutProviderDefaults, type Difference } from "./compare";
