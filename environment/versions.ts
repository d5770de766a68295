import type { CommonEnvironment } from "./environment";

/**
 * The major version of PostgreSQL the images table has, so that a managed database is of the same. Nothing where
 * a stack's own image does not tell.
 */
export function postgresMajor({ images }: Pick<CommonEnvironment, "images">): number | undefined {
  const tag = /^[^@]*:(\d+)(?![^@]*\/)/.exec(images.postgres ?? "")?.[1];
  return tag === undefined ? undefined : Number(tag);
}
