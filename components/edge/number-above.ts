/**
 * A regular expression for the whole numbers above another one, written in decimal digits without leading zeros: for
 * where numbers can only be compared as texts.
 *
 * @param bound a whole number that is not negative
 */
export function numberAbove(bound: number): string {
  const digits = String(bound);
  const sameLength = [...digits].flatMap((digit, index) => {
    if (digit === "9") return [];
    const rest = digits.length - index - 1;
    return [`${digits.slice(0, index)}[${Number(digit) + 1}-9]${rest > 0 ? `[0-9]{${rest}}` : ""}`];
  });
  return `(${[...sameLength, `[1-9][0-9]{${digits.length},}`].join("|")})`;
}
