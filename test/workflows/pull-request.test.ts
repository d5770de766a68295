import { afterEach, beforeEach, expect, it } from "vitest";
import { Runner, script } from "./support";

let runner: Runner;
beforeEach(() => void (runner = new Runner()));
afterEach(() => runner.remove());

it.each([0, 1])("preview: what the engine came to is kept, and handed on: exit code %i", (code) => {
  runner.standIn("npm", `echo "$@" > calls; echo changes; echo why >&2; exit ${code}`);
  const step = script("pull-request.yml", "preview", "Preview with the policy pack");
  const ended = runner.run(step, { STACK: "prod", REPORTS: "reports" });
  expect([ended.status, ended.stderr]).toEqual([code, ""]);
  expect(runner.file("calls")).toBe("run --silent preview -- prod --no-refresh --no-fallback\n");
  expect(runner.file("reports/preview.txt")).toBe("changes\nwhy\n");
});
