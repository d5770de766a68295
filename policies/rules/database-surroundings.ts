/** What has to stand beside a database: parameters, subnets, backup plans. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import * as expect from "../expect";
import { graphRule, resourceRule, type Finding } from "../rule";
import { AURORA, aws, DATABASE } from "../tokens";
import { refers, type GraphView } from "../view";
import { selects } from "./backup-selection";
import { unlessReplica } from "./database";
import { subnetsThatLeadOut } from "./routes";

const { isSet, judge, matches, properties } = expect;

const PARAMETERS = aws("rds", "parameterGroup");
const AURORA_PARAMETERS = aws("rds", "clusterParameterGroup");
const SUBNETS = aws("rds", "subnetGroup");
const GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide";

export const databaseSurroundings = [
  resourceRule({
    name: "rds-placed",
    description: "A database has subnets and security groups chosen for it, not the network's default ones.",
    severity: "high",
    remediation: "Set dbSubnetGroupName and vpcSecurityGroupIds",
    link: `${GUIDE}/USER_VPC.WorkingWithRDSInstanceinaVPC.html`,
    types: [...DATABASE, ...AURORA],
    check: (database) => [
      ...unlessReplica(properties({ dbSubnetGroupName: isSet }))(database),
      ...judge(database, "vpcSecurityGroupIds", isSet),
    ],
  }),
  resourceRule({
    name: "rds-force-ssl",
    description: "A database takes encrypted connections only.",
    severity: "high",
    references: { checkov: "CKV2_AWS_69" },
    remediation:
      'Add the parameter rds.force_ssl, of MySQL and MariaDB require_secure_transport, with the value "1"',
    types: [...PARAMETERS, ...AURORA_PARAMETERS],
    check: judgeParameter(["rds.force_ssl", "require_secure_transport"], matches(/^(1|on|true)$/i, "1")),
  }),
  resourceRule({
    name: "rds-query-log",
    description: "Slow statements of PostgreSQL, or those that change the schema, are logged.",
    severity: "low",
    references: { checkov: "CKV2_AWS_30" },
    remediation: "Add the parameter log_min_duration_statement, in milliseconds, or log_statement",
    link: `${GUIDE}/USER_LogAccess.Concepts.PostgreSQL.html`,
    types: [...PARAMETERS, ...AURORA_PARAMETERS],
    check: judgeQueryLog,
  }),
  graphRule({
    name: "rds-parameters",
    description:
      "A database has a parameter group of this stack, so that what is required of it is declared.",
    severity: "high",
    remediation:
      "Declare an rds.ParameterGroup and set parameterGroupName to its name; of Aurora an rds.ClusterParameterGroup and dbClusterParameterGroupName",
    link: `${GUIDE}/USER_WorkingWithParamGroups.html`,
    types: [...DATABASE, ...AURORA],
    check: (database, view) => {
      const [input, types] = AURORA.includes(database.type)
        ? ["dbClusterParameterGroupName", AURORA_PARAMETERS]
        : ["parameterGroupName", PARAMETERS];
      const { sure, open } = view.targets(database, input, types);
      const answer = sure.length > 0 ? true : open ? undefined : false;
      return unlessReplica(() =>
        expect.unless(answer, database, "no parameter group of this stack is in force", input),
      )(database);
    },
  }),
  graphRule({
    name: "rds-private-subnets",
    description: "A database's subnets have no route to the internet.",
    severity: "high",
    references: { fsbp: "RDS.46" },
    remediation: "Give the subnet group subnets whose route tables lead to no internet gateway",
    types: SUBNETS,
    check: judgeSubnets,
  }),
  graphRule({
    name: "rds-in-backup-plan",
    description: "A database is in a backup plan, which keeps copies elsewhere than beside it.",
    severity: "medium",
    references: { fsbp: "RDS.26", nag: "RDSInBackupPlan" },
    remediation:
      "Name the database's arn in the resources of a backup.Selection, and keep it out of notResources and conditions",
    types: [...DATABASE, ...AURORA],
    check: (instance, view) => {
      const selections = view.ofType(aws("backup", "selection"));
      const answers = selections.map((selection) => selects(selection, instance, view));
      return expect.unless(expect.some(answers), instance, "no backup plan covers it");
    },
  }),
];

/** One of the named parameters has to be there with such a value. */
function judgeParameter(names: readonly string[], expected: ReturnType<typeof matches>) {
  return (resource: Resource): Finding[] => {
    const { parameters } = resource.inputs;
    if (parameters === UNKNOWN) return judge(resource, "parameters", isSet);
    const entries = list(parameters);
    const answers = entries.map((entry) => {
      const { name, value } = object(entry);
      if (entry === UNKNOWN || name === UNKNOWN) return undefined;
      return names.includes(String(name)) ? expect.hold(value, expected) : false;
    });
    return expect.unless(
      expect.some(answers),
      resource,
      `no ${names.join(" or ")} with ${expected.allowed}`,
      "parameters",
    );
  };
}

/** Other engines call these parameters otherwise. */
function judgeQueryLog(group: Resource): Finding[] {
  const { family = "postgres" } = group.inputs;
  if (family !== UNKNOWN && !/^(aurora-)?postgres/.test(String(family))) return [];
  const findings = judgeParameter(
    ["log_min_duration_statement", "log_statement"],
    matches(/^(\d+|ddl|mod|all)$/, "0 or more, or ddl, mod, all"),
  )(group);
  return family === UNKNOWN ? expect.softened(findings) : findings;
}

function judgeSubnets(group: Resource, view: GraphView): Finding[] {
  const open = subnetsThatLeadOut(view);
  const answers = open.map((subnet) => refers(group, "subnetIds", subnet));
  return expect.unless(
    answers.includes(true) ? false : answers.includes(undefined) ? undefined : true,
    group,
    "one of the subnets has a route to an internet gateway",
    "subnetIds",
  );
}
