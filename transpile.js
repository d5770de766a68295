"use strict";

/**
 * Lets Node load this project's TypeScript, by tsx. Packages are JavaScript already: where one package loads
 * another, tsx is left out, which would take as long over it as all of the loading does.
 */
const Module = require("node:module");
const { sep } = require("node:path");

// From Node 22 on, what is compiled once need not be again.
Module.enableCompileCache?.();

const node = { resolve: Module._resolveFilename, load: Module._extensions[".js"] };
require("tsx/cjs");
const tsx = { resolve: Module._resolveFilename, load: Module._extensions[".js"] };

const isPackaged = (file) => file?.includes(`${sep}node_modules${sep}`);

Module._resolveFilename = function (request, parent, ...options) {
  const { resolve } = isPackaged(parent?.filename) ? node : tsx;
  return resolve.call(this, request, parent, ...options);
};
Module._extensions[".js"] = function (module, filename) {
  const { load } = isPackaged(filename) ? node : tsx;
  return load.call(this, module, filename);
};
