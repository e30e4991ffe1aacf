import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, useStyles2 } from '@grafana/ui';

import { useCan } from '../../api/useMe.ts';
import { useSources } from '../../api/useSources.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { testIds } from '../../testIds.ts';
import { AddSourceModal } from './AddSourceModal.tsx';
import { GrafanaConnection } from './GrafanaConnection.tsx';
import { IssuedTokenModal } from './IssuedTokenModal.tsx';
import type { IssuedToken } from './issuedToken.ts';
import { SourceCard } from './SourceCard.tsx';


export function SourcesTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const sources = useSources();
  const [adding, setAdding] = useState(false);
  const [issued, setIssued] = useState<IssuedToken | null>(null);
  const addButton = can('createSource') ? (
    <Button icon="plus" onClick={() => setAdding(true)} data-testid={testIds.settings.addSource}>
      Add source
    </Button>
  ) : undefined;

  return (
    <>
      <QueryView query={sources} loading={<Skeleton rows={3} height={96} />}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState variant="call-to-action" message="No source sends alerts yet" button={addButton}>
              A source is a Grafana, an Alertmanager or anything else that posts its alerts to Muster.
            </EmptyState>
          ) : (
            <div className={styles.list}>
              <div>{addButton}</div>
              {items.map((source) => (
                <SourceCard key={source.id} source={source} onIssued={setIssued} />
              ))}
              {can('getGrafanaConnection') && <GrafanaConnection />}
            </div>
          )
        }
      </QueryView>
      {adding && (
        <AddSourceModal
          onClose={() => setAdding(false)}
          onAdded={(token) => {
            setAdding(false);
            setIssued(token);
          }}
        />
      )}
      {issued !== null && <IssuedTokenModal issued={issued} onClose={() => setIssued(null)} />}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
});
