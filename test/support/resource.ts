import type { Resource } from "../../graph";

/** A resource of a made-up type, for tests that say only what they are about: `{ ...RESOURCE, inputs }`. */
export const RESOURCE: Resource = {
  urn: "urn:pulumi:s::p::a:b:C::x",
  type: "a:b:C",
  name: "x",
  parent: null,
  custom: true,
  inputs: {},
  secrets: [],
  providerDefaults: [],
  dependencies: [],
  propertyDependencies: {},
  protect: false,
  retainOnDelete: false,
  ignoreChanges: [],
  provider: null,
};
