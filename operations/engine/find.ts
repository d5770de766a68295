import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, sep } from "node:path";
import { note } from "../terminal";

/** A Pulumi CLI that answers. */
export interface Cli {
  readonly path: string;
  readonly version: string;
}

/** A CLI, or why there is none. */
export type Search =
  { readonly cli: Cli; readonly why?: undefined } | { readonly cli?: undefined; readonly why: string };

/** The npm package downloads the CLI itself, some 100 MB, at its first run. */
const DOWNLOAD_MS = 300_000;

/** An answer that takes longer than this is waiting for the download. */
const DOWNLOAD_NOTICE_MS = 3_000;

/**
 * Looks for the Pulumi CLI: an installed one first, else that of the npm package `pulumi`.
 *
 * In an npm script the packages' own programs come before everything else on the PATH. The one of the package
 * `pulumi` would hide an installed CLI there, and fail where it cannot download its own.
 */
export async function findCli(root: string, env: NodeJS.ProcessEnv = process.env): Promise<Search> {
  const installed = onPath("pulumi", env.PATH ?? "");
  const packaged = executable(join(root, "node_modules", ".bin", "pulumi"));
  const failures: string[] = [];
  for (const path of [installed, packaged]) {
    if (path === undefined) continue;
    const fetching =
      path === packaged && setTimeout(() => note("fetching the Pulumi CLI, once"), DOWNLOAD_NOTICE_MS);
    const { version, why } = await versionOf(path, env).finally(() => fetching && clearTimeout(fetching));
    if (version !== undefined) return { cli: { path, version } };
    failures.push(`${path === packaged ? "that of the npm package" : path} does not run (${why})`);
  }
  const absent = [
    ...(installed === undefined ? ["none on the PATH"] : []),
    ...(packaged === undefined ? ["no npm package pulumi"] : []),
  ];
  return { why: [...absent, ...failures].join(", ") };
}

function onPath(name: string, path: string): string | undefined {
  const directories = path.split(delimiter).filter((directory) => directory !== "" && !isPackages(directory));
  return directories
    .map((directory) => executable(join(directory, name)))
    .find((found) => found !== undefined);
}

const isPackages = (directory: string) => directory.split(sep).includes("node_modules");

function executable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

function versionOf(path: string, env: NodeJS.ProcessEnv): Promise<{ version?: string; why?: string }> {
  const options = { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" }, timeout: DOWNLOAD_MS };
  return new Promise((resolve) => {
    execFile(path, ["version"], options, (error, stdout, stderr) => {
      const version = /^v?(\d+\.\d+\.\d+\S*)$/m.exec(stdout)?.[1];
      if (!error && version !== undefined) return resolve({ version });
      resolve({ why: lastWord(stderr) ?? lastWord(stdout) ?? error?.message ?? "no version" });
    });
  });
}

/** What a program reports as wrong: the line that names an error, else its last. */
function lastWord(output: string): string | undefined {
  const lines = output.split("\n").map((line) => line.trim());
  const error = lines.find((line) => /^\w*error: /i.test(line)) ?? lines.filter((line) => line !== "").at(-1);
  return error?.replace(/^\w*error: /i, "");
}
