import "../graph/lazy";
import type { Actions } from "./actions";
import { program } from "./program";
import { run } from "./run";

/** Each is loaded when it is called, so that help and mistakes answer at once. */
const actions: Actions = {
  check: (...args) => (require("./check") as typeof import("./check")).check(...args),
  cost: (...args) => (require("./cost") as typeof import("./cost")).cost(...args),
  down: (...args) => (require("./down") as typeof import("./down")).down(...args),
  drift: (...args) => (require("./drift") as typeof import("./drift")).drift(...args),
  graph: (...args) => (require("./graph") as typeof import("./graph")).graph(...args),
  images: (...args) => (require("./images") as typeof import("./images")).images(...args),
  listSecrets: (...args) => (require("./secret") as typeof import("./secret")).listSecrets(...args),
  preview: (...args) => (require("./preview") as typeof import("./preview")).preview(...args),
  probe: (...args) => (require("./probe") as typeof import("./probe")).probe(...args),
  render: (...args) => (require("./render") as typeof import("./render")).render(...args),
  setSecret: (...args) => (require("./secret") as typeof import("./secret")).setSecret(...args),
  unlock: (...args) => (require("./unlock") as typeof import("./unlock")).unlock(...args),
  up: (...args) => (require("./up") as typeof import("./up")).up(...args),
};

void run(() => program(actions).parseAsync());
