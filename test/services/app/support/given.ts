/** The value, which the test cannot do without. */
export function given<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("there is no such value");
  return value;
}
