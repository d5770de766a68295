import { readFileSync } from "node:fs";
import { COMMANDS, type Command, type VariablesOf } from "./commands";
import { RULES } from "./rules";
import { variables, type Config, type Values, type VariableName } from "./variables";

/** Everything that is wrong with the configuration, one line each; no line holds a secret. */
export class ConfigError extends Error {
  constructor(
    command: string,
    readonly problems: readonly string[],
  ) {
    super(
      `The configuration of "${command}" cannot be used:\n${problems.map((line) => `  ${line}`).join("\n")}`,
    );
    this.name = "ConfigError";
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables a command needs, each from `NAME` or from the file named by `NAME_FILE`.
 *
 * @throws ConfigError with all problems at once
 */
export function loadConfig<C extends Command>(
  command: C,
  environment: Environment = process.env,
): Config<VariablesOf<C>> {
  const names: readonly VariableName[] = COMMANDS[command];
  const problems: string[] = [];
  const values: Partial<Record<VariableName, unknown>> = {};
  const broken = new Set<VariableName>();
  for (const name of names) {
    const result = readOne(name, environment);
    if ("problem" in result) {
      problems.push(result.problem);
      broken.add(name);
    } else {
      values[name] = result.value;
    }
  }
  for (const { of, check } of RULES) {
    // A rule about a value that is already reported would only repeat it.
    if (!of.every((name) => names.includes(name) && !broken.has(name))) continue;
    const problem = check(values as Values);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) throw new ConfigError(command, problems);
  return Object.freeze(values) as Config<VariablesOf<C>>;
}

type Result = { value: unknown } | { problem: string };

function readOne(name: VariableName, environment: Environment): Result {
  const variable = variables[name];
  const problem = (what: string, allowed = variable.allowed): Result => ({
    problem: `${name}: ${what}; allowed: ${allowed}`,
  });
  const direct = environment[name];
  const file = environment[`${name}_FILE`];
  if (direct && file) return problem(`given twice, also as ${name}_FILE`, "one of the two");
  let given = direct;
  if (file) {
    try {
      // Editors and `echo` end a file with a line break that belongs to no secret.
      given = readFileSync(file, "utf8").replace(/\r?\n$/, "");
    } catch (error) {
      return problem(
        `the file of ${name}_FILE cannot be read (${(error as NodeJS.ErrnoException).code})`,
        "a readable file",
      );
    }
  }
  const text = given || variable.fallback;
  if (!text) return variable.required ? problem("missing") : { value: undefined };
  const read = variable.read.safeParse(text);
  if (read.success) return { value: read.data };
  return problem(`${variable.secret ? "its value (not shown)" : JSON.stringify(text)} is not allowed`);
}
