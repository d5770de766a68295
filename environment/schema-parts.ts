import { z } from "zod";

/** Ways through a schema along the value it is for. */

export const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** The schemas of a value's parts by name; nothing for a schema whose values have no parts. */
export function partsOf(schema: z.ZodType, input: unknown): Record<string, z.ZodType> | undefined {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return inner.shape as Record<string, z.ZodType>;
  if (inner instanceof z.ZodDiscriminatedUnion) return partsOfUnion(inner, input);
  if (inner instanceof z.ZodUnion)
    return (inner.options as z.ZodType[]).map((one) => partsOf(one, input)).find(Boolean);
  if (inner instanceof z.ZodRecord) {
    const names = isObject(input) ? Object.keys(input) : [];
    const { keyType, valueType } = inner as z.ZodRecord<z.ZodString, z.ZodType>;
    return Object.fromEntries(
      names.filter((name) => keyType.safeParse(name).success).map((name) => [name, valueType]),
    );
  }
  if (inner instanceof z.ZodArray && Array.isArray(input)) {
    return Object.fromEntries(Array.from(input, (_, index) => [index, inner.element as z.ZodType]));
  }
  return undefined;
}

/** Where it cannot be told which of a union's forms is meant: what all of them share. */
export function partsOfUnion(
  { options, def }: z.ZodDiscriminatedUnion,
  input: unknown,
): Record<string, z.ZodType> {
  const shapes = (options as readonly z.ZodObject[]).map(({ shape }) => shape as Record<string, z.ZodType>);
  const meant = shapes.find(
    (shape) => shape[def.discriminator]?.safeParse(valueAt(input, [def.discriminator])).success,
  );
  const [first = {}, ...others] = shapes;
  return (
    meant ??
    Object.fromEntries(
      Object.entries(first).filter(
        ([name, part]) => name !== def.discriminator && others.every((other) => other[name] === part),
      ),
    )
  );
}

/** Every name that any form of a union has; of another schema, none. */
export function namesOfForms(schema: z.ZodType): readonly string[] {
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodDiscriminatedUnion)) return [];
  return (inner.options as readonly z.ZodObject[]).flatMap(({ shape }) => Object.keys(shape));
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return unwrap(schema.unwrap() as z.ZodType);
  }
  return schema;
}

/** The schema of what stands at a path of a value, without what makes it optional. */
export function schemaAt(
  schema: z.ZodType,
  input: unknown,
  path: readonly PropertyKey[],
): z.ZodType | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return unwrap(schema);
  const part = partsOf(schema, input)?.[String(name)];
  return part && schemaAt(part, valueAt(input, [name]), rest);
}

/** What stands at a path of a value. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, name) => {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, name)) return undefined;
    return (value as Record<PropertyKey, unknown>)[name];
  }, input);
}
