/** What tells a secret in plain text from what only sounds like one. */
import { describe, expect, test } from "vitest";
import { holdsSecret, secretsIn } from "../../policies/rules/secret-names";

describe("a setting holds a secret", () => {
  test.each([
    ["PASSWORD", "hunter2"],
    ["PASSWORD", "123456"],
    ["PGPASSWORD", "hunter2"],
    ["dbPassword", "hunter2"],
    ["DB_PASSWORD_1", "hunter2"],
    ["JWT_SECRET_V2", "hunter2"],
    ["SECRET_KEY_BASE", "hunter2"],
    ["API_KEYS", "one,two"],
    ["accessToken", "abc"],
    ["ANYTHING", "postgres://user:hunter2@db/app"],
    ["ANYTHING", "maxmemory 1mb\nrequirepass hunter2"],
    ["TOKEN", "/+abc=="],
  ])("%s=%s", (name, value) => expect(holdsSecret(name, value)).toBe(true));
});

describe("a setting holds none", () => {
  test.each([
    ["PASSWORD", ""],
    ["PASSWORD_FILE", "hunter2"],
    ["PUBLIC_KEY", "abc"],
    ["AWS_ACCESS_KEY_ID", "abc"],
    ["SSL_KEY", "/etc/ssl/key.pem"],
    ["MAX_TOKENS", "4096"],
    ["AUTH", "true"],
    ["MONKEY", "abc"],
    ["COMPASS", "north"],
    ["KEYS_PER_PAGE", "many"],
    ["POSTGRES_USER", "app"],
  ])("%s=%s", (name, value) => expect(holdsSecret(name, value)).toBe(false));
});

describe("a command gives a secret", () => {
  test.each([
    [["redis-server", "--requirepass", "hunter2"], ["requirepass"]],
    [["redis-cli", "-h", "cache", "-a", "hunter2", "ping"], ["-a"]],
    [["sh", "-c", "PGPASSWORD=hunter2 psql -h db"], ["PGPASSWORD"]],
    [["curl", "-s", "-u", "user:hunter2", "https://x"], ["-u"]],
    [["app", "--db-password='hunter 2'"], ["db-password"]],
    [["app", "https://user:hunter2@host/"], ["its words"]],
  ])("%j", (words, names) => expect(secretsIn(words)).toEqual(names));
});

describe("a command gives none", () => {
  test.each([
    [["redis-cli", "-a", "$REDIS_PASSWORD", "ping"]],
    [["sh", "-c", 'curl -u "user:$PASSWORD" https://x']],
    [["sh", "-c", 'PGPASSWORD="$(cat /run/secrets/p)" psql -a']],
    [["app", "--password-file", "/run/secrets/p", "--max-tokens", "4096"]],
    [["tar", "-a", "-u", "x"]],
    [["curl", "-u", "nobody", "https://x"]],
  ])("%j", (words) => expect(secretsIn(words)).toEqual([]));
});
