/**
 * Wire format of the alert webhooks of Grafana (version "1") and Prometheus Alertmanager (version
 * "4"): one shape, as Grafana's is Alertmanager's with more members. Sources: Grafana documentation
 * "Configure the webhook notifier for Alerting"; Alertmanager documentation "webhook_config".
 *
 * Only what is needed to keep an alert is demanded, and unknown members are kept: senders add
 * members in every release. The schemas are compiled, because every alert passes here.
 */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { z } from 'zod';
import type { FieldFault } from '#contract';

/** Label and annotation values. Some senders write numbers or booleans; they are taken as text. */
const textMap = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const incomingAlert = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels: textMap,
  annotations: textMap.nullish(),
  startsAt: z.string().min(1),
  endsAt: z.string().nullish(),
  fingerprint: z.string().max(200).nullish(),
  generatorURL: z.string().nullish(),
  values: z.record(z.string(), z.unknown()).nullish(),
});
export type IncomingAlert = z.infer<typeof incomingAlert>;

export const incomingEnvelope = z.looseObject({
  alerts: z.array(z.unknown()),
  receiver: z.string().nullish(),
  groupKey: z.string().nullish(),
  version: z.string().nullish(),
  truncatedAlerts: z.number().nullish(),
});
export type IncomingEnvelope = z.infer<typeof incomingEnvelope>;

const ajv = new Ajv({ allErrors: false, strict: false });

function compile<T extends z.ZodType>(schema: T): ValidateFunction<z.infer<T>> {
  return ajv.compile<z.infer<T>>(z.toJSONSchema(schema, { target: 'draft-7' }));
}

/** True when the value is one alert as a webhook carries it. Faults stand in `.errors`. */
export const isIncomingAlert = compile(incomingAlert);
/** True when the value is a webhook body; its alerts are looked at one by one. */
export const isIncomingEnvelope = compile(incomingEnvelope);

/** The first fault of a check, with the field as a path such as `alerts[3].startsAt`. */
export function faultOf(errors: readonly ErrorObject[] | null | undefined, prefix: string): FieldFault {
  const error = errors?.[0];
  if (error === undefined) return { field: prefix, message: 'is not readable' };
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('');
  const missing = error.keyword === 'required' ? `.${String(error.params['missingProperty'])}` : '';
  const field = `${prefix}${path}${missing}`.replace(/^\./, '');
  const message = error.keyword === 'required' ? 'is missing' : error.keyword === 'enum'
    ? `must be one of ${JSON.stringify(error.params['allowedValues'])}`
    : (error.message ?? 'is not readable');
  return { field: field === '' ? 'body' : field, message };
}
