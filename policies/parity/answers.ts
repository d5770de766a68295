/** What the cloud has answered in the place of stand-ins. */
import { pathsOf, type Graph, type Json } from "../../graph/resource";
import { replaceStandIns, standIn } from "../../graph/stand-in";
import { literally } from "../pattern";

/** Of shorter answers nobody can tell whether a text has them by chance. */
const SHORTEST = 8;

export class Answers {
  private readonly outputs: ReadonlyMap<string, Readonly<Record<string, Json>>>;
  private readonly owners = new Map<string, string>();
  /** From an answer to the stand-in it was given for; undefined where several resources gave it. */
  private readonly standIns = new Map<string, string | undefined>();
  private readonly pattern: RegExp | undefined;

  /**
   * @param declared with stand-ins
   * @param shown with outputs
   */
  constructor(declared: Graph, shown: Graph) {
    const paths = pathsOf(shown);
    this.outputs = new Map(
      shown.resources.map(({ urn, outputs = {} }) => [paths.get(urn) ?? "", outputs] as const),
    );
    for (const { sketches = {} } of declared.resources)
      for (const text of Object.values(sketches))
        replaceStandIns(text, (path, output) => this.note(path, output));
    const answers = [...this.standIns.keys()].sort((a, b) => b.length - a.length).map(literally);
    this.pattern = answers.length > 0 ? new RegExp(answers.join("|"), "g") : undefined;
  }

  /** Whether a text with stand-ins becomes another by the answers; an answer that is not known may be anything. */
  make(text: string, made: string): boolean {
    const pieces: string[] = [];
    const rest = replaceStandIns(text, (path, output) => {
      const answer = this.answer(path, output);
      pieces.push(answer === undefined ? ".+" : literally(answer));
      return HOLE;
    });
    const source = rest
      .split(HOLE)
      .reduce((whole, part, index) => `${whole}${pieces[index - 1] ?? ""}${literally(part)}`, "");
    return new RegExp(`^${source}$`, "s").test(made);
  }

  /** A text with stand-ins in the place of answers. */
  asDeclared(text: string): string {
    return this.pattern ? text.replace(this.pattern, (answer) => this.standIns.get(answer) ?? answer) : text;
  }

  private note(path: string, output: string): string {
    const answer = this.answer(path, output);
    if (answer !== undefined && answer.length >= SHORTEST) {
      // Many a resource has its ARN for its id.
      const before = this.owners.get(answer);
      if (before === undefined) this.standIns.set(answer, standIn(path, output));
      else if (before !== path) this.standIns.set(answer, undefined);
      this.owners.set(answer, path);
    }
    return "";
  }

  private answer(path: string, output: string): string | undefined {
    const answer = this.outputs.get(path)?.[output];
    return typeof answer === "string" && !answer.startsWith("[") ? answer : undefined;
  }
}

const HOLE = "\u0000";
