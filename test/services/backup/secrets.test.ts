import { describe, expect, test } from "vitest";
import { parseDatabaseUrl } from "../../../services/backup/src/database-url";
import { parseCredentials, remember, scrub } from "../../../services/backup/src/secrets";

describe("secrets", () => {
  test("a database URL is decoded", () => {
    expect(parseDatabaseUrl("postgres://re%40der:p%3A%2Fw@[::1]/my%20shop")).toEqual({
      host: "::1",
      port: "5432",
      database: "my shop",
      user: "re@der",
      password: "p:/w",
      sslmode: "prefer",
    });
  });

  test("are hidden wherever they show, as they are and as JSON", () => {
    remember('quo"te\\d-secret');
    expect(scrub('plain quo"te\\d-secret')).toBe("plain [secret]");
    expect(scrub(JSON.stringify({ reason: 'quo"te\\d-secret' }))).toBe('{"reason":"[secret]"}');
  });

  test("a credentials file is read", () => {
    const text = '# for the bucket\nAWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY="abc/def"\n';
    expect(parseCredentials(text)).toEqual({ AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "abc/def" });
    expect(() => parseCredentials("\n")).toThrow(new Error("has no KEY=VALUE line"));
  });
});
