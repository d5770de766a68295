import { program } from "./program";
import { run } from "./run";

void run(() => program().parseAsync());
