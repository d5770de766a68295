/** What stacks' files choose, as entries of `differences.ts` and `differences-aws.ts`. */
import { BASE_IMAGES, IMAGES } from "../environment/images";
import { OWNERS } from "../environment/scale-common";
import type { DeclaredDifference } from "./parity/compare";

type Place = DeclaredDifference["path"] | Pick<DeclaredDifference, "path" | "lines">;

/** What each stack's file chooses for itself: wherever it says the same in two of them, nothing is missing. */
export const chosen = (reason: string, ...places: readonly Place[]): DeclaredDifference[] =>
  places.map((place) => ({
    ...(typeof place === "string" || place instanceof RegExp ? { path: place } : place),
    optional: true,
    reason,
  }));

export const RELEASE = "a release is in staging first, and is taken back where it fails";
export const SIZE = "staging is smaller: it serves nobody but those who test";
export const BY_SIZE = "it is shared out or judged by what there is of it";
export const ADDRESS = "each environment has an address of its own";
export const HISTORY = "production's history is longer, so that a quarter can be compared with the last";
export const RECEIVERS = "who hears of alerts is said for each environment, and fewer hear of staging";
export const GIVEN = "a key is given where it is a real one, and made up for a stand-in";
export const ROTATION = "secrets are replaced in one environment after the other";

/** Of the images table, those that others make. */
const THIRD_PARTY = Object.keys(IMAGES).filter((name) => !(name in BASE_IMAGES));
/** The name of any other image: Mainstay's own, and those a stack names for its services. */
export const OWN_IMAGE = `(?!(?:${THIRD_PARTY.join("|")})(?![a-z0-9-]))[a-z0-9-]+`;
/** Of a repository that both have. */
export const VERSION = /^[\w.-]+(@sha256:[0-9a-f]{64})?$|^sha256:[0-9a-f]{64}$/;

/** Addresses there are, and no stars: who may call is never wider in one of the two. */
export const ORIGINS = [/^(https:\/\/[^*,\s]+(,\s*https:\/\/[^*,\s]+)*)?$/];

export const OWNER = `(?:${OWNERS.join("|")})`;
/** Of Alertmanager's configuration, what leads an owner's alerts to who hears of them instead of all others. */
export const ROUTING = [
  /^routes:$/,
  /^- matchers:$/,
  new RegExp(`^- owner="${OWNER}"$`),
  new RegExp(`^(receiver|- name): \\w+-${OWNER}$`),
  new RegExp(`^- topic_arn: <environment/topics/topics-\\w+-${OWNER}:Topic\\.arn>$`),
];
