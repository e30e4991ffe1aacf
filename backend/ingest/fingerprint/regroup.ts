/** How alerts regroup when other labels identify them. Pure. */
import type { FingerprintPreview, Labels } from '#contract';

export interface PastEpisode {
  readonly fingerprint: string;
  readonly name: string;
  readonly labels: Labels;
}

const MAX_GROUPS = 50;
const MAX_NAMES = 5;

/** The labels of a rule that an alert has. */
export function chosenLabels(names: readonly string[], labels: Labels): Labels {
  const chosen: Labels = {};
  for (const name of names) {
    const value = labels[name];
    if (value !== undefined && value !== '') chosen[name] = value;
  }
  return chosen;
}

/** Counts the alerts of now and then, and what would become one. */
export function regroup(names: readonly string[], episodes: readonly PastEpisode[]): FingerprintPreview {
  const groups = new Map<string, { labels: Labels; alerts: Set<string>; episodes: number; names: Set<string> }>();
  const lacking = new Map<string, number>();
  const labelNames = new Map<string, number>();
  for (const episode of episodes) {
    for (const name of Object.keys(episode.labels)) labelNames.set(name, (labelNames.get(name) ?? 0) + 1);
    const labels = chosenLabels(names, episode.labels);
    for (const name of names) if (labels[name] === undefined) lacking.set(name, (lacking.get(name) ?? 0) + 1);
    const key = JSON.stringify(names.map((name) => labels[name] ?? null));
    const group = groups.get(key) ?? { labels, alerts: new Set(), episodes: 0, names: new Set() };
    group.alerts.add(episode.fingerprint);
    group.episodes += 1;
    group.names.add(episode.name);
    groups.set(key, group);
  }
  return {
    episodes: episodes.length,
    alertsNow: new Set(episodes.map((episode) => episode.fingerprint)).size,
    alertsThen: groups.size,
    lacking: [...lacking].map(([label, count]) => ({ label, episodes: count })),
    groups: [...groups.values()]
      .sort((a, b) => b.alerts.size - a.alerts.size || b.episodes - a.episodes)
      .slice(0, MAX_GROUPS)
      .map((group) => ({ labels: group.labels, alerts: group.alerts.size, episodes: group.episodes, names: [...group.names].sort().slice(0, MAX_NAMES) })),
    labelNames: [...labelNames].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name),
  };
}
