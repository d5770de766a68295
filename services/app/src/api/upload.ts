import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { Database } from "../database/database";
import {
  addChunk,
  beginDocument,
  discardDocument,
  finishDocument,
  type StoredDocument,
} from "../database/documents";
import type { EventStore } from "../database/events";
import { AppError } from "../http/errors";
import type { Identity } from "./identity";

/** A file as it arrives. */
interface Incoming {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Readable & { readonly truncated?: boolean };
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * Stores a file while it arrives, a megabyte at a time: memory stays small however large the file is, and a
 * slow caller holds no database connection. Nobody sees the document until all of it is there.
 */
export async function store(
  { database, events }: { database: Database; events: EventStore },
  { tenant, actor }: Identity,
  file: Incoming,
): Promise<StoredDocument> {
  const id = await database.forTenant(tenant, (tx) => beginDocument(tx, file.name, file.mediaType));
  try {
    const hash = createHash("sha256");
    let size = 0;
    let position = 0;
    for await (const chunk of chunked(file.content)) {
      hash.update(chunk);
      size += chunk.length;
      await database.forTenant(tenant, (tx) => addChunk(tx, id, position, chunk));
      position += 1;
    }
    if (file.content.truncated) throw new AppError("too_large", "The file is larger than allowed");
    const sha256 = hash.digest("hex");
    return await database.forTenant(tenant, async (tx) => {
      const document = await finishDocument(tx, id, size, sha256);
      await events.append(tx, `document-${id}`, "document.uploaded", {
        actor,
        size,
        sha256,
        mediaType: file.mediaType,
      });
      return document;
    });
  } catch (error) {
    // Where this fails too, the worker clears the remains away later.
    await database.forTenant(tenant, (tx) => discardDocument(tx, id)).catch(() => undefined);
    throw error;
  }
}

/** The same bytes in pieces of equal size, the last one excepted. */
export async function* chunked(content: AsyncIterable<Buffer>, size = CHUNK_BYTES): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const part of content) {
    parts.push(part);
    length += part.length;
    if (length < size) continue;
    let whole = Buffer.concat(parts, length);
    while (whole.length >= size) {
      yield whole.subarray(0, size);
      whole = whole.subarray(size);
    }
    parts = [whole];
    length = whole.length;
  }
  if (length > 0) yield Buffer.concat(parts, length);
}
