import type { GivenStack } from "../graphs";
import { aws, document } from "./parts";

/** Networks, routes and who may talk to whom. */
export const network: GivenStack = {
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
  storage: aws("ec2/vpcEndpoint", { serviceName: "com.amazonaws.eu-west-1.s3", policy: document() }, [
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
};
