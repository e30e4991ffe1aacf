import type { GrafanaTheme2, IconName } from '@grafana/data';
import type { ServiceHealth } from '#contract';

export const HEALTH_ICONS: Readonly<Record<ServiceHealth, IconName>> = {
  failing: 'fire',
  degraded: 'exclamation-triangle',
  at_risk: 'eye',
  ok: 'check-circle',
};

/** Colours of a state from the theme's own tokens. Only what fails is filled. */
export function healthColors(theme: GrafanaTheme2, health: ServiceHealth): { background: string; border: string; text: string } {
  const { error, warning, info, background, border, text } = theme.colors;
  switch (health) {
    case 'failing':
      return { background: error.transparent, border: error.border, text: error.text };
    case 'degraded':
      return { background: warning.transparent, border: warning.border, text: warning.text };
    case 'at_risk':
      return { background: info.transparent, border: info.border, text: info.text };
    case 'ok':
      return { background: background.secondary, border: border.medium, text: text.secondary };
  }
}
