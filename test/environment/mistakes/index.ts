/** The table of mistakes: what may go wrong in a configuration, and what is said of it. */
import { OF_FORMATS } from "./formats";
import { OF_KEYS } from "./keys";
import { OF_SECRETS } from "./secrets";
import { OF_SERVICES } from "./services";
import { OF_TYPES } from "./types";
import { OF_VALUES } from "./values";
import { OF_VARIABLES } from "./variables";
import type { Mistake } from "./mistake";

export const MISTAKES: readonly Mistake[] = [
  ...OF_TYPES,
  ...OF_KEYS,
  ...OF_FORMATS,
  ...OF_SERVICES,
  ...OF_VALUES,
  ...OF_SECRETS,
  ...OF_VARIABLES,
];
