/** Secrets: each one a container is given exists, has a value and a key, and is nobody else's to read. */
import type { Resource } from "../../../../graph";
import {
  called,
  gone,
  inputFault,
  outputsOf,
  textsWith,
  type Concern,
  type Links,
} from "../../support/aws-links";
import { statements } from "../../support/aws-read";
import {
  containersOf,
  instanceBehind,
  keyOfSecret,
  secretBehind,
  startsOf,
  type Start,
} from "../../support/aws-tasks";
import { permits } from "../../support/iam";
import { policiesOf } from "./roles";

/** What RDS keeps of an administrator, and what is kept in its place. */
const MASTER_KEYS = ["username", "password"];

export const secrets: Concern = {
  broken: (links) => [
    ...startsOf(links).flatMap((start) => brokenOf(links, start)),
    ...links.all("Function").flatMap((one) => ofFunction(links, one)),
    ...links.all("Secret").flatMap((secret) => idle(links, secret)),
  ],
  *faults(links) {
    const { graph } = links;
    for (const one of links.all("Secret", "SecretVersion")) yield gone(graph, one);
    for (const one of links.all("Secret")) yield inputFault(graph, one, "no key", { kmsKeyId: null });
    for (const one of links.all("SecretVersion"))
      yield inputFault(graph, one, "of another secret", { secretId: "x" });
    for (const one of links
      .all("Instance")
      .filter(({ inputs }) => inputs.manageMasterUserPassword === true)) {
      yield inputFault(graph, one, "no password managed", { manageMasterUserPassword: null });
      yield inputFault(graph, one, "no key of its password", { masterUserSecretKmsKeyId: null });
    }
    for (const task of links.all("TaskDefinition")) {
      const role = links.at(task.inputs.executionRoleArn);
      const read = containersOf(task).some(({ secrets }) => secrets.length > 0);
      if (role && read) for (const policy of policiesOf(links, role)) yield gone(graph, policy);
      for (const [index, container] of containersOf(task).entries())
        for (const { name, valueFrom } of container.secrets)
          for (const [what, other] of misread(valueFrom))
            yield inputFault(graph, task, `${container.name} ${name} ${what}`, {
              containerDefinitions: JSON.stringify(
                containersOf(task).map((one, at) =>
                  at === index
                    ? {
                        ...one,
                        secrets: one.secrets.map((each) =>
                          each.name === name ? { name, valueFrom: other } : each,
                        ),
                      }
                    : one,
                ),
              ),
            });
    }
  },
};

/** Another secret, another version, another entry, and a value in the place of a secret. */
const misread = (valueFrom: string): [string, string][] => {
  const { arn, key, version } = secretBehind(valueFrom);
  return [
    [
      "of another secret",
      `arn:aws:secretsmanager:eu-west-1:123456789012:secret:other-123456:${key}::${version}`,
    ],
    ["of another version", `${arn}:${key}::other`],
    ["of another entry", `${arn}:other::${version}`],
    ["by its name", arn.split(":").slice(6).join(":")],
  ];
};

function brokenOf(links: Links, { by, task }: Start): string[] {
  const role = links.at(task.inputs.executionRoleArn);
  const allowed = role ? policiesOf(links, role).flatMap(({ inputs }) => statements(inputs.policy)) : [];
  return containersOf(task).flatMap((container) =>
    container.secrets.flatMap(({ name, valueFrom }) => {
      const { arn, key, version } = secretBehind(valueFrom);
      const at = `${called(task)}, ${container.name}: ${name}`;
      const secret = links.at(arn);
      const encryptedWith = links.at(keyOfSecret(links, arn));
      const through = { "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com" };
      const decrypts =
        encryptedWith?.type === "aws:kms/key:Key" &&
        permits(allowed, {
          action: "kms:Decrypt",
          resource: String(outputsOf(encryptedWith).arn),
          context: through,
        }) &&
        // What the account's roles are allowed holds where the key leaves it to the account.
        permits(statements(encryptedWith.inputs.policy), {
          principal: "arn:aws:iam::123456789012:root",
          action: "kms:Decrypt",
          resource: "*",
        });
      return [
        ...(secret
          ? valueOf(links, by, secret, key, version)
          : managedValue(links, by, arn, key, version)
        ).map((what) => `${at} ${what}`),
        ...(permits(allowed, { action: "secretsmanager:GetSecretValue", resource: arn })
          ? []
          : [`${at} may not be read`]),
        ...(decrypts ? [] : [`${at} may not be decrypted`]),
      ];
    }),
  );
}

/** A function reads what its variables name, as soon as it is sent something. */
function ofFunction(links: Links, user: Resource): string[] {
  const listening = links
    .all("TopicSubscription")
    .filter(({ inputs }) => inputs.endpoint === outputsOf(user).arn);
  return textsWith(user, ":secretsmanager:").flatMap(([, text]) =>
    (text.match(/arn:aws:secretsmanager:[^"]+/g) ?? []).flatMap((arn) => {
      const secret = links.at(arn);
      if (!secret || links.at(secret.inputs.kmsKeyId)?.type !== "aws:kms/key:Key")
        return [`${called(user)} reads ${arn}, which has no key or does not exist`];
      return listening.flatMap((by) =>
        valueOf(links, by, secret, "", "").map((what) => `${called(secret)} ${what}`),
      );
    }),
  );
}

/** One of ours: the version that is named is of the secret, and there before the task; or an entry is named. */
function valueOf(links: Links, by: Resource, secret: Resource, key: string, version: string): string[] {
  const versions = links
    .all("SecretVersion")
    .filter(
      (one) =>
        one.propertyDependencies.secretId?.includes(secret.urn) &&
        one.inputs.secretId === outputsOf(secret).id,
    );
  const [named] = version === "" ? versions : versions.filter((one) => outputsOf(one).versionId === version);
  return [
    ...(named ? [] : [`has no version ${version}`]),
    ...(named && !links.isBefore(named, by) ? ["may have no value yet"] : []),
    ...(key === "" || (version === "" && MASTER_KEYS.includes(key)) ? [] : [`has no entry ${key}`]),
  ];
}

/** The administrator's, of RDS: its version is another after every rotation, so none is named. */
function managedValue(links: Links, by: Resource, arn: string, key: string, version: string): string[] {
  const instance = instanceBehind(links, arn);
  if (!instance) return ["does not exist"];
  return [
    ...(links.isBefore(instance, by) ? [] : ["may have no value yet"]),
    ...(version === "" ? [] : [`will not have the version ${version} for long`]),
    ...(MASTER_KEYS.includes(key) ? [] : [`has no entry ${key}`]),
  ];
}

/** A secret that nothing reads should not be kept. */
function idle(links: Links, secret: Resource): string[] {
  const arn = String(outputsOf(secret).arn);
  const read = links
    .all("RolePolicy")
    .some(({ inputs }) =>
      permits(statements(inputs.policy), { action: "secretsmanager:GetSecretValue", resource: arn }),
    );
  return read ? [] : [`${called(secret)} is read by nothing`];
}
