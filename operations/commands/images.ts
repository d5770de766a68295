import type { Actions } from "../actions";
import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export interface ImagesOptions extends CommonOptions {
  readonly nodeImage?: string;
}

export const imagesCommand = ({ images }: Actions) =>
  command(
    "images <stack>",
    "Builds the images Mainstay makes itself: on the stack's Docker host, or into its registry",
    [
      "npm run images -- local",
      "npm run images -- prod",
      "npm run images -- local --node-image debian-with-node:20.20",
    ],
  )
    .option("--node-image <image>", "a Debian image with Node to build on, in the place of the pinned ones")
    .action(exits(images))
    .addHelpText(
      "after",
      "\nOn a Docker host an image the stack names under `images` is its own to build, and left alone. On AWS all that" +
        "\nruns is put into the account's registry, which the first `up` makes; what to write under `images` is printed.",
    );
