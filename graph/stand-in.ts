/**
 * Placeholder texts for outputs only `up` can know, named by the resource's path and the output. A program that is given
 * them shows the rest of every text it builds from such outputs.
 */

const ALL = /⟦([^⟧]+)\.([^.⟧]+)⟧/g;

/**
 * Has neither colon nor slash: programs take ARNs apart at them.
 *
 * @param path of the resource, as `pathWithin` tells it
 */
export const standIn = (path: string, output: string) =>
  `⟦${path.replaceAll("/", "›").replaceAll(":", "¦")}.${output}⟧`;

/** Whether a text has a stand-in in it, or a part of one. */
export const holdsStandIn = (text: string) => text.includes("⟦") || text.includes("⟧");

/** Replaces every stand-in. */
export const replaceStandIns = (text: string, by: (path: string, output: string) => string) =>
  holdsStandIn(text)
    ? text.replace(ALL, (_, path: string, output: string) =>
        by(path.replaceAll("›", "/").replaceAll("¦", ":"), output),
      )
    : text;
