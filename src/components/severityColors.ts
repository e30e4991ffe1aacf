import type { GrafanaTheme2 } from '@grafana/data';
import type { Severity } from '#contract';

export interface SeverityColors {
  /** The plain colour, for bars and edges. */
  readonly main: string;
  readonly background: string;
  readonly border: string;
  readonly text: string;
}

/** Colours of a severity from the theme's own tokens. Only the worst one is filled, so that it stands out. */
export function severityColors(theme: GrafanaTheme2, severity: Severity): SeverityColors {
  const { error, warning, info, secondary, text, border, background } = theme.colors;
  switch (severity) {
    case 'sev1':
      return { main: error.main, background: error.main, border: error.main, text: error.contrastText };
    case 'sev2':
      // on its own tint the red would be too faint to read in the light theme
      return { main: error.shade, background: background.primary, border: error.border, text: error.text };
    case 'sev3':
      return { main: warning.main, background: warning.transparent, border: warning.border, text: warning.text };
    case 'sev4':
      return { main: info.main, background: info.transparent, border: info.border, text: info.text };
    case 'sev5':
      return { main: text.disabled, background: secondary.transparent, border: border.medium, text: text.secondary };
  }
}
