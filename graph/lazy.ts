/**
 * Leaves out, until it is used, what the SDKs load at their import and programs hardly ever use. That is most
 * of what an import takes: the TypeScript compiler and npm's tree of packages, for functions that are turned
 * into text; the Automation API; what speaks to an engine; the namespaces of AWS, of which there are over two
 * hundred; other kinds of Grafana's dashboards; and what zod says in fifty languages.
 *
 * Importing this module is enough, before the SDKs. Every one of the modules is still to be had: the first
 * property that is asked of it loads it. Where the engine runs the program, nothing of this takes place.
 */
import { Module } from "node:module";

interface Loader {
  _load(request: string, parent: { filename?: string | null } | undefined, isMain: boolean): unknown;
}

type Properties = Record<string | symbol, unknown>;

/** Who asks for a module, and for which: only such as are used by their properties, and never copied whole. */
const LAZY: readonly { readonly by: RegExp; readonly requests: RegExp }[] = [
  {
    by: /\/@pulumi\/pulumi\/runtime\/closure\/\w+\.js$/,
    requests: /typescript-shim$|^@npmcli\/arborist$|^normalize-package-data$|^semver$/,
  },
  { by: /\/@pulumi\/pulumi\/provider\/experimental\/\w+\.js$/, requests: /typescript-shim$/ },
  { by: /\/@pulumi\/pulumi\/index\.js$/, requests: /^\.\/(automation|provider)$/ },
  {
    by: /\/@pulumi\/pulumi\/(errors|runtime\/\w+)\.js$/,
    requests: /^@grpc\/grpc-js$|_grpc_pb$|^@opentelemetry\/api$|^semver$/,
  },
  { by: /\/zod\/v4\/(core\/index|classic\/external)\.cjs$/, requests: /^\.\.\/locales\/index\.cjs$/ },
  {
    by: /\/@grafana\/grafana-foundation-sdk\/dist\/\w+\/\w+\.gen\.js$/,
    requests: /^\.\.\/dashboardv2(beta1)?$/,
  },
  { by: /\/@pulumi\/aws\/index\.js$/, requests: /^\.\/(?!provider$|tags$|utils$|utilities$)[a-z0-9]+$/ },
];

const loader = Module as unknown as Loader;
const load = loader._load;

loader._load = function (request, parent, isMain) {
  const by = parent?.filename?.replaceAll("\\", "/") ?? "";
  const later = LAZY.some((one) => one.requests.test(request) && one.by.test(by));
  return later
    ? deferred(() => load.call(this, request, parent, isMain))
    : load.call(this, request, parent, isMain);
};

/** A module that is loaded when something is asked of it. */
function deferred(loadIt: () => unknown): Properties {
  let loaded: Properties | undefined;
  const module = () => (loaded ??= loadIt() as Properties);
  return new Proxy<Properties>(
    {},
    {
      // Compiled imports ask for this first. Whoever is told no copies all properties, which would load it.
      get: (_, key) =>
        key === "__esModule" ? true : key === "default" ? (module().default ?? module()) : module()[key],
      has: (_, key) => key in module(),
    },
  );
}
