"use strict";

// The engine would compile the pack with type checks at every start. `npm run typecheck` has done that.
require("../transpile");
require("./index.ts");
