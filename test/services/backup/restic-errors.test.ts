import { describe, expect, test } from "vitest";
import { resticError } from "../../../services/backup/src/restic-errors";

describe("why restic failed", () => {
  const location = "Is there a repository at the following location?\n/bucket/restic";
  test.each([
    [
      "0.14, no repository",
      1,
      `Fatal: unable to open config file: stat /bucket/restic/config: no such file or directory\n${location}`,
      "missing",
    ],
    [
      "0.14, no object",
      1,
      `Fatal: unable to open config file: Stat: The specified key does not exist.\n${location}`,
      "missing",
    ],
    ["0.14, no access", 1, `Fatal: unable to open config file: Stat: Access Denied.\n${location}`, "other"],
    [
      "0.14, locked",
      1,
      "unable to create lock in backend: repository is already locked by PID 7 on host",
      "locked",
    ],
    ["0.14, wrong password", 1, "Fatal: wrong password or no key found", "password"],
    ["0.17, no repository", 10, "", "missing"],
    ["0.17, locked", 11, "", "locked"],
    ["0.17, wrong password", 12, "", "password"],
    ["a full disk", 1, "Fatal: write: no space left on device", "other"],
  ])("%s", (_name, code, stderr, fault) => {
    expect(resticError({ code, stdout: "", stderr }).fault).toBe(fault);
  });

  test("what it says is told in one line, without its screen codes", () => {
    const exit = { code: 1, stdout: "", stderr: "\u001b[2Kloading\nerror: first\nFatal: second\n" };
    expect(resticError(exit).message).toBe("restic: error: first; Fatal: second");
    expect(resticError({ code: null, stdout: "", stderr: "" }).message).toBe(
      "restic: a signal ended it, perhaps for lack of memory",
    );
  });
});
