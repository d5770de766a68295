/** `1 resource`, `2 resources`. */
export const plural = (number: number, one: string) => (number === 1 ? `1 ${one}` : `${number} ${one}s`);
