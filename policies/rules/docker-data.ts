/** Images and data of containers. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import { isSet, judge, matches, matchesNot, not, property, softened, some, unless, every } from "../expect";
import { graphRule, resourceRule, type Answer, type Finding } from "../rule";
import { CONTAINER, docker } from "../tokens";
import type { GraphView } from "../view";
import { hasLabel, isStarted } from "./docker-containers";
import { isService, ofEither, SPEC, STARTS } from "./docker-services";

const IMAGE = docker("remoteImage");
const IMAGES = [...IMAGE, ...docker("image"), ...docker("registryImage"), "docker-build:index:Image"];
const VOLUME = docker("volume");
const DIGEST = /(@|^)sha256:[0-9a-f]{64}$/;
/** Nothing is ever pulled from a registry in .invalid, a domain that does not exist (RFC 2606). */
const PINNED = /(@|^)sha256:[0-9a-f]{64}$|^[a-z0-9.-]+\.invalid\//;
const EXACT = /(@sha256:[0-9a-f]{64}|:(?!latest$)[\w][\w.-]*)$/;
const PINNING = "https://docs.docker.com/dhi/core-concepts/digests/";

export const dockerData = [
  resourceRule({
    name: "dk-image-tag",
    description: "An image is named with an exact version.",
    severity: "medium",
    references: { cis: "5.28" },
    remediation: "Name the image with a tag other than latest, or with its digest",
    link: PINNING,
    types: IMAGE,
    check: property("name", matches(EXACT, "a name with an exact version")),
  }),
  resourceRule({
    name: "dk-image-pinned",
    description:
      "In production an image that is pulled is named by its digest: a tag can be moved. One that is built on the host has none; its name begins with a registry that cannot exist, so that it is never pulled.",
    severity: "medium",
    references: { cis: "5.28" },
    remediation: "Add the digest that the registry reports for the tag: name:tag@sha256:…",
    link: PINNING,
    types: IMAGE,
    production: true,
    check: property(
      "name",
      matches(PINNED, "a name that ends in @sha256:…, or begins with a registry in .invalid"),
    ),
  }),
  graphRule({
    name: "dk-image-declared",
    description:
      "A container runs an image that the stack declares, so that its version is judged and recorded.",
    severity: "medium",
    remediation: "Take the image from a RemoteImage's imageId",
    link: PINNING,
    types: STARTS,
    check: judgeImage,
  }),
  graphRule({
    name: "dk-files-readonly",
    description:
      "Configuration and secrets that are carried into a volume are mounted read-only where they are used.",
    severity: "medium",
    remediation: "Set readOnly: true on the mount",
    link: "https://docs.docker.com/engine/storage/volumes/#use-a-read-only-volume",
    types: CONTAINER,
    check: judgeCarried,
  }),
  resourceRule({
    name: "dk-volume-named",
    description: "Every volume has a name: what is in one without is lost with its container.",
    severity: "high",
    remediation: "Declare a docker.Volume and name it as the mount's source",
    link: "https://docs.docker.com/engine/storage/volumes/",
    types: STARTS,
    check: ofEither((resource) => [...judgeMounts(resource), ...judgeVolumes(resource)]),
  }),
  graphRule({
    name: "dk-data-protected",
    description:
      "In production a volume that a container writes to outlives a mistaken destroy, unless its label mainstay.scratch says that what is in it may be lost.",
    severity: "high",
    remediation: "Set protect: true on the volume",
    link: "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
    types: VOLUME,
    production: true,
    check: judgeProtection,
  }),
  resourceRule({
    name: "dk-upload-not-executable",
    description: "Files carried into a container cannot be changed or run by everyone.",
    severity: "medium",
    remediation: 'Set the upload\'s permissions to "0444" or less, and executable to false',
    link: "https://www.pulumi.com/registry/packages/docker/api-docs/container/#containerupload",
    types: CONTAINER,
    // With one secret among them the provider hides the whole list, which is then for `check` to judge.
    check: (resource) => [
      ...judge(resource, "uploads[*].permissions", {
        ...matches(/^0?[4-7][0145][0145]$/, "nobody but the owner may write"),
        absent: true,
        given: true,
      }),
      ...judge(resource, "uploads[*].executable", {
        allowed: "false, or not set",
        absent: true,
        given: true,
        test: (value) => value === false,
      }),
    ],
  }),
  resourceRule({
    name: "dk-host-encrypted",
    description: "The daemon of another host is reached encrypted and with a key.",
    severity: "critical",
    remediation: "Use ssh://user@host; for tcp:// give caMaterial, certMaterial and keyMaterial",
    link: "https://docs.docker.com/engine/security/protect-access/",
    types: ["pulumi:providers:docker"],
    check: (provider) =>
      provider.inputs.certPath !== undefined || provider.inputs.keyMaterial !== undefined
        ? []
        : judge(provider, "host", {
            ...matchesNot(/^(tcp|http):/, "ssh://, unix:// or npipe://"),
            absent: true,
          }),
  }),
];

function judgeImage(container: Resource, view: GraphView): Finding[] {
  const property = isService(container) ? `${SPEC}.image` : "image";
  const sources = container.propertyDependencies[property.split(".")[0] ?? ""] ?? [];
  if (sources.some((urn) => IMAGES.includes(view.get(urn)?.type ?? ""))) return [];
  return judge(container, property, matches(DIGEST, "the id of a declared image, or a name with a digest"));
}

const VOLUME_NAME = { ...isSet, allowed: "a volume's name" };

const judgeMounts = (resource: Resource) =>
  list(resource.inputs.mounts).flatMap((mount, index): Finding[] => {
    const type = mount === UNKNOWN ? UNKNOWN : object(mount).type;
    if (type !== "volume" && type !== UNKNOWN) return [];
    const findings = judge(resource, `mounts[${index}].source`, VOLUME_NAME);
    return type === UNKNOWN ? softened(findings) : findings;
  });

const judgeVolumes = (resource: Resource) =>
  list(resource.inputs.volumes).flatMap((volume, index): Finding[] => {
    const { hostPath, fromContainer } = object(volume);
    return hostPath !== undefined || fromContainer !== undefined
      ? []
      : judge(resource, `volumes[${index}].volumeName`, VOLUME_NAME);
  });

/** Volumes that a container which is never started fills are files, and not data. */
function judgeCarried(container: Resource, view: GraphView): Finding[] {
  if (!isStarted(container)) return [];
  return list(container.inputs.mounts).flatMap((mount, index) => {
    const { source, readOnly } = object(mount);
    const [volume] = view.named(VOLUME, String(source));
    if (readOnly === true || !volume) return [];
    const { sure, possible } = view.referring(CONTAINER, "mounts[*].source", volume);
    const carried = some(
      [...sure, ...possible].filter((one) => !isStarted(one)).map((carrier) => writes(carrier, volume)),
    );
    const answer = not(every([carried, readOnly === UNKNOWN ? undefined : true]));
    return unless(
      answer,
      container,
      "files that are carried into it can be written",
      `mounts[${index}].readOnly`,
    );
  });
}

function judgeProtection(volume: Resource, view: GraphView): Finding[] {
  if (volume.protect) return [];
  const { sure, possible } = view.referring(CONTAINER, "mounts[*].source", volume);
  const unused = every(
    [...sure, ...possible]
      .filter(isStarted)
      .map((container) =>
        every([container.inputs.start === UNKNOWN ? undefined : true, writes(container, volume)]),
      )
      .map(not),
  );
  const scratch = hasLabel(volume, "mainstay.scratch", "true");
  return unless(some([unused, scratch]), volume, "a container writes to it, and it is not protected");
}

/** Whether a container can write to a volume; its mounts are told apart by the volume's name. */
function writes(container: Resource, volume: Resource): Answer {
  const { name } = volume.inputs;
  const named = typeof name === "string" && name !== UNKNOWN;
  const mounts = list(container.inputs.mounts).map((mount): Answer => {
    const { source, readOnly } = object(mount);
    return every([
      mount === UNKNOWN || readOnly === UNKNOWN ? undefined : readOnly !== true,
      mount === UNKNOWN || source === UNKNOWN || !named ? undefined : source === name,
    ]);
  });
  return some(mounts);
}
