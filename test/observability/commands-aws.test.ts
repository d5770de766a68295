import { beforeAll, describe, expect, it } from "vitest";
import { declare, type Graph } from "../../graph";
import { readStackFiles } from "../../environment/stack-files";
import declareStack from "../../index";
import { AWS_CLI_FOUND, complaints, typed, type Asked } from "./support/aws-shell";
import { ROOT } from "./support/figures";
import { commandsOf, HOST_PAGES, PAGES, wordsOf } from "./support/runbooks";

const STACK = "prod";
const WORDS = new Set(["aws", "export", ...wordsOf("shell-aws.sh")]);
const first = (line: string) => line.split(" ")[0] ?? "";

/** What explains a word, one that is none of ours where it stands alone, and a single copy, which only a host has by name. */
const IN_TEXT = /\[[A-Z]+\]|^(critical|logs|service)$|^restart \w+-\d$/;

/** Everything to be typed on AWS, page by page, each line once; of questions, which differ in their text, the first. */
const typedBefore = new Set<string>();
const SESSIONS = PAGES.filter(({ file }) => !HOST_PAGES.includes(file)).map((page) => {
  const lines = commandsOf(page).filter((line) => WORDS.has(first(line)) && !IN_TEXT.test(line));
  return lines.filter((line) => {
    const what = /^(?:ask|sql)\b/.exec(line)?.[0] ?? line;
    const again = typedBefore.has(what) && first(line) !== "export";
    typedBefore.add(what);
    return !again;
  });
});
/** What a person would put there. */
const filledIn = (line: string) => line.replace(/<name>|\bNAME\b/g, "api").replace(/\bPID\b/g, "1");

let graph: Graph;
let asked: Asked[];
beforeAll(async () => {
  graph = await declare(declareStack, readStackFiles(ROOT, STACK));
  asked = SESSIONS.flatMap((lines) => typed(STACK, lines.map(filledIn)).asked);
}, 120_000);

/** Options whose value is another kind of text. */
const OTHER = new Set(["--query", "--namespace", "--resource-id", "--alarm-name-prefix", "--path-prefix"]);
/** What a restore makes beside what is there. */
const RESTORED = /-(restored|old|damaged|copy)$/;

describe("on AWS, commands in the runbooks", () => {
  it.runIf(AWS_CLI_FOUND)(
    "are taken by the AWS command line: options, parameters and queries",
    () => {
      // Files are the reader's to write.
      const sent = asked
        .filter(({ program }) => program === "aws")
        .map(({ args }) => args.map((arg) => (arg.startsWith("file://") ? "{}" : arg)));
      const all = [...new Map(sent.map((args) => [args.join(" "), args])).values()];
      expect(all.length).toBeGreaterThan(60);
      const said = complaints(all);
      expect(all.flatMap((args, index) => (said[index] === null ? [] : [[args, said[index]]]))).toEqual([]);
    },
    120_000,
  );

  it.runIf(AWS_CLI_FOUND)(
    "that are wrong would be noticed",
    () => {
      const wrong = [
        [["ecs", "describe-services", "--cluster", "x", "--servces", "api"], "--services"],
        [["rds", "reboot-db-instances"], "reboot-db-instance"],
        [["ecs", "run-task", "--task-definition", "x", "--overrides", '{"cntainers":[]}'], "cntainers"],
        [["amp", "list-workspaces", "--query", "workspaces[?alias=='x'"], "jmespath"],
      ] as const;
      const said = complaints(wrong.map(([args]) => args));
      expect(wrong.filter(([, what], index) => !said[index]?.includes(what))).toEqual([]);
    },
    60_000,
  );

  it("name what the program declares", () => {
    const names = new Set(
      graph.resources.flatMap(({ inputs }) =>
        ["name", "identifier", "replicationGroupId", "family", "alias"].map((key) => String(inputs[key])),
      ),
    );
    const named = asked.flatMap(({ args }) =>
      args
        .filter((_, index) => !OTHER.has(args[index - 1] ?? ""))
        .map((arg) => arg.replace(/^Name=\w+,Value=/, "").replace(RESTORED, ""))
        .filter((arg) => /mainstay[-/]prod/.test(arg) && !arg.includes("…")),
    );
    expect([...new Set(named)].filter((name) => !names.has(name))).toEqual([]);
    expect(new Set(named).size).toBeGreaterThan(15);
    const services = asked.flatMap(({ args }) =>
      args.filter((_, index) => /^--services?$/.test(args[index - 1] ?? "")),
    );
    expect([...new Set(services)].filter((name) => !names.has(name) && name !== "made-up")).toEqual([]);
  });

  it("sign a question to the workspace, and keep the keys out of what others can read", () => {
    const { asked: all, said } = typed(STACK, ["ask 'up == 0'", "alerts"]);
    expect(said).toBe('{"job":"api"} 1\nCacheDown warning now No cache\n');
    const [question, alerts] = all.filter(({ program }) => program === "curl");
    expect(question?.args.slice(-5)).toEqual([
      ...["--aws-sigv4", "aws:amz:eu-west-1:aps", "--data-urlencode", "query=up == 0"],
      "https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/made-up/api/v1/query",
    ]);
    expect(question?.input).toBe('user = "the-key:the-secret"\nheader = "x-amz-security-token: the-token"\n');
    expect(alerts?.args.at(-1)).toMatch(/workspaces\/made-up\/alertmanager\/api\/v2\/alerts$/);
    expect(JSON.stringify(all.map(({ args }) => args))).not.toContain("the-secret");
  });

  it("silence one alert for as many hours as are said", () => {
    const { asked: all } = typed(STACK, [`silence CacheDown 2 "it's known"`]);
    const { args = [] } = all.find(({ program }) => program === "curl") ?? {};
    const sent = JSON.parse(args[args.indexOf("--json") + 1] ?? "") as Record<string, string>;
    expect(sent).toMatchObject({
      matchers: [{ name: "alertname", value: "CacheDown", isRegex: false, isEqual: true }],
      createdBy: "operator",
      comment: "it's known",
    });
    expect(Date.parse(sent["endsAt"] ?? "") - Date.parse(sent["startsAt"] ?? "")).toBe(2 * 3_600_000);
  });

  it("ask PostgreSQL by the containers of the migration, whatever is in the statement", () => {
    const { asked: all } = typed(STACK, [`sql "SELECT 'a' || \\"b\\" FROM c"`, "backup once full"]);
    const overrides = all
      .filter(({ args }) => args[1] === "run-task")
      .map(({ args }) => JSON.parse(args[args.indexOf("--overrides") + 1] ?? "") as unknown);
    expect(overrides).toEqual([
      {
        containerOverrides: [
          {
            name: "roles",
            environment: [{ name: "STATEMENT", value: `SELECT 'a' || "b" FROM c` }],
            command: ['psql --no-psqlrc --dbname=app --command="$STATEMENT"'],
          },
          { name: "migration", command: ["health"] },
        ],
      },
      {
        containerOverrides: [
          { name: "runner", environment: [{ name: "BACKUP_COMMAND", value: "once full" }] },
        ],
      },
    ]);
  });
});
