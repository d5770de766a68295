import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { version } from "./package.json";
import { readFolder } from "./src/migrate/files";

/** Leaves the services in a file of their own, read only when one of them is run. */
const servicesApart: Plugin = {
  name: "services apart",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\/services\.js$/ }, () => ({ path: "./services.cjs", external: true }));
  },
};

/** Makes what an image holds: code, libraries and migrations, in two files. */
void build({
  entryPoints: { app: join(__dirname, "src/main.ts"), services: join(__dirname, "src/services.ts") },
  outdir: join(__dirname, "dist"),
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // Names are kept, so that a stack trace can be read without a map.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  external: ["pg-native", "@node-rs/xxhash"],
  plugins: [servicesApart],
  // A native import() of a CommonJS file makes Node read all of it twice; require() does not.
  supported: { "dynamic-import": false },
  define: {
    __VERSION__: JSON.stringify(process.env["APP_VERSION"] ?? version),
    __MIGRATIONS__: JSON.stringify(readFolder(join(__dirname, "migrations"))),
  },
  logLevel: "warning",
}).catch(() => process.exit(1));
