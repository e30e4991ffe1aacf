/** The alerts of the simulated outage: which fire, from when to when, with which labels. Pure. */
import { createHash } from 'node:crypto';
import { createRandom, type Random } from './random.ts';
import { NOISE, SHOP, type Noise, type Rule, type Service } from './shop.ts';

/** One firing of one alert. Times are seconds from the start of the outage. */
export interface Episode {
  readonly ruleUid: string;
  readonly fingerprint: string;
  readonly folder: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly value: number;
  readonly threshold: number;
  readonly panel: number;
  readonly firesAt: number;
  /** Null: fires until after the end. */
  readonly endsAt: number | null;
}

/** Rules are evaluated every so many seconds, and alerts begin then. */
const EVALUATION_SECONDS = 1;
/** Instances that stay broken although their service is well again. */
const STUCK_SHARE = 0.12;
const MAX_RECOVERY_SECONDS = 16;

/** 16 hex digits over the labels alone, as Grafana's fingerprints. */
function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  const text = Object.keys(labels).sort().map((name) => `${name}=${labels[name] ?? ''}`).join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function ruleUidOf(folder: string, name: string): string {
  return createHash('sha256').update(`${folder}/${name}`).digest('base64url').toLowerCase().replaceAll(/[^a-z0-9]/g, '').slice(0, 12);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function atEvaluation(seconds: number): number {
  return Math.round(seconds / EVALUATION_SECONDS) * EVALUATION_SECONDS;
}

function podName(service: Service, index: number): string {
  return service.name.endsWith('-db') ? `${service.name}-${index}` : `${service.name}-${fingerprintOf({ service: service.name }).slice(0, 5)}-${fingerprintOf({ pod: `${service.name}${index}` }).slice(0, 5)}`;
}

function ruleEpisode(random: Random, service: Service, rule: Rule, instance: number | null): Episode {
  const place = rule.each === 'service' || instance === null ? 0 : instance / service.instances;
  const firesAt = atEvaluation(service.brokenAt + rule.afterSeconds + place * rule.spreadSeconds + random.between(0, 2));
  const stuck = rule.each === 'instance' && random.next() < STUCK_SHARE;
  const endsAt = service.healthyAt === null || stuck ? null : atEvaluation(service.healthyAt + random.between(0, MAX_RECOVERY_SECONDS));
  const value = rounded(random.between(rule.value[0], rule.value[1]));
  const who = instance === null ? service.name : podName(service, instance);
  const labels = {
    alertname: rule.name, grafana_folder: service.folder, service: service.name, team: service.team, severity: rule.severity,
    environment: 'production', cluster: 'eu-1', ...(instance === null ? {} : { pod: who }),
  };
  return {
    ruleUid: ruleUidOf(service.folder, rule.name),
    fingerprint: fingerprintOf(labels),
    folder: service.folder,
    labels,
    annotations: {
      summary: `${rule.measure} of ${who} is ${value}${rule.unit === '' ? '' : ` ${rule.unit}`}`,
      description: `${rule.measure} has been above ${rule.threshold}${rule.unit === '' ? '' : ` ${rule.unit}`} (simulated).`,
      runbook_url: `https://runbooks.example.com/${service.name}/${rule.name}`,
    },
    value, threshold: rule.threshold, panel: rule.panel, firesAt, endsAt,
  };
}

function serviceEpisodes(random: Random, service: Service): Episode[] {
  return service.rules.flatMap((rule) =>
    rule.each === 'service'
      ? [ruleEpisode(random, service, rule, null)]
      : Array.from({ length: service.instances }, (_, index) => ruleEpisode(random, service, rule, index)),
  );
}

function noiseEpisodes(noise: Noise): Episode[] {
  const labels = { alertname: noise.name, grafana_folder: noise.folder, environment: 'production', ...noise.labels };
  return noise.episodes.map(([firesAt, endsAt]) => ({
    ruleUid: ruleUidOf(noise.folder, noise.name), fingerprint: fingerprintOf(labels), folder: noise.folder, labels,
    annotations: { summary: noise.summary }, value: noise.value, threshold: 0, panel: 4, firesAt, endsAt,
  }));
}

/** The alerts of some services by themselves, all of which end. */
export function episodesOf(seed: number, services: readonly Service[], endsAt: number): Episode[] {
  const random = createRandom(seed);
  return services.flatMap((service) => serviceEpisodes(random, service)).map((episode) => ({ ...episode, endsAt }));
}

/** Every alert of the outage and of the noise beside it, in the order in which they fire. */
export function createEpisodes(seed: number): Episode[] {
  const random = createRandom(seed);
  const episodes = [...SHOP.flatMap((service) => serviceEpisodes(random, service)), ...NOISE.flatMap(noiseEpisodes)];
  return episodes.sort((a, b) => a.firesAt - b.firesAt || (a.fingerprint < b.fingerprint ? -1 : 1));
}
