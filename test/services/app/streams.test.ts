import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { chunked } from "../../../services/app/src/api/upload";
import { toText } from "../../../services/app/src/worker/convert";

async function pieces(sizes: number[], size: number): Promise<number[]> {
  const lengths: number[] = [];
  const content = Readable.from(sizes.map((length) => Buffer.alloc(length, 1)));
  for await (const chunk of chunked(content, size)) lengths.push(chunk.length);
  return lengths;
}

describe("content in pieces", () => {
  it.each([
    [[], []],
    [[3], [3]],
    [[10], [10]],
    [
      [4, 4, 4],
      [10, 2],
    ],
    [[25], [10, 10, 5]],
    [
      [10, 10],
      [10, 10],
    ],
    [
      [9, 12, 9],
      [10, 10, 10],
    ],
  ])("%j becomes %j", async (sizes, expected) => {
    expect(await pieces(sizes, 10)).toEqual(expected);
  });
});

describe("conversion to text", () => {
  async function* of(...parts: Uint8Array[]) {
    yield* parts;
  }

  it("joins a character that lies across two pieces", async () => {
    const bytes = Buffer.from("grün");
    expect(await toText(of(bytes.subarray(0, 3), bytes.subarray(3)))).toBe("grün");
  });

  it("drops what is no text", async () => {
    expect(await toText(of(Buffer.from([0x61, 0x00, 0xff, 0xfe, 0x09, 0x62])))).toBe("a\tb");
  });

  it("stops reading where it has enough", async () => {
    let read = 0;
    async function* endless() {
      for (;;) {
        read += 1;
        yield Buffer.alloc(40_000, "x");
      }
    }
    expect((await toText(endless())).length).toBe(65_536);
    expect(read).toBe(2);
  });
});
