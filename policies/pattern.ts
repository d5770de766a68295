/** Texts and patterns with stars as sources of regular expressions. */

/** What matches a text, and nothing else. */
export const literally = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");

/** @param anything what a `*` stands for */
export const withStars = (pattern: string, anything = ".*"): string =>
  pattern.split("*").map(literally).join(anything);
