import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, useStyles2 } from '@grafana/ui';
import type { Incident } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { testIds } from '../../testIds.ts';
import { MembersDialog } from './MembersDialog.tsx';

/** So many are named; of more, how many they are. */
const NAMED = 8;
const LISTED = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/** Who sees this incident, where that is not everybody. */
export function PrivacyNotice({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const [editing, setEditing] = useState(false);
  const { privacy } = incident;
  if (privacy === null) {
    return null;
  }
  const names = privacy.members.map(({ name }) => name);
  const more = names.length - NAMED;
  return (
    <div className={styles.notice} data-testid={testIds.incident.privacy}>
      <Icon name="lock" aria-hidden />
      <span className={styles.words}>
        <strong>Private.</strong> Only {LISTED.format([...names.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])])} {names.length === 1 ? 'sees' : 'see'} it. Made private by{' '}
        {privacy.by.name}: {privacy.reason}
      </span>
      {can('setIncidentMembers') && incident.state !== 'duplicate' && (
        <Button size="sm" variant="secondary" onClick={() => setEditing(true)}>
          Change who sees it
        </Button>
      )}
      {editing && <MembersDialog incident={incident} onClose={() => setEditing(false)} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  notice: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 1),
    borderRadius: theme.shape.radius.default,
    border: `1px solid ${theme.colors.warning.border}`,
    background: theme.colors.warning.transparent,
  }),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
});
