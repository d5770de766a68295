import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rulesPage } from "./reports/rules-page";
import { TOPICS } from "./rules";

writeFileSync(join(__dirname, "rules.md"), rulesPage(TOPICS));
