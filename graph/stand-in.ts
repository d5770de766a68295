/**
 * Texts that stand for what only `up` can tell: an output of a resource, by a name every stack has for it. With
 * them a program can be seen to write what hangs on such outputs, as far as it writes it itself.
 */

const ALL = /⟦([^⟧]+)\.([^.⟧]+)⟧/g;

/**
 * Has neither colon nor slash: programs take ARNs apart at them.
 *
 * @param path of the resource, as `pathWithin` tells it
 */
export const standIn = (path: string, output: string) =>
  `⟦${path.replaceAll("/", "›").replaceAll(":", "¦")}.${output}⟧`;

/** Whether there is one, or what is left of one. */
export const holdsStandIn = (text: string) => text.includes("⟦") || text.includes("⟧");

/** Puts something in the place of every stand-in. */
export const replaceStandIns = (text: string, by: (path: string, output: string) => string) =>
  holdsStandIn(text)
    ? text.replace(ALL, (_, path: string, output: string) =>
        by(path.replaceAll("›", "/").replaceAll("¦", ":"), output),
      )
    : text;
