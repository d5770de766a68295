/** Values the build script puts in place of these names; absent when the sources run as they are. */
declare const __VERSION__: string | undefined;

/** The app's version, the same in every log line, span and metric. */
export const VERSION = typeof __VERSION__ === "undefined" ? "0.0.0-dev" : __VERSION__;
