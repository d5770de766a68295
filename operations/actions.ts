import type { check } from "./check";
import type { cost } from "./cost";
import type { down } from "./down";
import type { drift } from "./drift";
import type { graph } from "./graph";
import type { images } from "./images";
import type { preview } from "./preview";
import type { probe } from "./probe";
import type { render } from "./render";
import type { listSecrets, setSecret } from "./secret";
import type { unlock } from "./unlock";
import type { up } from "./up";

/** The functions behind the commands, apart from the command line. */
export interface Actions {
  readonly check: typeof check;
  readonly cost: typeof cost;
  readonly down: typeof down;
  readonly drift: typeof drift;
  readonly graph: typeof graph;
  readonly images: typeof images;
  readonly listSecrets: typeof listSecrets;
  readonly preview: typeof preview;
  readonly probe: typeof probe;
  readonly render: typeof render;
  readonly setSecret: typeof setSecret;
  readonly unlock: typeof unlock;
  readonly up: typeof up;
}
