import { css } from '@emotion/css';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, ConfirmModal, Drawer, EmptyState, LinkButton, useStyles2 } from '@grafana/ui';
import type { Service } from '#contract';
import { useAlertList } from '../../api/useAlerts.ts';
import { useChanges, useDeleteService } from '../../api/useCatalog.ts';
import { useIncidentList } from '../../api/useIncidents.ts';
import { useCan } from '../../api/useMe.ts';
import { HealthBadge } from '../../components/HealthBadge.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { countOf } from '../../model/counts.ts';
import { DEPENDENCY_LABELS, dependentsOf, TIER_LABELS, type ListedService } from '../../model/services.ts';
import { isWebAddress } from '../../model/webAddress.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { ChangeList } from './ChangeList.tsx';
import { OutlookPart } from './OutlookPart.tsx';

interface Props {
  name: string;
  /** Null: the catalogue does not have it. */
  listed: ListedService | null;
  services: readonly Service[];
  onChoose: (service: string | null) => void;
  onEdit: () => void;
}

const SHOWN_CHANGES = 10;
const SHOWN_ALERTS = 10;

/** Everything about one service: who owns it, how it is, what it needs and who needs it. */
export function ServiceDrawer({ name, listed, services, onChoose, onEdit }: Props) {
  const can = useCan();
  return (
    <Drawer title={name} subtitle={listed?.service.description} size="md" onClose={() => onChoose(null)}>
      <div data-testid={testIds.services.drawer}>
        {listed === null ? (
          <>
            <EmptyState variant="not-found" message={`The catalogue has no service “${name}”`} />
            {can('listPredictions') && (
              <Part title="Outlook">
                <OutlookPart service={name} />
              </Part>
            )}
          </>
        ) : (
          <Details listed={listed} services={services} onChoose={onChoose} onEdit={onEdit} />
        )}
      </div>
    </Drawer>
  );
}

function Details({ listed: { service, state, health }, services, onChoose, onEdit }: Omit<Props, 'name' | 'listed'> & { listed: ListedService }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const remove = useDeleteService();
  const [removing, setRemoving] = useState(false);
  const incidents = useIncidentList({ service: service.name, phase: 'open', limit: 20 });
  const alerts = useAlertList({ q: service.name, status: 'firing', limit: SHOWN_ALERTS });
  const changes = useChanges({ service: service.name, limit: SHOWN_CHANGES });
  const { links } = service;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Owner', service.team],
    ['Tier', service.tier === null ? null : TIER_LABELS[service.tier]],
    ['Kind', service.kind],
    ['Business service', service.businessService],
    ['Namespace', service.namespace],
    ['Clusters', service.clusters.join(', ')],
    ['Regions', service.regions.join(', ')],
    ['Users', service.userCount === null ? null : service.userCount.toLocaleString()],
    ['Cost per minute', service.costPerMinute === null ? null : service.costPerMinute.toLocaleString()],
    ['Aliases', service.aliases.join(', ')],
  ];

  return (
    <div className={styles.stack}>
      <div className={styles.line}>
        <HealthBadge health={health} />
        {health === 'at_risk' && state !== null && <span>because {state.because.join(', ')} {state.because.length === 1 ? 'fails' : 'fail'}</span>}
        {state !== null && state.alertsFiring > 0 && <span className={styles.dim}>{countOf(state.alertsFiring, 'firing alert')}</span>}
      </div>
      <div className={styles.line}>
        {links.runbook !== null && isWebAddress(links.runbook) && (
          <LinkButton size="sm" variant="secondary" icon="book-open" href={links.runbook} target="_blank" rel="noreferrer">
            Runbook
          </LinkButton>
        )}
        {links.dashboard !== null && isWebAddress(links.dashboard) && (
          <LinkButton size="sm" variant="secondary" icon="apps" href={links.dashboard} target="_blank" rel="noreferrer">
            Dashboard
          </LinkButton>
        )}
        {can('putService') && service.editable && (
          <Button size="sm" variant="secondary" icon="pen" onClick={onEdit}>
            Edit
          </Button>
        )}
        {can('deleteService') && service.editable && (
          <Button size="sm" variant="destructive" fill="outline" icon="trash-alt" onClick={() => setRemoving(true)}>
            Remove
          </Button>
        )}
        {!service.editable && <span className={styles.dim}>Kept in services.yaml; change it there.</span>}
      </div>
      <dl className={styles.facts}>
        {facts.map(([label, value]) =>
          value === null || value === '' ? null : (
            <div key={label}>
              <dt className={styles.dim}>{label}</dt>
              <dd className={styles.value}>{value}</dd>
            </div>
          )
        )}
      </dl>
      {can('listPredictions') && (
        <Part title="Outlook">
          <OutlookPart service={service.name} />
        </Part>
      )}
      <Part title="Open incidents">
        <QueryView query={incidents}>
          {({ items }) =>
            items.length === 0 ? (
              <span className={styles.dim}>None.</span>
            ) : (
              items.map((incident) => (
                <div key={incident.number} className={styles.line}>
                  <SeverityBadge severity={incident.severity} />
                  <StateBadge state={incident.state} />
                  <Link to={paths.incident(incident.number)}>
                    {incident.key} {incident.title}
                  </Link>
                </div>
              ))
            )
          }
        </QueryView>
      </Part>
      <Part title="Firing alerts that name it">
        <QueryView query={alerts}>
          {({ items, total }) =>
            items.length === 0 ? (
              <span className={styles.dim}>None.</span>
            ) : (
              <>
                {items.map((alert) => (
                  <div key={alert.id} className={styles.line}>
                    <SeverityBadge severity={alert.severity} />
                    <span>{alert.name}</span>
                    <span className={styles.dim}>
                      <Instant at={alert.startsAt} />
                    </span>
                  </div>
                ))}
                {total > items.length && <span className={styles.dim}>and {(total - items.length).toLocaleString()} more</span>}
              </>
            )
          }
        </QueryView>
      </Part>
      <Part title="Needs">
        <Services names={service.dependencies.map(({ to, type, origin }) => ({ name: to, note: `${DEPENDENCY_LABELS[type]}${origin === 'learned' ? ', learned' : ''}` }))} onChoose={onChoose} />
      </Part>
      <Part title="Needed by">
        <Services names={dependentsOf(service.name, services).map(({ name, dependencies }) => ({ name, note: dependencies.filter(({ to }) => to === service.name).map(({ type }) => DEPENDENCY_LABELS[type]).join(', ') }))} onChoose={onChoose} />
      </Part>
      <Part title="Changes">
        <QueryView query={changes}>{({ items }) => (items.length === 0 ? <span className={styles.dim}>None known.</span> : <ChangeList changes={items} />)}</QueryView>
      </Part>
      <ConfirmModal
        isOpen={removing}
        title={`Remove ${service.name}?`}
        body="Its dependencies, and those of others on it, go with it. Alerts and incidents stay."
        confirmText="Remove"
        onConfirm={() =>
          remove.mutate({ name: service.name, version: service.version }, {
            onSuccess: () => {
              toast.done(`${service.name} removed`);
              onChoose(null);
            },
            onError: (error) => {
              toast.failed(error);
              setRemoving(false);
            },
          })
        }
        onDismiss={() => setRemoving(false)}
      />
    </div>
  );
}

function Services({ names, onChoose }: { names: readonly { name: string; note: string }[]; onChoose: (service: string) => void }) {
  const styles = useStyles2(getStyles);
  if (names.length === 0) {
    return <span className={styles.dim}>Nothing that the catalogue knows.</span>;
  }
  return (
    <>
      {names.map(({ name, note }) => (
        <div key={`${name} ${note}`} className={styles.line}>
          <Button size="sm" variant="secondary" fill="text" onClick={() => onChoose(name)}>
            {name}
          </Button>
          <span className={styles.dim}>{note}</span>
        </div>
      ))}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <section>
      <h3 className={styles.title}>{title}</h3>
      {children}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1), padding: theme.spacing(0.25, 0) }),
  facts: css({ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(150px, 1fr))', gap: theme.spacing(1), margin: 0 }),
  value: css({ margin: 0, overflowWrap: 'anywhere' }),
  title: css({ ...theme.typography.h5, margin: theme.spacing(0, 0, 0.5) }),
  dim: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
});
