import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, ConfirmModal, EmptyState, Icon, Stack, useStyles2 } from '@grafana/ui';
import type { BusinessService } from '#contract';
import { useBusinessServices, useDeleteBusinessService } from '../../api/useCatalog.ts';
import { useCan } from '../../api/useMe.ts';
import { HealthBadge } from '../../components/HealthBadge.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { businessRows, CRITICALITY_LABELS, type BusinessRow, type ListedService } from '../../model/services.ts';
import { testIds } from '../../testIds.ts';
import { BusinessServiceForm } from './BusinessServiceForm.tsx';

interface Props {
  listed: readonly ListedService[];
  onService: (service: string) => void;
}

interface Editing {
  readonly business: BusinessService | null;
  readonly name: string;
}

/** What the business sees, with the services that it is made of and how they are. */
export function BusinessTab({ listed, onService }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const all = useBusinessServices();
  const [editing, setEditing] = useState<Editing | null>(null);
  return (
    <div className={styles.tab}>
      {can('createBusinessService') && (
        <Button icon="plus" variant="secondary" onClick={() => setEditing({ business: null, name: '' })}>
          Add business service
        </Button>
      )}
      <QueryView query={all} loading={<Skeleton rows={4} height={64} />}>
        {(items) => {
          const rows = businessRows(items, listed);
          return rows.length === 0 ? (
            <EmptyState variant="call-to-action" message="No business services yet">
              A business service is what customers would miss, such as a shop. With its tier Muster tells how grave an incident is, and says on it what is affected. Add them here, import a CSV, or keep them in provisioning/muster/services.yaml.
            </EmptyState>
          ) : (
            <ul className={styles.list}>
              {rows.map((row) => (
                <Row key={row.name} row={row} onService={onService} onEdit={() => setEditing({ business: row.business, name: row.name })} />
              ))}
            </ul>
          );
        }}
      </QueryView>
      {editing !== null && <BusinessServiceForm {...editing} onClose={() => setEditing(null)} />}
    </div>
  );
}

function Row({ row: { name, business, members, health }, onService, onEdit }: { row: BusinessRow; onService: (service: string) => void; onEdit: () => void }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const remove = useDeleteBusinessService();
  const [asking, setAsking] = useState(false);
  const facts = business === null ? [] : [business.slo === null ? null : `SLO ${business.slo} %`, business.team === null ? null : `owned by ${business.team}`];
  return (
    <li className={styles.row} data-testid={testIds.services.business}>
      <div className={styles.words}>
        <Stack gap={1} alignItems="center" wrap="wrap">
          <HealthBadge health={health} />
          <strong>{name}</strong>
          {business !== null && <Badge color={business.tier === 'critical' ? 'red' : business.tier === 'important' ? 'orange' : 'blue'} text={CRITICALITY_LABELS[business.tier]} />}
          {business !== null && !business.editable && <Icon name="lock" size="sm" title="Kept in services.yaml" />}
          <span className={styles.dim}>{facts.filter(Boolean).join(', ')}</span>
        </Stack>
        {business === null && <div>Services name it, but nobody has said yet how much hangs on it: it counts as standard.</div>}
        {business !== null && business.description !== '' && <div>{business.description}</div>}
        <div className={styles.names}>
          {members.length === 0 && <span className={styles.dim}>No service names it yet.</span>}
          {members.map(({ service, health: state }) => (
            <Button key={service.name} size="sm" variant={state === 'failing' ? 'destructive' : 'secondary'} fill="text" onClick={() => onService(service.name)}>
              {service.name}
            </Button>
          ))}
        </div>
      </div>
      <Stack gap={1} alignItems="flex-start">
        {business === null
          ? can('createBusinessService') && (
              <Button size="sm" variant="secondary" icon="pen" onClick={onEdit}>
                Describe
              </Button>
            )
          : business.editable && (
              <>
                {can('putBusinessService') && <Button size="sm" variant="secondary" icon="pen" aria-label={`Edit ${name}`} onClick={onEdit} />}
                {can('deleteBusinessService') && <Button size="sm" variant="secondary" icon="trash-alt" aria-label={`Remove ${name}`} onClick={() => setAsking(true)} />}
              </>
            )}
      </Stack>
      {business !== null && (
        <ConfirmModal
          isOpen={asking}
          title={`Remove ${name}?`}
          body={members.length === 0 ? 'No service names it.' : `Its ${members.length.toLocaleString()} services stay and go on naming it; it counts as standard then.`}
          confirmText="Remove"
          onConfirm={() =>
            remove.mutate({ name, version: business.version }, { onSuccess: () => toast.done(`${name} removed`), onError: (error) => toast.failed(error), onSettled: () => setAsking(false) })
          }
          onDismiss={() => setAsking(false)}
        />
      )}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), alignItems: 'flex-start' }),
  list: css({ listStyle: 'none', margin: 0, width: '100%' }),
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), padding: theme.spacing(1.5, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
  names: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', marginLeft: theme.spacing(-1), '& > span': { marginLeft: theme.spacing(1) } }),
  dim: css({ color: theme.colors.text.secondary }),
});
