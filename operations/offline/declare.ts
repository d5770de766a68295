// Loaded before any program is: each stack's would load the components anew.
import "../../components/root";
import { InvalidConfiguration } from "../../environment/problems";
import { declareProject, ProgramFailed, type Graph } from "../../graph";
import { standIns } from "../../policies/stand-ins";
import type { ValidStack } from "../project";

/**
 * What the project's program declares for a stack, without engine, cloud or login.
 *
 * @throws InvalidConfiguration where the program finds that of its configuration, ProgramFailed where it fails otherwise
 */
export const declareStack = ({ files }: ValidStack): Promise<Graph> =>
  declareProject(files).catch(withoutWrapping);

/** The same with what is known of values that only `up` can tell. */
export const sketchStack = ({ files }: ValidStack): Promise<Graph> =>
  declareProject({ ...files, standIns }).catch(withoutWrapping);

function withoutWrapping(error: unknown): never {
  throw error instanceof ProgramFailed && error.cause instanceof InvalidConfiguration ? error.cause : error;
}
