/** What a stack is judged as. */
import { readStackFiles } from "../environment/stack-files";

/** `YYYY-MM-DD` */
export const today = () => new Date().toISOString().slice(0, 10);

/** A stack without a file of ours is held to what production is. */
export function isProduction(root: string, stack: string): boolean {
  try {
    const { config } = readStackFiles(root, stack);
    return (JSON.parse(config["mainstay:scale"] ?? "{}") as { production?: unknown }).production !== false;
  } catch {
    return true;
  }
}
