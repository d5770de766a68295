import { UNKNOWN, type Json } from "../../../graph/resource";
import { told, type Given, type GivenStack } from "./graphs";

/** A resource of AWS: plain inputs, and ids of others nobody knows before `up`. */
function aws(
  type: string,
  inputs: Record<string, Json>,
  ids: readonly (readonly [string, string])[] = [],
  partly: Given["from"] = {},
): Given {
  const { inputs: unknown, from } = told(...ids);
  return { type, inputs: { ...unknown, ...inputs }, from: { ...from, ...partly } };
}

const BOUNDARY = "arn:aws:iam::123456789012:policy/boundary";
const ACCOUNT = "123456789012";
const ISSUER = "token.actions.githubusercontent.com";

/** What every bucket's policy holds. */
export const TLS_ONLY = {
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: "*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

/** A trust in tokens of GitHub's. */
export const trust = (Condition: Json) => ({
  Sid: "X",
  Effect: "Allow",
  Action: "sts:AssumeRoleWithWebIdentity",
  Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}` },
  Condition,
});

/** What a role may do that makes roles, by Sid. */
export const DEPLOYS = {
  Roles: {
    Sid: "Roles",
    Effect: "Allow",
    Action: ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"],
    Resource: `arn:aws:iam::${ACCOUNT}:role/app/*`,
    Condition: { StringEquals: { "iam:PermissionsBoundary": BOUNDARY } },
  },
  HandOn: {
    Sid: "HandOn",
    Effect: "Allow",
    Action: "iam:PassRole",
    Resource: `arn:aws:iam::${ACCOUNT}:role/app/*`,
    Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  },
  Rights: {
    Sid: "Rights",
    Effect: "Deny",
    Action: ["iam:Put*", "iam:Attach*", "iam:Update*", "iam:Create*", "iam:Set*", "iam:De*"],
    Resource: [`arn:aws:iam::${ACCOUNT}:role/access/*`, BOUNDARY],
  },
  Trusts: {
    Sid: "Trusts",
    Effect: "Allow",
    Action: ["iam:UpdateAssumeRolePolicy", "iam:CreatePolicyVersion"],
    Resource: [`arn:aws:iam::${ACCOUNT}:role/app/*`, `arn:aws:iam::${ACCOUNT}:policy/app/*`],
  },
  Boundary: {
    Sid: "Boundary",
    Effect: "Deny",
    Action: "iam:DeleteRolePermissionsBoundary",
    Resource: "*",
  },
};

/** What a role may not do that may look at everything. */
export const LOOKS: Json[] = [
  {
    Sid: "Data",
    Effect: "Deny",
    Action: [
      ...["secretsmanager:BatchGetSecretValue", "ssm:GetParameter*", "lambda:GetFunction", "kms:Decrypt"],
      ...["logs:GetLog*", "logs:FilterLogEvents", "logs:GetQueryResults", "logs:Start*", "aps:QueryMetrics"],
      ...["xray:BatchGetTraces", "rds:Download*", "ecr:GetDownloadUrlForLayer", "sts:AssumeRole"],
    ],
    Resource: "*",
  },
  {
    Sid: "Values",
    Effect: "Deny",
    Action: ["secretsmanager:GetSecretValue", "s3:GetObject*"],
    NotResource: "arn:aws:s3:::state/*",
  },
];
const policy = (...Statement: Json[]) => JSON.stringify({ Version: "2012-10-17", Statement });

export const CONTAINER: Record<string, Json> = {
  name: "api",
  image: `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:${"b".repeat(64)}`,
  user: "10101:10101",
  essential: true,
  readonlyRootFilesystem: true,
  privileged: false,
  linuxParameters: { capabilities: { drop: ["ALL"] } },
  environment: [{ name: "LOG_LEVEL", value: "info" }],
  secrets: [{ name: "DATABASE_URL", valueFrom: "arn:aws:secretsmanager:::secret:x" }],
  logConfiguration: { logDriver: "awslogs" },
  healthCheck: { command: ["CMD", "node", "health"] },
};

const alarm = (metricName: string, of: string): Given =>
  aws(
    "cloudwatch/metricAlarm",
    {
      metricName,
      comparisonOperator: metricName.startsWith("Free") ? "LessThanThreshold" : "GreaterThanThreshold",
      threshold: 80,
      period: 300,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      alarmActions: [UNKNOWN],
      treatMissingData: "breaching",
    },
    [["dimensions", of]],
    { alarmActions: ["topic"] },
  );

const waf = (name: string, statement: Json): Json => ({
  name,
  priority: 1,
  overrideAction: { none: {} },
  statement,
  visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: name, sampledRequestsEnabled: true },
});

const wafJson = (Name: string, Statement: Json): Json => ({
  Name,
  Priority: 1,
  OverrideAction: { None: {} },
  Statement,
  VisibilityConfig: { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: Name },
});

/** Rules of a firewall in the words of AWS's API, which obey every rule. */
export const FIREWALL_JSON: readonly Json[] = [
  wafJson("metrics", {
    ByteMatchStatement: {
      SearchString: "/metrics",
      FieldToMatch: { UriPath: {} },
      TextTransformations: [{ Priority: 0, Type: "URL_DECODE" }],
      PositionalConstraint: "STARTS_WITH",
    },
  }),
  wafJson("inputs", {
    ManagedRuleGroupStatement: { VendorName: "AWS", Name: "AWSManagedRulesKnownBadInputsRuleSet" },
  }),
  wafJson("common", {
    ManagedRuleGroupStatement: {
      VendorName: "AWS",
      Name: "AWSManagedRulesCommonRuleSet",
      RuleActionOverrides: [{ Name: "SizeRestrictions_BODY", ActionToUse: { Count: {} } }],
    },
  }),
  wafJson("labels", {
    LabelMatchStatement: {
      Scope: "LABEL",
      Key: "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body",
    },
  }),
  wafJson("rate", { RateBasedStatement: { Limit: 600, AggregateKeyType: "IP" } }),
];

const firewallLog = (of: string): Given =>
  aws(
    "wafv2/webAclLoggingConfiguration",
    {
      redactedFields: [{ singleHeader: { name: "authorization" } }, { singleHeader: { name: "cookie" } }],
      loggingFilter: {
        defaultBehavior: "DROP",
        filters: [
          {
            behavior: "KEEP",
            requirement: "MEETS_ANY",
            conditions: [{ actionCondition: { action: "BLOCK" } }],
          },
        ],
      },
    },
    [["resourceArn", of]],
  );

/** Routes that end in a receiver, of which one tells somebody and one does not. */
export const routed = (receiver: string) =>
  JSON.stringify({
    alertmanager_config: JSON.stringify({
      route: { receiver, routes: [{ receiver: "nobody", matchers: ['severity="none"'] }] },
      receivers: [{ name: "all", sns_configs: [{ topic_arn: "arn" }] }, { name: "nobody" }],
    }),
  });

/** An environment on AWS that obeys every rule. */
export const awsStack: GivenStack = {
  provider: {
    type: "pulumi:aws",
    inputs: {
      region: "eu-west-1",
      allowedAccountIds: '["123456789012"]',
      defaultTags: '{"tags":{"mainstay:environment":"test"}}',
    },
  },

  vpc: aws("ec2/vpc", { cidrBlock: "10.0.0.0/16" }),
  flowLog: aws("ec2/flowLog", { trafficType: "ALL" }, [["vpcId", "vpc"]]),
  defaultGroup: aws("ec2/defaultSecurityGroup", {}, [["vpcId", "vpc"]]),
  gateway: aws("ec2/internetGateway", {}, [["vpcId", "vpc"]]),
  publicTable: aws("ec2/routeTable", {}, [["vpcId", "vpc"]]),
  publicRoute: aws("ec2/route", { destinationCidrBlock: "0.0.0.0/0" }, [
    ["routeTableId", "publicTable"],
    ["gatewayId", "gateway"],
  ]),
  publicSubnet: aws("ec2/subnet", { cidrBlock: "10.0.0.0/24", mapPublicIpOnLaunch: false }, [
    ["vpcId", "vpc"],
  ]),
  publicAssociation: aws("ec2/routeTableAssociation", {}, [
    ["routeTableId", "publicTable"],
    ["subnetId", "publicSubnet"],
  ]),
  privateTable: aws("ec2/routeTable", {}, [["vpcId", "vpc"]]),
  mainTable: aws("ec2/mainRouteTableAssociation", {}, [
    ["vpcId", "vpc"],
    ["routeTableId", "privateTable"],
  ]),
  privateSubnet: aws("ec2/subnet", { cidrBlock: "10.0.1.0/24", availabilityZone: "eu-west-1a" }, [
    ["vpcId", "vpc"],
  ]),
  otherSubnet: aws("ec2/subnet", { cidrBlock: "10.0.2.0/24", availabilityZone: "eu-west-1b" }, [
    ["vpcId", "vpc"],
  ]),
  otherAssociation: aws("ec2/routeTableAssociation", {}, [
    ["routeTableId", "privateTable"],
    ["subnetId", "otherSubnet"],
  ]),
  privateAssociation: aws("ec2/routeTableAssociation", {}, [
    ["routeTableId", "privateTable"],
    ["subnetId", "privateSubnet"],
  ]),
  ecrApi: aws(
    "ec2/vpcEndpoint",
    { serviceName: "com.amazonaws.eu-west-1.ecr.api", vpcEndpointType: "Interface", privateDnsEnabled: true },
    [["vpcId", "vpc"]],
  ),
  ecrImages: aws("ec2/vpcEndpoint", { serviceName: "com.amazonaws.eu-west-1.ecr.dkr" }, [["vpcId", "vpc"]]),
  storage: aws("ec2/vpcEndpoint", { serviceName: "com.amazonaws.eu-west-1.s3", policy: policy() }, [
    ["vpcId", "vpc"],
  ]),
  accessList: aws(
    "ec2/networkAcl",
    {
      ingress: [
        { action: "allow", cidrBlock: "10.0.0.0/8", fromPort: 0, toPort: 0, protocol: "-1", ruleNo: 1 },
      ],
    },
    [["vpcId", "vpc"]],
  ),

  balancerGroup: aws("ec2/securityGroup", { description: "The load balancer" }, [["vpcId", "vpc"]]),
  appGroup: aws("ec2/securityGroup", { description: "The app" }, [["vpcId", "vpc"]]),
  dataGroup: aws("ec2/securityGroup", { description: "Data" }, [["vpcId", "vpc"]]),
  fromWorld: aws(
    "vpc/securityGroupIngressRule",
    { description: "Users", cidrIpv4: "0.0.0.0/0", fromPort: 443, toPort: 443, ipProtocol: "tcp" },
    [["securityGroupId", "balancerGroup"]],
  ),
  fromApp: aws(
    "vpc/securityGroupIngressRule",
    { description: "The app", fromPort: 5432, toPort: 5432, ipProtocol: "tcp" },
    [
      ["securityGroupId", "dataGroup"],
      ["referencedSecurityGroupId", "appGroup"],
    ],
  ),
  toWorld: aws(
    "vpc/securityGroupEgressRule",
    { description: "Providers", cidrIpv4: "0.0.0.0/0", fromPort: 443, toPort: 443, ipProtocol: "tcp" },
    [["securityGroupId", "appGroup"]],
  ),
  toStorage: aws(
    "vpc/securityGroupEgressRule",
    { description: "Storage", fromPort: 443, toPort: 443, ipProtocol: "tcp" },
    [
      ["securityGroupId", "appGroup"],
      ["prefixListId", "storage"],
    ],
  ),

  key: aws("kms/key", { enableKeyRotation: true, deletionWindowInDays: 30 }),
  parameters: aws("rds/parameterGroup", {
    family: "postgres17",
    parameters: [
      { name: "rds.force_ssl", value: "1" },
      { name: "log_min_duration_statement", value: "500" },
    ],
  }),
  databaseSubnets: aws("rds/subnetGroup", { subnetIds: [UNKNOWN, UNKNOWN] }, [], {
    subnetIds: ["privateSubnet", "otherSubnet"],
  }),
  database: aws(
    "rds/instance",
    {
      engine: "postgres",
      engineVersion: "17.4",
      identifier: "main",
      allocatedStorage: 100,
      maxAllocatedStorage: 200,
      username: "mainstay",
      manageMasterUserPassword: true,
      publiclyAccessible: false,
      storageEncrypted: true,
      backupRetentionPeriod: 30,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "last",
      multiAz: true,
      iamDatabaseAuthenticationEnabled: true,
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      monitoringInterval: 60,
      performanceInsightsEnabled: true,
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: true,
      port: 5433,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      deleteAutomatedBackups: false,
    },
    [
      ["kmsKeyId", "key"],
      ["performanceInsightsKmsKeyId", "key"],
      ["masterUserSecretKmsKeyId", "key"],
      ["parameterGroupName", "parameters"],
      ["dbSubnetGroupName", "databaseSubnets"],
      ["vpcSecurityGroupIds", "dataGroup"],
    ],
  ),
  auroraParameters: aws("rds/clusterParameterGroup", {
    family: "aurora-postgresql17",
    parameters: [
      { name: "rds.force_ssl", value: "1" },
      { name: "log_min_duration_statement", value: "500" },
    ],
  }),
  aurora: aws(
    "rds/cluster",
    {
      engine: "aurora-postgresql",
      engineVersion: "17.4",
      clusterIdentifier: "wide",
      masterUsername: "mainstay",
      manageMasterUserPassword: true,
      storageEncrypted: true,
      backupRetentionPeriod: 30,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "last-of-wide",
      iamDatabaseAuthenticationEnabled: true,
      enabledCloudwatchLogsExports: ["postgresql"],
      copyTagsToSnapshot: true,
      port: 5433,
      deleteAutomatedBackups: false,
    },
    [
      ["kmsKeyId", "key"],
      ["masterUserSecretKmsKeyId", "key"],
      ["dbClusterParameterGroupName", "auroraParameters"],
      ["dbSubnetGroupName", "databaseSubnets"],
      ["vpcSecurityGroupIds", "dataGroup"],
    ],
  ),
  auroraInstance: aws(
    "rds/clusterInstance",
    {
      engine: "aurora-postgresql",
      publiclyAccessible: false,
      monitoringInterval: 60,
      performanceInsightsEnabled: true,
      autoMinorVersionUpgrade: true,
      caCertIdentifier: "rds-ca-rsa2048-g1",
    },
    [
      ["clusterIdentifier", "aurora"],
      ["performanceInsightsKmsKeyId", "key"],
    ],
  ),
  databaseCpu: alarm("CPUUtilization", "database"),
  together: aws("cloudwatch/compositeAlarm", { alarmRule: 'ALARM("a")', alarmActions: ["arn:aws:sns:::x"] }),
  silence: aws(
    "cloudwatch/metricAlarm",
    {
      metricName: "NumberOfMessagesPublished",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      period: 300,
      evaluationPeriods: 2,
      alarmActions: ["arn:aws:sns:::x"],
      treatMissingData: "breaching",
    },
    [["dimensions", "topic"]],
  ),
  drift: aws("cloudwatch/metricAlarm", {
    metricName: "mainstay_drift_differences",
    comparisonOperator: "GreaterThanThreshold",
    statistic: "Maximum",
    threshold: 0,
    period: 60,
    evaluationPeriods: 1,
    alarmActions: ["arn:aws:sns:::x"],
    treatMissingData: "ignore",
  }),
  looks: aws("cloudwatch/metricAlarm", {
    metricName: "mainstay_drift_look_age_seconds",
    comparisonOperator: "LessThanThreshold",
    statistic: "SampleCount",
    threshold: 1,
    period: 86_400,
    evaluationPeriods: 2,
    alarmActions: ["arn:aws:sns:::x"],
    treatMissingData: "breaching",
  }),
  databaseDisk: alarm("FreeStorageSpace", "database"),
  databaseConnections: alarm("DatabaseConnections", "database"),

  vault: aws("backup/vault", {}, [["kmsKeyArn", "key"]]),
  vaultLock: aws("backup/vaultLockConfiguration", { minRetentionDays: 30 }, [["backupVaultName", "vault"]]),
  vaultPolicy: aws("backup/vaultPolicy", {
    policy: policy({
      Effect: "Allow",
      Principal: { AWS: ACCOUNT },
      Action: "backup:CopyIntoBackupVault",
      Resource: "*",
    }),
  }),
  plan: aws("backup/plan", {
    rules: [{ ruleName: "daily", schedule: "cron(0 2 * * ? *)", lifecycle: { deleteAfter: 35 } }],
  }),
  trial: aws("backup/restoreTestingPlan", {
    scheduleExpression: "cron(0 10 ? * 1 *)",
    recoveryPointSelection: {
      algorithm: "LATEST_WITHIN_WINDOW",
      selectionWindowDays: 7,
      includeVaults: ["arn:vault"],
    },
  }),
  selection: aws("backup/selection", { resources: [UNKNOWN, UNKNOWN] }, [["planId", "plan"]], {
    resources: ["database", "aurora"],
  }),

  cacheSubnets: aws("elasticache/subnetGroup", {}, [["subnetIds", "privateSubnet"]]),
  cache: aws(
    "elasticache/replicationGroup",
    {
      replicationGroupId: "cache",
      engineVersion: "8.2",
      atRestEncryptionEnabled: true,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      userGroupIds: ["app"],
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      numCacheClusters: 2,
      snapshotRetentionLimit: 7,
      subnetGroupName: "private",
      autoMinorVersionUpgrade: true,
      port: 6380,
      logDeliveryConfigurations: [
        { logType: "slow-log", destination: "x", destinationType: "cloudwatch-logs", logFormat: "json" },
        { logType: "engine-log", destination: "x", destinationType: "cloudwatch-logs", logFormat: "json" },
      ],
    },
    [
      ["kmsKeyId", "key"],
      ["securityGroupIds", "dataGroup"],
    ],
  ),
  memcached: aws(
    "elasticache/cluster",
    {
      engine: "memcached",
      engineVersion: "1.6.22",
      transitEncryptionEnabled: true,
      subnetGroupName: "private",
      autoMinorVersionUpgrade: "true",
      port: 11_212,
    },
    [["securityGroupIds", "dataGroup"]],
  ),
  node: aws("elasticache/cluster", {}, [["replicationGroupId", "cache"]]),
  serverless: aws(
    "elasticache/serverlessCache",
    { engine: "valkey", majorEngineVersion: "8", userGroupId: "app", snapshotRetentionLimit: 7 },
    [
      ["kmsKeyId", "key"],
      ["securityGroupIds", "dataGroup"],
      ["subnetIds", "privateSubnet"],
    ],
  ),
  serverlessMemcached: aws(
    "elasticache/serverlessCache",
    { engine: "memcached", majorEngineVersion: "1.6", snapshotRetentionLimit: 7 },
    [
      ["kmsKeyId", "key"],
      ["securityGroupIds", "dataGroup"],
      ["subnetIds", "privateSubnet"],
    ],
  ),
  cacheCpu: alarm("EngineCPUUtilization", "cache"),
  cacheMemory: alarm("DatabaseMemoryUsagePercentage", "cache"),

  cluster: aws("ecs/cluster", { settings: [{ name: "containerInsights", value: "enabled" }] }),
  executionRole: aws("iam/role", {
    maxSessionDuration: 3600,
    permissionsBoundary: BOUNDARY,
    assumeRolePolicy: policy({
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
    }),
  }),
  taskRole: aws("iam/role", {
    permissionsBoundary: BOUNDARY,
    assumeRolePolicy: policy({
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
    }),
  }),
  rolePolicy: aws(
    "iam/rolePolicy",
    {
      policy: policy({
        Sid: "Read",
        Effect: "Allow",
        Action: ["s3:GetObject"],
        Resource: "arn:aws:s3:::x/*",
      }),
    },
    [["role", "taskRole"]],
  ),
  attachment: aws(
    "iam/rolePolicyAttachment",
    { policyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy" },
    [["role", "executionRole"]],
  ),
  deployer: aws("iam/role", {
    name: "deployer",
    path: "/access/",
    assumeRolePolicy: policy(
      trust({
        StringEquals: {
          [`${ISSUER}:aud`]: "sts.amazonaws.com",
          [`${ISSUER}:sub`]: ["repo:owner/name:environment:prod"],
        },
      }),
    ),
  }),
  deployerPolicy: aws("iam/rolePolicy", { policy: policy(...Object.values(DEPLOYS)) }, [
    ["role", "deployer"],
  ]),
  looker: aws("iam/role", {
    assumeRolePolicy: policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: ACCOUNT } }),
  }),
  lookerAttachment: aws("iam/rolePolicyAttachment", { policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }, [
    ["role", "looker"],
  ]),
  lookerPolicy: aws("iam/rolePolicy", { policy: policy(...LOOKS) }, [["role", "looker"]]),
  worker: aws("iam/role", {
    path: "/access/",
    permissionsBoundary: BOUNDARY,
    assumeRolePolicy: policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: ACCOUNT } }),
    managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    inlinePolicies: [
      { name: "looks", policy: policy(...LOOKS) },
      { name: "deploys", policy: policy(...Object.values(DEPLOYS)) },
    ],
  }),
  deploys: aws("iam/policy", { policy: policy(...Object.values(DEPLOYS)) }),
  deploysAttachment: aws(
    "iam/rolePolicyAttachment",
    { policyArn: `arn:aws:iam::${ACCOUNT}:policy/deploys` },
    [["role", "deployer"]],
    { policyArn: ["deploys"] },
  ),
  person: aws("iam/user", {}),
  personKey: aws("iam/accessKey", { status: "Inactive" }, [["user", "person"]]),
  writer: aws("iam/user", { path: "/mainstay/" }),
  writerKey: aws("iam/accessKey", {}, [["user", "writer"]]),
  personPolicy: aws("iam/userPolicy", { policy: policy(...LOOKS) }, [["user", "person"]]),
  people: aws("iam/group", {}),
  peoplePolicy: aws("iam/groupPolicy", { policy: policy(...LOOKS) }, [["group", "people"]]),
  peopleAttachment: aws("iam/policyAttachment", { policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }, [
    ["users", "person"],
    ["groups", "people"],
  ]),
  task: aws(
    "ecs/taskDefinition",
    {
      family: "api",
      networkMode: "awsvpc",
      containerDefinitions: JSON.stringify([CONTAINER]),
      volumes: [
        { name: "files", efsVolumeConfiguration: { fileSystemId: "fs-1", transitEncryption: "ENABLED" } },
      ],
    },
    [
      ["executionRoleArn", "executionRole"],
      ["taskRoleArn", "taskRole"],
    ],
  ),
  service: aws(
    "ecs/service",
    {
      name: "api",
      desiredCount: 2,
      platformVersion: "LATEST",
      enableExecuteCommand: false,
      networkConfiguration: { assignPublicIp: false, securityGroups: [UNKNOWN], subnets: [UNKNOWN] },
      deploymentCircuitBreaker: { enable: true, rollback: true },
      alarms: { enable: true, rollback: true, alarmNames: ["api-ReleaseFailuresHigh"] },
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
    },
    [
      ["taskDefinition", "task"],
      ["cluster", "cluster"],
    ],
    { networkConfiguration: ["appGroup", "privateSubnet"] },
  ),
  serviceCpu: alarm("CPUUtilization", "service"),
  serviceMemory: alarm("MemoryUtilization", "service"),
  scalingByLoad: aws("appautoscaling/policy", {
    targetTrackingScalingPolicyConfiguration: {
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
      targetValue: 60,
    },
  }),
  scaling: aws("appautoscaling/target", { minCapacity: 2, maxCapacity: 6 }, [["resourceId", "service"]]),

  certificate: aws("acm/certificate", {
    domainName: "api.example.com",
    keyAlgorithm: "EC_prime256v1",
    validationMethod: "DNS",
  }),
  balancer: aws(
    "lb/loadBalancer",
    {
      loadBalancerType: "application",
      internal: false,
      enableDeletionProtection: true,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      subnets: [UNKNOWN, UNKNOWN],
      accessLogs: { enabled: true, bucket: "logs" },
    },
    [["securityGroups", "balancerGroup"]],
  ),
  classic: aws(
    "elb/loadBalancer",
    {
      internal: false,
      desyncMitigationMode: "defensive",
      subnets: [UNKNOWN, UNKNOWN],
      accessLogs: { bucket: "logs" },
      listeners: [
        {
          lbPort: 443,
          lbProtocol: "https",
          instancePort: 8443,
          instanceProtocol: "https",
          sslCertificateId: "arn:certificate",
        },
      ],
    },
    [["securityGroups", "balancerGroup"]],
  ),
  machine: aws(
    "ec2/instance",
    {
      associatePublicIpAddress: false,
      metadataOptions: { httpTokens: "required" },
      rootBlockDevice: { encrypted: true },
      ebsBlockDevices: [{ deviceName: "/dev/sdf", encrypted: true }],
      userData: "#!/bin/sh\nexport LOG_LEVEL=info\n",
    },
    [["subnetId", "privateSubnet"]],
  ),
  template: aws("ec2/launchTemplate", { metadataOptions: { httpTokens: "required" } }),
  made: aws("ec2/instance", {}, [["launchTemplate", "template"]]),
  volume: aws("ebs/volume", { encrypted: true }),
  balancerErrors: alarm("HTTPCode_Target_5XX_Count", "balancer"),
  balancerTime: alarm("TargetResponseTime", "balancer"),
  https: aws(
    "lb/listener",
    {
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      routingHttpResponseStrictTransportSecurityHeaderValue: "max-age=31536000; includeSubDomains",
      routingHttpResponseXContentTypeOptionsHeaderValue: "nosniff",
      routingHttpResponseXFrameOptionsHeaderValue: "DENY",
      defaultActions: [{ type: "forward" }],
    },
    [
      ["loadBalancerArn", "balancer"],
      ["certificateArn", "certificate"],
    ],
  ),
  http: aws(
    "lb/listener",
    {
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
      ],
    },
    [["loadBalancerArn", "balancer"]],
  ),
  forwards: aws(
    "lb/listenerRule",
    {
      conditions: [{ pathPattern: { values: ["/api/*"] } }],
      actions: [{ type: "forward", targetGroupArn: "arn:targets" }],
      transforms: [
        { type: "url-rewrite", urlRewriteConfig: { rewrite: { regex: "^/api/(.*)$", replace: "/v1/$1" } } },
      ],
    },
    [["listenerArn", "https"]],
  ),
  moves: aws(
    "lb/listenerRule",
    {
      conditions: [{ hostHeader: { values: ["old.example.com"] } }],
      actions: [
        {
          type: "redirect",
          redirect: { protocol: "HTTPS", port: "443", host: "api.example.com", statusCode: "HTTP_301" },
        },
      ],
    },
    [["listenerArn", "http"]],
  ),
  targets: aws("lb/targetGroup", {
    protocol: "HTTP",
    healthCheck: { enabled: true, path: "/health/ready", interval: 10, unhealthyThreshold: 3 },
  }),
  firewall: aws("wafv2/webAcl", {
    scope: "REGIONAL",
    rules: [
      waf("inputs", {
        managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesKnownBadInputsRuleSet" },
      }),
      waf("rate", { rateBasedStatement: { limit: 600, aggregateKeyType: "IP" } }),
      waf("metrics", {
        byteMatchStatement: {
          fieldToMatch: { uriPath: {} },
          positionalConstraint: "STARTS_WITH",
          searchString: "/metrics",
          textTransformations: [{ priority: 0, type: "URL_DECODE" }],
        },
      }),
      waf("common", {
        managedRuleGroupStatement: {
          vendorName: "AWS",
          name: "AWSManagedRulesCommonRuleSet",
          ruleActionOverrides: [{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }],
        },
      }),
      waf("labels", {
        labelMatchStatement: {
          key: "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body",
          scope: "LABEL",
        },
      }),
    ],
    visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "acl", sampledRequestsEnabled: true },
  }),
  firewallAsJson: aws("wafv2/webAcl", {
    scope: "REGIONAL",
    ruleJson: JSON.stringify(FIREWALL_JSON),
    visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "json", sampledRequestsEnabled: true },
  }),
  firewallOfParts: aws("wafv2/webAcl", {
    scope: "REGIONAL",
    visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "parts", sampledRequestsEnabled: true },
  }),
  firewallOfPartsLog: firewallLog("firewallOfParts"),
  partInputs: aws(
    "wafv2/webAclRuleGroupAssociation",
    {
      ruleName: "inputs",
      managedRuleGroup: { vendorName: "AWS", name: "AWSManagedRulesKnownBadInputsRuleSet" },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "inputs" },
    },
    [["webAclArn", "firewallOfParts"]],
  ),
  partCommon: aws(
    "wafv2/webAclRule",
    {
      name: "common",
      overrideAction: { none: {} },
      statement: { managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesCommonRuleSet" } },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "common" },
    },
    [["webAclArn", "firewallOfParts"]],
  ),
  partRate: aws(
    "wafv2/webAclRule",
    {
      name: "rate",
      action: { block: {} },
      statement: { rateBasedStatement: { limit: 600, aggregateKeyType: "IP" } },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "rate" },
    },
    [["webAclArn", "firewallOfParts"]],
  ),
  partMetrics: aws(
    "wafv2/webAclRule",
    {
      name: "metrics",
      action: { block: {} },
      statement: {
        byteMatchStatement: {
          fieldToMatch: { uriPath: {} },
          positionalConstraint: "STARTS_WITH",
          searchString: "/metrics",
          textTransformations: [{ priority: 0, type: "URL_DECODE" }],
        },
      },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "metrics" },
    },
    [["webAclArn", "firewallOfParts"]],
  ),
  group: aws("wafv2/ruleGroup", {
    scope: "REGIONAL",
    rules: [
      {
        name: "elsewhere",
        action: { block: {} },
        statement: { geoMatchStatement: { countryCodes: ["AQ"] } },
        visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "elsewhere" },
      },
    ],
    visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "group", sampledRequestsEnabled: true },
  }),
  firewallOf: aws("wafv2/webAclAssociation", {}, [
    ["resourceArn", "balancer"],
    ["webAclArn", "firewall"],
  ]),
  trusted: aws("wafv2/ipSet", { addresses: ["10.0.0.0/8"] }),
  firewallLog: firewallLog("firewall"),
  firewallAsJsonLog: firewallLog("firewallAsJson"),

  bucket: aws("s3/bucket", { bucketPrefix: "backups-", forceDestroy: false, objectLockEnabled: true }),
  closed: aws(
    "s3/bucketPublicAccessBlock",
    { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    [["bucket", "bucket"]],
  ),
  encryption: aws(
    "s3/bucketServerSideEncryptionConfiguration",
    {
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:key" } }],
    },
    [["bucket", "bucket"]],
  ),
  versioning: aws("s3/bucketVersioning", { versioningConfiguration: { status: "Enabled" } }, [
    ["bucket", "bucket"],
  ]),
  bucketPolicy: aws(
    "s3/bucketPolicy",
    {
      policy: policy(TLS_ONLY),
    },
    [["bucket", "bucket"]],
  ),
  lifecycle: aws(
    "s3/bucketLifecycleConfiguration",
    {
      rules: [
        {
          id: "old",
          status: "Enabled",
          expiration: { days: 365 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    },
    [["bucket", "bucket"]],
  ),
  lock: aws(
    "s3/bucketObjectLockConfiguration",
    { rule: { defaultRetention: { mode: "GOVERNANCE", days: 30 } } },
    [["bucket", "bucket"]],
  ),
  replication: aws(
    "s3/bucketReplicationConfig",
    {
      rules: [
        {
          status: "Enabled",
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: { encryptionConfiguration: { replicaKmsKeyId: "arn:key" } },
        },
      ],
    },
    [["bucket", "bucket"]],
  ),
  ownership: aws("s3/bucketOwnershipControls", { rule: { objectOwnership: "BucketOwnerEnforced" } }, [
    ["bucket", "bucket"],
  ]),
  list: aws("s3/bucketAcl", {
    accessControlPolicy: {
      owner: { id: "79a5" },
      grants: [
        { permission: "FULL_CONTROL", grantee: { type: "CanonicalUser", id: "79a5" } },
        {
          permission: "WRITE",
          grantee: { type: "Group", uri: "http://acs.amazonaws.com/groups/s3/LogDelivery" },
        },
      ],
    },
  }),
  bucketLog: aws("s3/bucketLogging", { targetBucket: "log-archive-012345" }, [["bucket", "bucket"]]),

  queue: aws("sqs/queue", { messageRetentionSeconds: 1_209_600 }, [["kmsMasterKeyId", "key"]]),
  queuePolicy: aws("sqs/queuePolicy", {
    policy: policy({
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
    }),
  }),
  subscription: aws("sns/topicSubscription", { protocol: "lambda" }, [["topic", "topic"]]),
  messenger: aws("lambda/function", {
    runtime: "nodejs22.x",
    environment: { variables: { LOG_LEVEL: "info" } },
  }),
  messengerUrl: aws("lambda/functionUrl", { authorizationType: "AWS_IAM" }),
  call: aws("lambda/permission", { principal: "sns.amazonaws.com", action: "lambda:InvokeFunction" }, [
    ["sourceArn", "topic"],
  ]),
  logWriters: aws("cloudwatch/logResourcePolicy", {
    policyDocument: policy({
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "logs:*",
    }),
  }),
  figures: aws("amp/workspace", {}, [["kmsKeyArn", "key"]]),
  figuresKept: aws("amp/workspaceConfiguration", { retentionPeriodInDays: 365 }),
  figureRules: aws("amp/ruleGroupNamespace", {
    data: "groups: [{ name: x, rules: [{ alert: Down, expr: up == 0 }] }]",
  }),
  figureRoutes: aws("amp/alertManagerDefinition", { definition: routed("all") }),
  event: aws("cloudwatch/eventRule", { eventPattern: '{"source":["aws.rds"]}' }),
  budget: aws("budgets/budget", {
    limitAmount: "3000",
    notifications: [{ threshold: 80, comparisonOperator: "GREATER_THAN" }],
  }),
  counted: aws("cloudwatch/logMetricFilter", {
    pattern: "{ $.level = 1 }",
    metricTransformation: { value: "1" },
  }),
  canary: aws("synthetics/canary", {
    startCanary: true,
    schedule: { expression: "rate(5 minutes)" },
    artifactConfig: { s3Encryption: { encryptionMode: "SSE_KMS", kmsKeyArn: "arn:key" } },
  }),
  cacheUser: aws("elasticache/user", {
    accessString: "on ~* &* +@all -@dangerous",
    authenticationMode: { type: "password", passwords: ["[secret]"] },
  }),

  logs: aws("cloudwatch/logGroup", { retentionInDays: 90 }, [["kmsKeyId", "key"]]),
  topic: aws("sns/topic", {}, [["kmsMasterKeyId", "key"]]),
  topicPolicy: aws(
    "sns/topicPolicy",
    {
      policy: policy({
        Sid: "Publish",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: "arn:topic",
      }),
    },
    [["arn", "topic"]],
  ),
  secret: aws("secretsmanager/secret", { recoveryWindowInDays: 30 }, [["kmsKeyId", "key"]]),
  rotation: aws("secretsmanager/secretRotation", { rotationRules: { automaticallyAfterDays: 30 } }, [
    ["secretId", "secret"],
  ]),
  secretValue: aws("secretsmanager/secretVersion", { secretString: "[secret]" }, [["secretId", "secret"]]),
  secretPolicy: aws("secretsmanager/secretPolicy", {
    policy: policy({
      Effect: "Allow",
      Principal: { AWS: ACCOUNT },
      Action: "secretsmanager:GetSecretValue",
      Resource: "*",
    }),
  }),
  identities: aws("iam/openIdConnectProvider", {
    url: "https://token.actions.githubusercontent.com",
    clientIdLists: ["sts.amazonaws.com"],
  }),
  images: aws("ecr/lifecyclePolicy", {
    policy: JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 },
        },
      ],
    }),
  }),
  repository: aws("ecr/repository", {
    encryptionConfigurations: [{ encryptionType: "KMS" }],
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    forceDelete: false,
  }),
  repositoryPolicy: aws(
    "ecr/repositoryPolicy",
    {
      policy: policy({
        Sid: "Pull",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "ecr:BatchGetImage",
      }),
    },
    [["repository", "repository"]],
  ),

  password: {
    type: "random:randomPassword",
    inputs: { length: 40, special: false, keepers: { rotationDays: "90" } },
  },
  tag: { type: "random:randomString", inputs: { length: 6 } },
  privateKey: { type: "tls:privateKey", inputs: { algorithm: "ECDSA", ecdsaCurve: "P256" } },
  signed: {
    type: "tls:locallySignedCert",
    inputs: { validityPeriodHours: 9528, earlyRenewalHours: 720, allowedUses: ["server_auth"] },
  },
  authority: {
    type: "tls:selfSignedCert",
    inputs: { validityPeriodHours: 87_600, earlyRenewalHours: 720, allowedUses: ["cert_signing"] },
  },
};

export const document = policy;
