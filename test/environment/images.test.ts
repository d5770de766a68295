import { expect, test } from "vitest";
import { BASE_IMAGES, IMAGES } from "../../environment/images";

test("Every image that is not built here has an exact version and the digest that decides", () => {
  const pulled = Object.entries(IMAGES).filter(([name]) => !(name in BASE_IMAGES));
  const references = [...pulled, ...Object.entries(BASE_IMAGES)];
  expect(references.filter(([, image]) => !/:v?\d+(\.\d+)+[\w.-]*@sha256:[0-9a-f]{64}$/.test(image))).toEqual(
    [],
  );
  expect(references).toHaveLength(Object.keys(IMAGES).length);
});
