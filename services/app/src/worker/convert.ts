/** How much text is kept: what a provider is asked about. */
const MOST_CHARACTERS = 64 * 1024;

/**
 * Converts a document's content to text, piece by piece: characters may lie across two pieces, and a large
 * document never is in memory as a whole. What is no text becomes nothing.
 */
export async function toText(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder("utf-8");
  let text = "";
  for await (const piece of pieces) {
    text += printable(decoder.decode(piece, { stream: true }));
    if (text.length >= MOST_CHARACTERS) return text.slice(0, MOST_CHARACTERS);
  }
  return text + printable(decoder.decode());
}

/** PostgreSQL keeps no NUL in a text, and U+FFFD stands for bytes that were none. */
const printable = (text: string) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffd]/g, "");
