"use strict";

/**
 * A provider of any package: takes what it is given, and makes nothing. As with a real one, what it would make is
 * unknown in a preview. Started by the engine as a plugin.
 */
const { main } = require("@pulumi/pulumi/provider");

main(
  {
    version: "1.0.0",
    check: (_urn, _before, inputs) => Promise.resolve({ inputs }),
    diff: () => Promise.resolve({ changes: false }),
    create: (_urn, outs) => Promise.resolve({ id: "made", outs }),
  },
  process.argv.slice(2),
);
