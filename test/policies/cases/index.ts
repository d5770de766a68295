/** One change to a safe stack for each thing a rule looks at, and what the rule says of it. */
import { AWS_CONTROL } from "./aws-control";
import { AWS_DATA } from "./aws-data";
import { AWS_RUN } from "./aws-run";
import { DOCKER } from "./docker";

export const CASES = [...AWS_DATA, ...AWS_RUN, ...AWS_CONTROL, ...DOCKER];
