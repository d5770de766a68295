"use strict";

/**
 * Lets Node load this project's TypeScript: esbuild takes the types out. What esbuild and V8 have made of a file is
 * kept, and made again where it is not from this very text, by these very programs, or not whole: a command loads a
 * thousand files, and would spend a third of its time on compiling them anew.
 */
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join } = require("node:path");
const { cachedDataVersionTag, setFlagsFromString } = require("node:v8");
const { constants, Script } = require("node:vm");
const esbuild = require("esbuild/package.json").version;

// Commands run for a second or two: what V8 optimises after its usual time pays back in none of them.
setFlagsFromString("--interrupt-budget=1000000");

const KEPT = join(__dirname, "node_modules/.cache/mainstay");
/** Also tells the version of V8, its flags and the processor. */
const MADE_BY = [esbuild, process.version, cachedDataVersionTag()].join(" ");
const SEAL_BYTES = 20;

const sealOf = (text, made) => createHash("sha1").update(MADE_BY).update(text).update(made).digest();
const placeOf = (file, kind) =>
  join(KEPT, `${createHash("sha1").update(MADE_BY).update(file).digest("hex")}.${kind}`);

/** What was made of a text before, if it can be relied on. */
function kept(file, kind, text) {
  try {
    const content = readFileSync(placeOf(file, kind));
    const made = content.subarray(SEAL_BYTES);
    return sealOf(text, made).equals(content.subarray(0, SEAL_BYTES)) ? made : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever reads sees all of it or none. Where nothing can be written, it is made again every time. */
function keep(file, kind, text, made) {
  try {
    const place = placeOf(file, kind);
    const unfinished = `${place}.${process.pid}`;
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(unfinished, Buffer.concat([sealOf(text, made), made]));
    renameSync(unfinished, place);
  } catch {
    // A cache is no reason to fail.
  }
}

/** The JavaScript of a file, and where in the file each part of it was. */
function transpiled(file, text) {
  const before = kept(file, "js", text);
  if (before) return JSON.parse(before.toString());
  const { code, map } = require("esbuild").transformSync(text, {
    loader: "ts",
    format: "cjs",
    platform: "node",
    target: `node${process.versions.node}`,
    sourcefile: file,
    sourcemap: "external",
    sourcesContent: false,
  });
  keep(file, "js", text, Buffer.from(JSON.stringify({ code, map })));
  return { code, map };
}

const maps = new Map();

Module._extensions[".ts"] = (module, file) => {
  const { code, map } = transpiled(file, readFileSync(file, "utf8"));
  maps.set(file, map);
  module._compile(code, file);
};

/** A line of a trace, as people know the file. */
function asWritten(call) {
  const map = maps.get(call.getFileName());
  if (!map) return String(call);
  const from = new Module.SourceMap(JSON.parse(map));
  const { originalLine, originalColumn } = from.findEntry(
    call.getLineNumber() - 1,
    call.getColumnNumber() - 1,
  );
  return String(call).replace(/:\d+:\d+/, `:${originalLine + 1}:${originalColumn + 1}`);
}

Error.prepareStackTrace = (error, calls) =>
  [error, ...calls.map((call) => `    at ${asWritten(call)}`)].join("\n");

/** V8 compiles most functions when they are called first: what it has to show is worth keeping at the end. */
function keepCompiled() {
  const compiled = [];
  Module.prototype._compile = function (code, file) {
    const cachedData = kept(file, "v8", code);
    const script = new Script(Module.wrap(code.replace(/^#!.*/, "")), {
      filename: file,
      cachedData,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (!cachedData || script.cachedDataRejected) compiled.push({ file, code, script });
    const load = script.runInThisContext();
    return load.call(this.exports, this.exports, requireOf(this), this, file, dirname(file));
  };
  process.on("exit", () => {
    for (const { file, code, script } of compiled) keep(file, "v8", code, script.createCachedData());
  });
}

const requireOf = (module) =>
  Object.assign((id) => module.require(id), {
    resolve: Object.assign((id, options) => Module._resolveFilename(id, module, false, options), {
      paths: (id) => Module._resolveLookupPaths(id, module),
    }),
    main: process.mainModule,
    extensions: Module._extensions,
    cache: Module._cache,
  });

// From version 22 on Node does it by itself.
if (Module.enableCompileCache) Module.enableCompileCache(KEPT);
else keepCompiled();
