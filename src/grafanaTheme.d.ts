/**
 * Grafana declares the parts of its palette as optional and then requires them by a mapped type, which under
 * `exactOptionalPropertyTypes` leaves `undefined` in. They are always there.
 */
import '@grafana/data';

declare module '@grafana/data' {
  interface ThemeColors {
    text: { primary: string; secondary: string; disabled: string; link: string; maxContrast: string };
    background: { canvas: string; page: string; primary: string; secondary: string; elevated: string };
    border: { weak: string; medium: string; strong: string };
    action: { selected: string; selectedBorder: string; hover: string; hoverOpacity: number; focus: string; disabledBackground: string; disabledText: string; disabledOpacity: number };
  }
}
