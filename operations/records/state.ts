import { secretsOf } from "../../environment/secrets";
import type { StackConfiguration } from "../../environment/stack-files";
import type { EngineStack } from "../engine/stack";
import type { ValidStack } from "../project";
import type { Recorded } from "./recorded";

/** What the state tells of a stack, a record each: its secrets, and on a Docker host the certificates of its authority. */
export async function stateRecords(
  engine: EngineStack,
  { files, environment }: Pick<ValidStack, "files" | "environment">,
): Promise<Readonly<Record<string, Recorded>>> {
  const secrets = await secretsRecord(engine, files);
  if (environment.platform === "aws") return { secrets };
  return {
    secrets,
    certificates: { mainstay_certificate_ends_timestamp_seconds: await engine.certificateEnds() },
  };
}

/** How old a stack's secrets are: those Mainstay made, by the state, and those people gave, where the day is known. */
async function secretsRecord(engine: EngineStack, files: StackConfiguration): Promise<Recorded> {
  const given = secretsOf(files).flatMap(({ name, age }): [string, number][] =>
    age?.given ? [[name, Date.parse(age.given) / 1000]] : [],
  );
  return {
    mainstay_secret_made_timestamp_seconds: await engine.secretsMade(),
    mainstay_secret_given_timestamp_seconds: Object.fromEntries(given),
  };
}
