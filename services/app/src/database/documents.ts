import type { Transaction } from "./transaction";

/** What is known of a document; its content stays in the database. */
export interface StoredDocument {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
  readonly createdAt: string;
  readonly convertedAt: string | null;
}

const COLUMNS = `id, name, media_type AS "mediaType", size::int, sha256,
  to_json(created_at)#>>'{}' AS "createdAt", to_json(converted_at)#>>'{}' AS "convertedAt"`;

/** Begins a document; until it is finished nobody sees it. */
export async function beginDocument(tx: Transaction, name: string, mediaType: string): Promise<string> {
  const row = await tx.one<{ id: string }>(
    "document.begin",
    "INSERT INTO app.documents (tenant, name, media_type) VALUES ($1, $2, $3) RETURNING id",
    [tx.tenant, name, mediaType],
  );
  return row.id;
}

/** Adds the next piece of a document's content. */
export async function addChunk(
  tx: Transaction,
  id: string,
  position: number,
  content: Buffer,
): Promise<void> {
  await tx.query(
    "document.chunk",
    "INSERT INTO app.document_chunks (tenant, document_id, position, content) VALUES ($1, $2, $3, $4)",
    [tx.tenant, id, position, content],
  );
}

/** Makes a document visible once all of its content is there. */
export async function finishDocument(
  tx: Transaction,
  id: string,
  size: number,
  sha256: string,
): Promise<StoredDocument> {
  const row = await tx.one<StoredDocument & Record<string, unknown>>(
    "document.finish",
    `UPDATE app.documents SET size = $3, sha256 = $4, stored_at = now()
     WHERE tenant = $1 AND id = $2 RETURNING ${COLUMNS}`,
    [tx.tenant, id, size, sha256],
  );
  return row;
}

/** Takes back a document whose upload broke off. */
export async function discardDocument(tx: Transaction, id: string): Promise<void> {
  await tx.query(
    "document.discard",
    "DELETE FROM app.documents WHERE tenant = $1 AND id = $2 AND stored_at IS NULL",
    [tx.tenant, id],
  );
}

/** A document of the tenant, if there is one with this id. */
export async function findDocument(tx: Transaction, id: string): Promise<StoredDocument | undefined> {
  const [row] = await tx.query<StoredDocument & Record<string, unknown>>(
    "document.find",
    `SELECT ${COLUMNS} FROM app.documents WHERE tenant = $1 AND id = $2 AND stored_at IS NOT NULL`,
    [tx.tenant, id],
  );
  return row;
}

/** One piece of a document's content, or nothing behind its last. */
export async function readChunk(tx: Transaction, id: string, position: number): Promise<Buffer | undefined> {
  const [row] = await tx.query<{ content: Buffer }>(
    "document.read",
    "SELECT content FROM app.document_chunks WHERE tenant = $1 AND document_id = $2 AND position = $3",
    [tx.tenant, id, position],
  );
  return row?.content;
}

/** The document's text, once it is converted. */
export async function readText(tx: Transaction, id: string): Promise<string | undefined> {
  const [row] = await tx.query<{ text: string | null }>(
    "document.text",
    "SELECT text FROM app.documents WHERE tenant = $1 AND id = $2",
    [tx.tenant, id],
  );
  return row?.text ?? undefined;
}

/** Keeps the document's text. Answers false if somebody else has converted it meanwhile. */
export async function keepText(tx: Transaction, id: string, text: string): Promise<boolean> {
  const rows = await tx.query(
    "document.convert",
    `UPDATE app.documents SET text = $3, converted_at = now()
     WHERE tenant = $1 AND id = $2 AND converted_at IS NULL RETURNING id`,
    [tx.tenant, id, text],
  );
  return rows.length === 1;
}
