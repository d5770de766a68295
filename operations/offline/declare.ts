import { declareStack as program } from "../../components/root";
import { declare, type Graph } from "../../graph";
import { standIns } from "../../policies/stand-ins";
import type { ValidStack } from "../project";

/** What the program declares for a stack, without engine, cloud or login. */
export const declareStack = ({ files }: ValidStack): Promise<Graph> => declare(program, files);

/** The same with what is known of values that only `up` can tell. */
export const sketchStack = ({ files }: ValidStack): Promise<Graph> =>
  declare(program, { ...files, standIns });
