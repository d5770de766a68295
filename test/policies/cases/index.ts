/** One change to a safe stack for each thing a rule looks at, and what the rule says of it. */
import { CACHE } from "./aws-cache";
import { EC2 } from "./aws-ec2";
import { ECS } from "./aws-ecs";
import { EDGE } from "./aws-edge";
import { KEYS } from "./aws-keys";
import { MESSAGES } from "./aws-messages";
import { MONITORING } from "./aws-monitoring";
import { NETWORK } from "./aws-network";
import { RDS } from "./aws-rds";
import { S3 } from "./aws-s3";
import { DOCKER } from "./docker";
import { MATERIAL } from "./material";

export const CASES = [
  ...[RDS, CACHE, S3, ECS, EC2, EDGE, NETWORK],
  ...[MONITORING, KEYS, MATERIAL, MESSAGES, DOCKER],
];
