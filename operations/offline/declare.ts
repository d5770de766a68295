import { declareStack as program } from "../../components/root";
import { declare, type Graph } from "../../graph";
import type { ValidStack } from "../project";

/** What the program declares for a stack, without engine, cloud or login. */
export const declareStack = ({ files }: ValidStack): Promise<Graph> => declare(program, files);
