import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { extract, pack, type Header } from "tar-stream";
import { afterAll, describe, expect, test } from "vitest";

const PLANTED = "mainstay-test/planted:1.0";

/** Names of files that hold secrets; public certificates of authorities are none. */
const TELLING = [
  /(^|\/)(\.env(\..*)?|\.npmrc|\.git|\.netrc|\.pgpass|id_(rsa|ecdsa|ed25519)|Pulumi\.[\w-]+\.yaml)$/,
  /^(?!(etc\/ssl|usr\/share\/ca-certificates|usr\/lib\/ssl)\/).*\.(pem|key|p12|pfx|jks)$/,
];
/** A key itself, not a program that can read one. */
const KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}/;

/** What of an image's layers, those covered by later ones too, looks like a secret. */
async function secretsIn(image: string): Promise<string[]> {
  const found: string[] = [];
  const look = ({ name, type }: Header, content: string) => {
    if (type !== "file") return;
    const path = name.replace(/^\.\//, "");
    // Libraries bring keys of their own to test themselves with.
    const holdsKey = !content.includes("\0") && KEY.test(content);
    if (holdsKey || TELLING.some((pattern) => pattern.test(path))) found.push(path);
  };
  const saved = spawn("docker", ["save", image], { stdio: ["ignore", "pipe", "inherit"] });
  let layers = 0;
  const outer = extract();
  saved.stdout.pipe(outer);
  for await (const entry of outer) {
    if (!/(^|\/)layer\.tar$/.test(entry.header.name)) {
      entry.resume();
      continue;
    }
    layers += 1;
    for await (const file of entry.pipe(extract())) look(file.header, await text(file));
  }
  expect(layers).toBeGreaterThan(0);
  return found;
}

describe("no secret", () => {
  afterAll(() => void spawnSync("docker", ["image", "rm", PLANTED]));

  test.each(["mainstay-test/app:1.0", "mainstay-test/backup-runner:1.0"])(
    "stands in a layer of %s",
    async (image) => expect(await secretsIn(image)).toEqual([]),
    120_000,
  );

  test("stays unseen", async () => {
    const files = pack();
    files.entry({ name: "app/.env" }, "SECRET_KEY=1");
    files.entry({ name: "app/server" }, `-----BEGIN PRIVATE KEY-----\n${"MII0".repeat(16)}\n`);
    files.entry({ name: "app/harmless" }, "-----BEGIN PRIVATE KEY----- is how a key begins");
    files.finalize();
    const importing = spawn("docker", ["import", "-", PLANTED], { stdio: ["pipe", "ignore", "inherit"] });
    files.pipe(importing.stdin);
    await new Promise((done) => importing.on("close", done));
    expect(await secretsIn(PLANTED)).toEqual(["app/.env", "app/server"]);
  });
});
