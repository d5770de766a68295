/**
 * Defers what the SDKs load when they are imported and programs hardly ever use. That is most of the time an import
 * takes: the TypeScript compiler and npm's package tree, for serialising functions; the Automation API; the gRPC client
 * of an engine; over two hundred namespaces of AWS; other versions of Grafana's dashboards; and zod's fifty locales.
 *
 * Import this module before the SDKs; nothing else is needed. Each deferred module loads when a property of it is first
 * read. None of this happens where the engine runs the program.
 */
import { Module } from "node:module";

interface Loader {
  _load(request: string, parent: { filename?: string | null } | undefined, isMain: boolean): unknown;
}

type Properties = Record<string | symbol, unknown>;

/** Which requires are deferred, by the requiring file: only modules used by their properties, never copied whole. */
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

/** A module that is loaded when a property of it is first read. */
function deferred(loadIt: () => unknown): Properties {
  let loaded: Properties | undefined;
  const module = () => (loaded ??= loadIt() as Properties);
  return new Proxy<Properties>(
    {},
    {
      // Compiled imports read this first. With any other answer they copy all properties, which would load it.
      get: (_, key) =>
        key === "__esModule" ? true : key === "default" ? (module().default ?? module()) : module()[key],
      has: (_, key) => key in module(),
    },
  );
}
