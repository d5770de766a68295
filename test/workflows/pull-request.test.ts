import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MARKER } from "../../policies/reports/markdown";
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

describe("comment", () => {
  const GIVEN = { GH_REPO: "acme/platform", NUMBER: "7" };
  const COMMENTS = "repos/acme/platform/issues/7/comments";

  /** What is asked of GitHub, where such comments are there already, and the comment's text. */
  function tell(report: string, { open = "", previews = {} as Record<string, string> } = {}) {
    // As GitHub does it: page by page, each written when it has come.
    runner.standIn(
      "gh",
      `echo "$@" >> calls; if [[ "$*" == *--jq* ]]; then for id in $OPEN; do echo $id; sleep 0.1; done; fi`,
    );
    runner.put("reports/check/check.md", report);
    for (const [stack, text] of Object.entries(previews))
      runner.put(`reports/preview-${stack}/preview.txt`, text);
    const { status, stderr } = runner.run(script("pull-request.yml", "tell", "Comment"), {
      ...GIVEN,
      OPEN: open,
    });
    expect([status, stderr]).toEqual([0, ""]);
    const [asked = "", ...calls] = runner.file("calls").trim().split("\n");
    expect(asked).toContain(`api --paginate ${COMMENTS} --jq`);
    expect(asked).toContain(`.user.type == "Bot" and (.body | startswith("${MARKER}"))`);
    return { calls, body: runner.file("body.md") };
  }

  it.each([
    ["a first report makes one", "", `api --silent --method POST ${COMMENTS} -F body=@body.md`],
    [
      "a later one rewrites the first",
      "11 12",
      "api --silent --method PATCH repos/acme/platform/issues/comments/11 -F body=@body.md",
    ],
  ])("%s", (_, open, call) => {
    const { calls, body } = tell(`${MARKER}\n## kept\n`, { open });
    expect([calls, body]).toEqual([[call], `${MARKER}\n## kept\n`]);
  });

  it("shows the engine's previews, folded away", () => {
    const { body } = tell("## kept\n", { previews: { prod: "no changes\n", staging: "1 change\n" } });
    const folded = (stack: string, text: string) =>
      `\n<details><summary>Preview of ${stack}</summary>\n\n\`\`\`text\n${text}\n\`\`\`\n\n</details>\n`;
    expect(body).toBe(`## kept\n${folded("prod", "no changes\n")}${folded("staging", "1 change\n")}`);
  });

  it("is cut after a whole line, and what is folded away ends with it", () => {
    const row = `| ${"…".repeat(30)} |\n`;
    const rows = 500;
    const head = "<details><summary>staging</summary>\n\n";
    const { body } = tell(`${head}${row.repeat(rows)}\n</details>\n`, {
      previews: { prod: `${"é".repeat(40)}\n`.repeat(200) },
    });
    const bytes = (text: string) => Buffer.byteLength(text);
    const fits = Math.floor((40_000 - bytes(head)) / bytes(row));
    const preview = Math.floor(10_000 / 81);
    const cut = "\n… cut: the whole of it is in the artifacts of the run.\n";
    expect(body).toBe(
      `${head}${row.repeat(fits)}${cut}\n</details>\n` +
        `\n<details><summary>Preview of prod</summary>\n\n\`\`\`text\n${`${"é".repeat(40)}\n`.repeat(preview)}${cut}\n\`\`\`\n\n</details>\n`,
    );
    expect(body).not.toContain("\uFFFD");
  });
});
