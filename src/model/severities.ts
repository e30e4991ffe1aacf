import { SEVERITIES, type Severity } from '#contract';

export const SEVERITY_LABELS: Readonly<Record<Severity, string>> = {
  sev1: 'SEV1',
  sev2: 'SEV2',
  sev3: 'SEV3',
  sev4: 'SEV4',
  sev5: 'SEV5',
};

export const SEVERITY_MEANINGS: Readonly<Record<Severity, string>> = {
  sev1: 'Critical: a critical service is down, or data or safety is at risk',
  sev2: 'Major: an important service is down or a critical one is degraded',
  sev3: 'Moderate: few users, one team or region, or redundancy is lost',
  sev4: 'Minor: little effect, a workaround exists',
  sev5: 'Notice: no effect on users',
};

/** `sev1` first. */
export function worseFirst(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}

export function isSeverity(text: string): text is Severity {
  const known: readonly string[] = SEVERITIES;
  return known.includes(text);
}
