/** What a change of is no matter of security, or is for other tests to notice; each with the reason. */

/**
 * Inputs that no rule watches, and why none has to. What a link leads to is judged where it ends, and that it leads
 * there by test/components/aws; what serves users is measured there, too.
 */
export const NEUTRAL: readonly (readonly [RegExp, string])[] = [
  [
    /^docker:\S+ (name|hostname|labels\.(label|value)|networksAdvanced\.(aliases|name)|logOpts\.tag)$/,
    "what things are called",
  ],
  [
    /^docker:\S+ (command|entrypoints|envs|init|attach|logs|driver|mounts)$/,
    "what runs, judged where it is declared; what of it could be secret is judged by its own cases",
  ],
  [
    /^docker:\S+ (ipv6|shmSize|destroyGraceSeconds|keepLocally|dnsOpts|logOpts\.syslog-format|healthcheck\.start\w+)$/,
    "takes nothing from anybody else, and is bounded by the input beside it",
  ],
  [
    /^docker:\S+ (mounts\.(target|type)|ports\.(internal|protocol)|uploads\.file|ulimits\.soft)$/,
    "a place inside the container, or bounded by the input beside it",
  ],
  [/^pulumi:providers:docker registryAuth/, "which registries are signed in to: their images are judged"],
  [
    /^docker:\S+ options(\.com\.docker\.network\.bridge\.host_binding_ipv4)?$/,
    "none, or a default: each port names its own address, which dk-bind-ip watches",
  ],
  [
    /^random:\S+ (special|keepers\.generation|byteLength)$/,
    "the alphabet is made up for by length; ids are parts of names, which no-random-string-secret watches",
  ],
  [
    /^tls:\S+ (\w+Pem|subject\.\w+|dnsNames|isCaCertificate)$/,
    "whose it is: a certificate that is not one is refused by those who check it",
  ],
  [
    /^aws:\S+ (name|namePrefix|displayName|\w*[dD]escription|alias|family|groupName|policyName|bucketPrefix|identifier|replicationGroupId|userName|path|key|handler|accessLogs\.prefix|targetPrefix|tags\.\S+|\w*[aA]larmName|rules\.(id|name|ruleName|priority|visibilityConfig\.metricName)|visibilityConfig\.metricName|costFilters\.\w+|volumes(\.name)?|loadBalancers\.container\w+)$/,
    "what things are called",
  ],
  [
    /^aws:\S+ (?!kms|\w*[kK]msKey)([\w.]*(Arns?|ArnLists|Id|Ids|Fqdns)|role|rule|function|functionName|topic|endpoint|cluster|clusterName|taskDefinition|repository|resources|user|arn|bucket|logGroupName|logDestination(Configs)?|logDeliveryConfigurations\.destination|loggingConfig\.logGroup|rules\.(targetVaultName|destination\.bucket)|s3Bucket|s3Key|artifactS3Location|subnets|\w+\.(subnets|securityGroups|productionListenerRule)|loadBalancers\.advancedConfiguration\.\w+|[\w.]*onFailure\.destination|restoreTestingPlanName|restoreMetadataOverrides\.\w+|parameterGroupName|subscribers\.(address|type)|alarms\.alarmNames|alarmActions|okActions|capacityProviders|rules\.filter|[\w.]*ipSetReferenceStatement\.arn)$/,
    "a link: what is behind it is judged there",
  ],
  [/^aws:s3\/bucketObjectv2:\S+ kmsKeyId$/, "the bucket's own key otherwise, which s3-sse watches"],
  [
    /^aws:(amp|appautoscaling|budgets|costexplorer|route53|xray|synthetics|cloudwatch\/(eventTarget|logMetricFilter|metricAlarm))\/?\S* (policyType|scalableDimension|serviceNamespace|targetTracking\S+|budgetType|limitUnit|notifications\.(notificationType|thresholdType)|timeUnit|monitor\w+|frequency|thresholdExpression\.\S+|filterExpression|insightsConfiguration\.\w+|aliases\.\w+|allowOverwrite|records|ttl|type|inputTransformer\.\S+|metricTransformation\.(defaultValue|name|namespace)|dimensions(\.\w+)?|evaluateLowSampleCountPercentiles|extendedStatistic|statistic|metricName|namespace|metricQueries\.\S+|warmUpConfiguration\.\w+|deleteLambda|runConfig\.\S+|runtimeVersion)$/,
    "which figure is measured and how it is told, which test/components/aws holds against AWS's own lists",
  ],
  [
    /^aws:backup\/\S+ (rules\.(completionWindow|startWindow|enableContinuousBackup)|recoveryPointSelection\.recoveryPointTypes|startWindowHours|validationWindowHours|protectedResourceType|maxRetentionDays)$/,
    "when a backup is taken and for how long at most, not whether",
  ],
  [
    /^aws:(ec2|vpc)\/\S+ (domain|connectivityType|cidrBlock|cidrIpv4|destinationCidrBlock|enableDns\w+|vpcEndpointType|logDestinationType|maxAggregationInterval)$/,
    "how a network is laid out; where it is open is judged by groups and routes",
  ],
  [
    /^aws:ecs\/\S+ (availabilityZoneRebalancing|deploymentConfiguration\.\S+|deploymentController\.type|enableEcsManagedTags|enableExecuteCommand|healthCheckGracePeriodSeconds|launchType|propagateTags|waitForSteadyState|cpu|memory|ephemeralStorage\.sizeInGib|requiresCompatibilities|runtimePlatform\.\w+|skipDestroy)$/,
    "how large it is and how releases go in; sessions are recorded, which ecs-exec watches",
  ],
  [
    /^aws:(elasticache|rds)\/\S+ (allowMajorVersionUpgrade|applyImmediately|\w*Window|engine|engineLifecycleSupport|instanceClass|nodeType|storageType|performanceInsightsRetentionPeriod|parameters\.\w+|logDeliveryConfigurations\.(destinationType|logFormat)|authenticationMode\.passwords)$/,
    "how large and when; of parameters those of encryption and logs are judged by name, in their own cases",
  ],
  [
    /^aws:lambda\/\S+ (architectures|code\.\S+|environment\.variables\.\w+|loggingConfig\.logFormat|memorySize|timeout|maximumRetryAttempts|input|action)$/,
    "what a function does, which its own tests show; that no variable is secret, by lambda-no-secret-env's cases",
  ],
  [
    /^aws:lb\/\S+ (defaultActions\.(fixedResponse\.\w+|redirect\.port)|routingHttpResponseServerEnabled|actions\.\S+|conditions\.\S+|priority|enableHttp2|idleTimeout|ipAddressType|loadBalancerType|preserveHostHeader|deregistrationDelay|healthCheck\.(port|protocol)|loadBalancingAlgorithmType|port|protocol|targetType)$/,
    "where requests go, which the edge's own tests show",
  ],
  [
    /^aws:s3\/\S+ (rules\.(expiration\.expiredObjectDeleteMarker|deleteMarkerReplication\.status|bucketKeyEnabled|priority)|source\.\S+)$/,
    "what is left of what was deleted, cost, and a program whose own tests show what it does",
  ],
  [
    /^aws:wafv2\/\S+ (defaultAction\.allow|rules\.action\.block\.\S+|[\w.]*visibilityConfig\.sampledRequestsEnabled|scope|ipAddressVersion|loggingFilter\.(defaultBehavior|filters\.requirement)|rules\.statement\.(\S+\.textTransformations\.priority|regexMatchStatement\.\S+|rateBasedStatement\.evaluationWindowSec|managedRuleGroupStatement\.ruleActionOverrides\.actionToUse\.\w+|\S+\.labelMatchStatement\.scope|andStatement\.statements\.notStatement\.statement\.byteMatchStatement\.\S+|andStatement\.statements\.byteMatchStatement\.(fieldToMatch\.\S+|positionalConstraint|textTransformations\.type)))$/,
    "details of rules that are judged as a whole, and, of the edge's own, by its tests; how much is sampled",
  ],
  [/^aws:(acm|ec2)\/\S+ (domainName|tags\.Name)$/, "what things are called"],
  [/^pulumi:providers:aws (region|skip\w+)$/, "what the SDK fills in, and where"],
];

/** Links, names and sizes that are watched all the same: without them something would be open, unencrypted or silent. */
const WATCHED = new RegExp(
  [
    String.raw`^aws:s3/bucket(?!Objectv2)[A-Z]\S* bucket$`,
    String.raw`^aws:(?!s3/bucketObjectv2)\S+ [\w.]*[kK]ms\w*Key\w*$`,
    String.raw`^aws:(iam|elasticache|rds|lb|wafv2|lambda|secretsmanager)/(?!\S+Validation)\S+ (policyArn|userGroupIds|\w*[sS]ecurityGroupIds|loadBalancerArn|certificateArn|resourceArn|sourceArn|secretId)$`,
    String.raw`^aws:(rds/instance:\S+ parameterGroupName|ec2/(defaultSecurityGroup|flowLog|vpcEndpoint):\S+ vpcId)$`,
    String.raw`^aws:(cloudwatch/metricAlarm:\S+ alarmActions|appautoscaling/\S+ \S+\.targetValue|lb/listener:\S+ (port|protocol))$`,
    String.raw`^aws:((ec2|vpc)/securityGroup\S+ description|wafv2/\S+ \S+regexMatchStatement\.(fieldToMatch\.\S+|regexString))$`,
    String.raw`^docker:\S+(RemoteImage name|Network driver)$`,
  ].join("|"),
);

export const isNeutral = (input: string) =>
  !WATCHED.test(input) && NEUTRAL.some(([pattern]) => pattern.test(input));

/**
 * Places that can be weakened without any rule noticing, and why none has to: by the way, the type, the stack and the
 * resource, what, and what stands there. Of inputs those of NEUTRAL are left out before.
 */
export const UNWATCHED: readonly (readonly [RegExp, string])[] = [
  [
    /^input docker:\S+Container \S+ (mounts\[\d\]\.readOnly|readOnly|mustRun|wait|stopTimeout|waitTimeout)=(false|1|180)$/,
    "as weak as it can be: a carrier never runs, a migration ends by itself, data is written",
  ],
  [
    /^input docker:\S+Container \S+ healthcheck\.tests\[[1-9]\]=/,
    "which command it is; that there is one is watched in its first word",
  ],
  [/^input docker:\S+Container \S+\/edge ports\[\d\]\.external=/, "the edge alone may take any port"],
  [
    /^input docker:\S+Network \S+\/network-(egress|operator|public) (internal=false|options.*enable_ip_masquerade)/,
    "a network that leads outside; that nothing which keeps data is on one is watched there",
  ],
  [
    /^input (random:\S+ (local|staging)\/\S+ keepers\.rotationDays|aws:(backup\/vaultLock\S+|elasticache\/\S+|ecs\/cluster\S+|rds\/instance\S+) staging\/\S+ (backupVaultName|minRetentionDays|automaticFailoverEnabled|multiAzEnabled|numCacheClusters|multiAz|configuration\.executeCommandConfiguration\.\S+))=/,
    "asked of production only, where it is watched",
  ],
  [
    /^input aws:backup\/plan\S+ \S+ rules\[\d\]\.copyActions=\[\]$/,
    "there is no copy that could be kept for too short a time",
  ],
  [
    /^input aws:s3\/bucketLifecycleConfiguration\S+ \S+ rules\[1\]\.status=/,
    "one rule that ends uploads is enough, and is watched",
  ],
  [
    /^input aws:cloudwatch\/metricAlarm\S+ \S+ alarmActions\[\d\]=/,
    "who else is told, which test/components/aws holds alarm by alarm; that somebody is told is watched",
  ],
  [
    /^input aws:cloudwatch\/metricAlarm\S+ \S+\/\S+-(Release(Failures|Latency)High|ServiceUnreachable|RulesFailing) comparisonOperator=/,
    "worked out from other figures, of which it is not known which direction is bad",
  ],
  [/^input aws:rds\/instance\S+ \S+ enabledCloudwatchLogsExports\[1\]=/, "PostgreSQL's own log is the first"],
  [
    /^input aws:lb\/listener\S+ \S+\/edge-https (defaultActions\[0\]\.type|loadBalancerArn|port)=/,
    "what answers to HTTPS, which the edge's own tests ask for",
  ],
  [
    /^input aws:wafv2\/\S+ \S+ loggingFilter\.filters\[0\]\.conditions\[1\]/,
    "what is kept beside what was stopped",
  ],
  [
    /^input aws:ec2\/vpcEndpoint\S+ \S+\/network-(?!ecr)\S+ (serviceName|vpcId)=/,
    "without it the service is reached through the NAT gateway, encrypted as ever",
  ],
  [
    /^document aws:ecs\/\S+ \S+ containerDefinitions (name|essential|cpu|memory(Reservation)?|linuxParameters\.initProcessEnabled|command|entryPoint|environment(\.name)?|secrets(\.\w+)?|portMappings(\.\w+)?|mountPoints(\.\w+)?|volumesFrom|systemControls|dependsOn(\.\w+)?|healthCheck\.\w+|stopTimeout|logConfiguration\.options\.\S+|restartPolicy\.\w+)$/,
    "what runs, how large, in which order and what it is given; what it may do is watched",
  ],
  [
    /^document aws:ecr\/lifecyclePolicy\S+ \S+ policy rules\.(rulePriority|description|action\.type|selection\.\w+)$/,
    "of the two rules the one about images without a tag may remove all",
  ],
  [
    /^document aws:iam\/policy:\S+ \S+\/boundary policy Allow (Action to all of its service|Resource to all)$/,
    "a boundary allows nothing by itself, and is bound to regions, which is watched",
  ],
  [
    /^document aws:(s3\/bucketPolicy|kms\/key|sns\/topicPolicy|cloudwatch\/logResourcePolicy|ec2\/vpcEndpoint|iam\/role):\S+ \S+ \w+ Allow (Action|Resource) to /,
    "what may be done to this one resource; by whom is watched",
  ],
  [
    /^document aws:\S+ \S+ \w+ Allow Principal to everyone, on behalf of one account$/,
    "the condition refuses whoever does not ask for this account",
  ],
  [
    /^document aws:(s3\/bucketPolicy|kms\/key|sns\/topicPolicy|iam\/role):\S+ (?!\S+\/identity-)\S+ \w+ Allow Condition /,
    "on whose behalf a service asks, which test/components/aws/links holds service by service: not all of them say",
  ],
  [
    /^document aws:iam\/rolePolicy:\S+ \S+ policy Allow Condition /,
    "the resources are named; where they are not, no-wildcard watches the condition",
  ],
  [
    /^document aws:iam\/rolePolicy:\S+ \S+\/(migration-runner|app-releases|monitoring-canary|grafana-task|identity-deploy|network-flow|\S+-task) policy Allow (Action to all of its service|Resource to all)$/,
    "bounded by a condition, or actions that know no resource",
  ],
  [
    /^document aws:iam\/rolePolicy:\S+ \S+\/identity-drift policy Allow Action to all of its service$/,
    "only actions that put figures have a namespace, and the condition refuses what has none",
  ],
];

/** Resources without which something else would be open, silent or lost: each has to be missed. */
export const MISSED =
  /^removal aws:(s3\/bucket(?!:|Objectv2)\w+|secretsmanager\/secretVersion|backup\/selection|rds\/parameterGroup|lb\/loadBalancer|wafv2\/webAcl(Association|LoggingConfiguration)|ec2\/(defaultSecurityGroup|flowLog)):/;

// No rule has to miss any other: what is not there can be neither open nor lost. That it is there, and whom it leads
// to, is for test/components to say, and for parity to compare.

/** Links that leave something bare when they lead to another resource of the kind. */
export const HELD =
  /^link aws:(s3\/bucket(?!Objectv2|Notification)\w+:\S+ \S+ bucket|secretsmanager\/secretVersion:\S+ \S+ secretId|backup\/vaultLockConfiguration:\S+ prod\/\S+ backupVaultName|lb\/loadBalancer:\S+ \S+ securityGroups) /;
