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
      "\nPrints what to write under `images` of the stack: this release, which can be gone back to later." +
        "\nOn a Docker host a stack that names none of them starts what was built last; another's image is left alone." +
        "\nOn AWS all that runs is put into the account's registry, which the first `up` makes.",
    );
