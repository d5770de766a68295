/**
 * Whether a condition narrows what a statement allows. A question does so only if a request that has no answer to it
 * is refused, and every one of its values leaves most answers out.
 */
import { partsOfArn, type Question, type Statement } from "./statement";

/**
 * `…IfExists` and `ForAllValues:` let a request pass that has no such value, what is asked with Not lets most pass,
 * and `Null` asks only whether there is one.
 */
const OPERATORS = /^(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like)|IpAddress)$/;

/** In values of these a wildcard is one; in those of others it is a letter like any other. */
const WITH_WILDCARDS = /(StringLike|ArnEquals|ArnLike)$/;

/** Ids: half of one is as good as none. */
const IDS =
  /^(aws:(source(account|vpc|vpce|orgid)|principal(account|orgid)|resource(account|orgid)|requestedregion)|kms:calleraccount|sts:externalid)$/;
const ARNS = /^aws:(sourcearn|principalarn)$/;

/** Who asks, or on whose behalf. */
const WHO = /^(aws:(source(account|arn|orgid|vpc|vpce|ip)|principal(account|arn|orgid))|kms:calleraccount)$/;

/** Where, or on what: of the keys of all services those of the resource, and the services' own but for whom it is. */
const WHAT =
  /^(aws:(requestedregion|resource(account|orgid)|resourcetag\/.+)|(?!aws:|kms:viaservice|iam:passedtoservice)[\w-]+:.+)$/;

/** An address block as wide as a half of the internet is everybody. */
const LEAST_BITS = 8;

function narrows({ operator, key, values }: Question): boolean {
  if (!OPERATORS.test(operator) || values.length === 0) return false;
  const literal = !WITH_WILDCARDS.test(operator);
  return values.every((value) => {
    if (operator.endsWith("IpAddress")) return Number(value.split("/")[1] ?? 32) >= LEAST_BITS;
    if (literal) return value !== "";
    if (IDS.test(key)) return value !== "" && !/[*?]/.test(value);
    return ARNS.test(key) ? namesOwner(value) : /[^*?]{3}/.test(value);
  });
}

/** An ARN with its account; that of a bucket has none, and is as good with its name. */
export function namesOwner(arn: string): boolean {
  const parts = partsOfArn(arn);
  if (!parts) return /^[^*?]+$/.test(arn);
  if (/[*?]/.test(parts.service)) return false;
  return /^\d{12}$/.test(parts.account) || (parts.account === "" && /^[^*?]{3}/.test(parts.rest));
}

/** Whether a condition asks who is asking. */
export const isScoped = ({ questions }: Statement): boolean =>
  questions.some((question) => WHO.test(question.key) && narrows(question));

/** Keys whose values say of which account, or of which organization, those are who ask. */
const OWNERS = /^(aws:(source(account|arn|orgid)|principal(account|arn|orgid))|kms:calleraccount)$/;

/** What each question about the account of those who ask lets in: ids, empty for the ARN of a bucket. */
export const ownersAskedFor = ({ questions }: Statement): readonly (readonly string[])[] =>
  questions
    .filter((question) => OWNERS.test(question.key) && narrows(question))
    .map(({ values }) => values.map((value) => partsOfArn(value)?.account ?? value));

/** Whether a condition bounds where and on what a statement's actions may be used. */
export const isBounded = ({ questions }: Statement): boolean =>
  questions.some((question) => WHAT.test(question.key) && narrows(question));

/** Whether a condition asks for a value of this key, and for no pattern of values. */
export const asksFor = ({ questions }: Statement, key: RegExp): readonly string[] | undefined =>
  questions.find(
    (question) =>
      key.test(question.key) && narrows(question) && question.values.every((value) => !/[*?]/.test(value)),
  )?.values;

/** The questions of a key that refuse a request without one. */
export const questionsOf = ({ questions }: Statement, key: RegExp): readonly Question[] =>
  questions.filter((question) => key.test(question.key) && OPERATORS.test(question.operator));
