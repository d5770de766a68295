import type { Actions } from "../actions";
import { exits } from "../run";
import { command, type CommonOptions } from "./command";

export interface ImagesOptions extends CommonOptions {
  readonly json?: boolean;
  readonly nodeImage?: string;
}

export const imagesCommand = ({ images }: Actions) =>
  command(
    "images <stack>",
    "Builds the images Mainstay makes itself: on the stack's Docker host, or into its registry on AWS",
    {
      examples: [
        "npm run images -- local",
        "npm run images -- prod",
        "npm run images -- local --node-image debian-with-node:20.20",
      ],
      notes: [
        "Prints what to write under `images` of the stack: this release, which can be gone back to later. On a Docker",
        "host a stack that names no image there starts what was built last; an image of its own is left alone. On AWS",
        "all that runs is put into the account's registry, which `up --only registry` makes.",
      ],
    },
  )
    .option("--json", "print the references of what was built as JSON")
    .option("--node-image <image>", "a Debian image with Node to build on, instead of the pinned ones")
    .action(exits(images));
