import type { CostOptions } from "./commands/cost";
import { estimate, type Estimate } from "./cost/estimate";
import { declareStack } from "./offline/declare";
import { EXIT, UserError, type ExitCode } from "./outcome";
import { openProject, readStack } from "./project";
import { print, printJson } from "./terminal";

/** Prints what stacks on AWS cost in a month. */
export async function cost(stacks: readonly string[], options: CostOptions): Promise<ExitCode> {
  const project = openProject(options.project);
  const estimates: Record<string, Estimate> = {};
  for (const stack of stacks) {
    const valid = readStack(project, stack);
    const { environment } = valid;
    if (environment.platform !== "aws")
      throw new UserError(
        `${stack} runs on a Docker host, and what that costs is not known here: only stacks on AWS are estimated`,
      );
    estimates[stack] = estimate(await declareStack(valid), environment);
  }
  if (options.json) printJson(estimates);
  else print(costTable(estimates));
  return EXIT.done;
}

const usd = (amount: number) => String(Math.round(amount));

/** A table in Markdown: a line per kind of cost, two columns per stack. */
function costTable(estimates: Readonly<Record<string, Estimate>>): string {
  const stacks = Object.keys(estimates);
  const kinds = Object.values(estimates)[0]?.lines ?? [];
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const cellsOf = (stack: string, index: number) => {
    const line = estimates[stack]?.lines[index];
    return line ? [line.how, usd(line.usd)] : [];
  };
  return [
    row(["a month, in US dollars", ...stacks.flatMap((stack) => [stack, "$"])]),
    row(["-", ...stacks.flatMap(() => ["-", "-:"])]),
    ...kinds.map(({ what }, index) => row([what, ...stacks.flatMap((stack) => cellsOf(stack, index))])),
    row(["**Sum**", ...stacks.flatMap((stack) => ["", `**${usd(estimates[stack]?.usd ?? 0)}**`])]),
  ].join("\n");
}
