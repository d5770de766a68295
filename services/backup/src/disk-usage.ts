import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** What a file or directory and all in it take on their disk, in bytes. What goes while we look takes nothing. */
export async function sizeOf(path: string): Promise<number> {
  try {
    const own = await lstat(path);
    const names = own.isDirectory() ? await readdir(path) : [];
    const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))));
    return sizes.reduce((sum, size) => sum + size, own.blocks * 512);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}
