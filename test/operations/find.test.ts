import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findCli } from "../../operations/engine/find";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mainstay-find-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A program named pulumi in a directory, made of shell commands. */
function pulumi(directory: string, script: string, mode = 0o755): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "pulumi");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, mode);
  return path;
}

const search = (...directories: string[]) => findCli(root, { PATH: directories.join(delimiter) });

/** What the npm package's wrapper prints where it cannot download the CLI. */
const CANNOT_DOWNLOAD = `/bin/cat >&2 <<'END'
node:internal/deps/undici/undici:14902
      Error.captureStackTrace(err);
            ^

TypeError: fetch failed
    at node:internal/deps/undici/undici:14902:13
    at async main (bin/pulumi.js:10:3) {
  [cause]: Error: getaddrinfo ENOTFOUND get.pulumi.com {
    code: 'ENOTFOUND',
    hostname: 'get.pulumi.com'
  }
}

Node.js v20.20.2
END
exit 1`;

describe("the Pulumi CLI", () => {
  it("is the installed one, also where npm puts the package's first", async () => {
    const packages = join(root, "node_modules", ".bin");
    pulumi(packages, "echo v3.1.0");
    const installed = pulumi(join(root, "usr", "bin"), "echo v3.260.0");
    expect(await search(packages, join(root, "usr", "bin"))).toEqual({
      cli: { path: installed, version: "3.260.0" },
    });
  });

  it("is the package's where none is installed", async () => {
    const packaged = pulumi(join(root, "node_modules", ".bin"), "echo v3.270.0");
    expect(await search(join(root, "usr", "bin"))).toEqual({ cli: { path: packaged, version: "3.270.0" } });
  });

  it("is the package's where the installed one does not run", async () => {
    const packaged = pulumi(join(root, "node_modules", ".bin"), "echo v3.270.0");
    pulumi(join(root, "usr", "bin"), "exit 1");
    expect(await search(join(root, "usr", "bin"))).toEqual({ cli: { path: packaged, version: "3.270.0" } });
  });

  it("is told with the versions it announces around its own", async () => {
    pulumi(join(root, "usr", "bin"), "echo 'A new version is available: 3.300.0' >&2; echo v3.260.0-dev.1");
    expect((await search(join(root, "usr", "bin"))).cli?.version).toBe("3.260.0-dev.1");
  });

  it("is nowhere: said in a clause", async () => {
    expect(await search("", join(root, "none"))).toEqual({ why: "none on the PATH, no npm package pulumi" });
  });

  it("cannot be downloaded: said in a clause, without the trace", async () => {
    pulumi(join(root, "node_modules", ".bin"), CANNOT_DOWNLOAD);
    expect(await search()).toEqual({
      why: "none on the PATH, that of the npm package does not run (fetch failed)",
    });
  });

  it("is no file that cannot be executed, and no directory", async () => {
    pulumi(join(root, "data"), "echo v3.1.0", 0o644);
    mkdirSync(join(root, "folder", "pulumi"), { recursive: true });
    expect(await search(join(root, "data"), join(root, "folder"))).toEqual({
      why: "none on the PATH, no npm package pulumi",
    });
  });
});
