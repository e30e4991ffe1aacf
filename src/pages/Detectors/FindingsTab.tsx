import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { Choice } from '../../components/Choice.tsx';
import { FindingsList } from './FindingsList.tsx';

const SHOWN = ['none', 'any', 'right', 'wrong'] as const;
const SHOWN_WORDS: Readonly<Record<(typeof SHOWN)[number], string>> = { none: 'To be judged', any: 'All', right: 'Right', wrong: 'Wrong' };

/** What all detectors found; what nobody has judged stands first. */
export function FindingsTab() {
  const styles = useStyles2(getStyles);
  const [verdict, setVerdict] = useState<(typeof SHOWN)[number]>('none');
  return (
    <div className={styles.tab}>
      <p className={styles.intro}>Say of each finding whether something was wrong then. The precision of its detector is counted from that, and shown beside it.</p>
      <Choice label="Findings shown" size="sm" options={SHOWN} labels={SHOWN_WORDS} value={verdict} onChange={setVerdict} />
      <FindingsList filter={{ verdict }} named />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0 }),
  intro: css({ margin: 0, color: theme.colors.text.secondary, maxWidth: 760 }),
});
