import { parseUrn } from "../../graph/resource";

/** A type as people say it: `docker:index/container:Container` is a `docker:Container`. */
export function shortType(type: string): string {
  const [provider = "", module = "", name] = type.split(":");
  if (name === undefined) return type;
  if (provider === "pulumi" && module === "providers") return `provider:${name}`;
  const folder = module.split("/")[0];
  return folder === "" || folder === "index" ? `${provider}:${name}` : `${provider}:${folder}:${name}`;
}

/** A resource as people say it, from its URN alone. */
export function shortName(urn: string): string {
  const { qualifiedType, name } = parseUrn(urn);
  return `${shortType(qualifiedType.split("$").at(-1) ?? "")} ${name}`;
}
