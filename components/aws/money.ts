import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./context";
import { watchesAnomalies } from "./keys";
import { physicalName } from "./names";
import { defaultTags } from "./provider";

/** The tag a bill is split by. */
const TAG = "mainstay:environment";

/** An anomaly has to cost this many dollars to be notified. */
const ANOMALY_USD = 50;

/** A budget and anomaly detection: notify when the environment costs more than it should, and stop nothing. */
export class AwsMoney extends pulumi.ComponentResource {
  constructor(
    private readonly context: Pick<AwsContext, "environment" | "prefix" | "topics">,
    name: string,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:Money", name, {}, opts);
    this.allocationTags(name);
    this.budget(name);
    this.anomalies(name);
    this.registerOutputs({});
  }

  /** Only the account that pays can do this, and only once a bill has shown the tags. */
  private allocationTags(name: string): void {
    const { environment } = this.context;
    if (!environment.aws.owns.includes("cost-allocation-tags")) return;
    for (const tagKey of Object.keys(defaultTags(environment)))
      new aws.costexplorer.CostAllocationTag(
        `${name}-${tagKey.split(":").at(-1)}`,
        { tagKey, status: "Active" },
        { parent: this },
      );
  }

  private budget(name: string): void {
    const { environment, prefix, topics } = this.context;
    const notification = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      notificationType,
      comparisonOperator: "GREATER_THAN",
      threshold,
      thresholdType: "PERCENTAGE",
      subscriberSnsTopicArns: [topics.warning.arn],
    });
    new aws.budgets.Budget(
      name,
      {
        name: physicalName("budget", prefix, "monthly"),
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: String(environment.aws.monthlyBudgetUsd),
        limitUnit: "USD",
        costFilters: [{ name: "TagKeyValue", values: [`user:${TAG}$${environment.name}`] }],
        notifications: [
          notification("ACTUAL", 80),
          notification("ACTUAL", 100),
          notification("FORECASTED", 100),
        ],
      },
      { parent: this },
    );
  }

  /**
   * A monitor of the environment's own tag, which only an account that pays can have ("Getting started with AWS Cost
   * Anomaly Detection"). One over all services exists in every account from the start, and none may have a second.
   */
  private anomalies(name: string): void {
    const { environment, prefix, topics } = this.context;
    if (!watchesAnomalies(environment)) return;
    const specification = {
      And: null,
      CostCategories: null,
      Dimensions: null,
      Not: null,
      Or: null,
      Tags: { Key: TAG, MatchOptions: null, Values: [environment.name] },
    };
    const monitor = new aws.costexplorer.AnomalyMonitor(
      name,
      { name: prefix, monitorType: "CUSTOM", monitorSpecification: JSON.stringify(specification) },
      { parent: this },
    );
    new aws.costexplorer.AnomalySubscription(
      name,
      {
        name: prefix,
        // At once goes to a topic only; by the day or week, to addresses only.
        frequency: "IMMEDIATE",
        monitorArnLists: [monitor.arn],
        subscribers: [{ type: "SNS", address: topics.info.arn }],
        thresholdExpression: {
          dimension: {
            key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
            matchOptions: ["GREATER_THAN_OR_EQUAL"],
            values: [String(ANOMALY_USD)],
          },
        },
      },
      { parent: this },
    );
  }
}
