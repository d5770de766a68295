/**
 * Lists what a running program exports, for test/observability/reviewed/exporters: start the version that
 * environment/images.ts has, with the arguments, files and environment its component gives it, beside a server that
 * is in use; then
 *
 *   npx tsx test/observability/list-metrics.ts "PROGRAM VERSION beside SERVER VERSION" URL… > FILE
 *
 * writes its metrics by name, with type and labels. The file is called after the image and the version.
 */
import { readExposition, writeList } from "./support/exposition";

async function list([how, ...urls]: readonly string[]): Promise<string> {
  if (how === undefined || urls.length === 0) throw new Error("usage: list-metrics.ts HOW-IT-WAS-READ URL…");
  const texts = await Promise.all(
    urls.map(async (url) => {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
      return await answer.text();
    }),
  );
  return writeList(how, readExposition(texts.join("\n")));
}

list(process.argv.slice(2)).then(
  (text) => process.stdout.write(text),
  (error: unknown) => {
    console.error((error as Error).message);
    process.exitCode = 1;
  },
);
