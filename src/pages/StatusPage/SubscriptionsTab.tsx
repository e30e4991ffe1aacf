import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Checkbox, Field, Input, useStyles2 } from '@grafana/ui';
import { SEVERITIES, audienceId, type Audience, type MySubscription, type Severity } from '#contract';
import { adviseOn } from '../../api/errorAdvice.ts';
import { useCommunication } from '../../api/useComms.ts';
import { useCan } from '../../api/useMe.ts';
import { useMySubscription, usePutMySubscription, useRemoveSubscriber, useSubscribers } from '../../api/useStatusPage.ts';
import { rowStyle } from '../../components/boxStyle.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';
import { namesOf } from './words.ts';

/** Of which incidents the reader is told, and for those who look after it, who else. */
export function SubscriptionsTab() {
  const styles = useStyles2(getStyles);
  const mine = useMySubscription();
  const settings = useCommunication();
  return (
    <div className={styles.tab} data-testid={testIds.statusPage.subscriptions}>
      <section aria-labelledby="muster-my-subscription" className={styles.part}>
        <h3 id="muster-my-subscription" className={styles.title}>
          What I am told of
        </h3>
        <QueryView query={mine} loading={<Skeleton rows={3} height={48} />}>
          {(data) => <Mine key={data.version} mine={data} audiences={settings.data?.audiences ?? []} />}
        </QueryView>
      </section>
      <Others />
    </div>
  );
}

function toggled<T>(list: readonly T[], item: T, isOn: boolean): T[] {
  return isOn ? [...list, item] : list.filter((other) => other !== item);
}

function Mine({ mine, audiences }: { mine: MySubscription; audiences: readonly Audience[] }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const save = usePutMySubscription();
  const [chosen, setChosen] = useState<readonly string[]>(mine.audiences);
  const [severities, setSeverities] = useState<readonly Severity[]>(mine.severities);
  const [services, setServices] = useState(mine.services.join(', '));
  const [regions, setRegions] = useState(mine.regions.join(', '));
  const mayChange = can('putMySubscription');

  return (
    <form
      className={styles.part}
      onSubmit={(event) => {
        event.preventDefault();
        const body = { audiences: chosen.map((id) => audienceId.parse(id)), severities: [...severities], services: namesOf(services), regions: namesOf(regions) };
        save.mutate({ version: mine.version, body }, { onSuccess: () => toast.done(chosen.length === 0 ? 'You are told of nothing' : 'Subscription saved'), onError: (error) => toast.failed(error) });
      }}
    >
      {save.error !== null && (
        <Alert severity="error" title={adviseOn(save.error).title}>
          {adviseOn(save.error).advice}
        </Alert>
      )}
      <fieldset className={styles.set}>
        <legend className={styles.legend}>Updates to these audiences</legend>
        {audiences.map(({ id, name }) => (
          <Checkbox key={id} label={name} value={chosen.includes(id)} disabled={!mayChange} onChange={(event) => setChosen(toggled(chosen, id, event.currentTarget.checked))} />
        ))}
      </fieldset>
      <fieldset className={styles.set}>
        <legend className={styles.legend}>Of these severities (none chosen: all)</legend>
        {SEVERITIES.map((severity) => (
          <Checkbox key={severity} label={severity.toUpperCase()} value={severities.includes(severity)} disabled={!mayChange} onChange={(event) => setSeverities(toggled(severities, severity, event.currentTarget.checked))} />
        ))}
      </fieldset>
      <Field noMargin label="Of these services or business services" description="With commas between; empty: all.">
        <Input id="muster-subscription-services" value={services} disabled={!mayChange} onChange={(event) => setServices(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="In these regions" description="With commas between; empty: all.">
        <Input id="muster-subscription-regions" value={regions} disabled={!mayChange} onChange={(event) => setRegions(event.currentTarget.value)} />
      </Field>
      {mayChange && (
        <div>
          <Button type="submit" disabled={save.isPending}>
            Save
          </Button>
        </div>
      )}
    </form>
  );
}

function Others() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const subscribers = useSubscribers({ enabled: can('listSubscribers') });
  const remove = useRemoveSubscriber();
  if (!can('listSubscribers')) return null;
  return (
    <section aria-labelledby="muster-subscribers" className={styles.part}>
      <h3 id="muster-subscribers" className={styles.title}>
        Everybody who is told
      </h3>
      <QueryView query={subscribers} loading={<Skeleton rows={2} height={48} />}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 && <span className={styles.dim}>Nobody subscribes yet.</span>}
            <ul className={styles.list}>
              {items.map(({ id, user, address, state, audiences, services, severities, regions, since }) => (
                <li key={id} className={styles.row}>
                  <div className={styles.words}>
                    <div>{user?.name ?? address}</div>
                    <div className={styles.dim}>
                      {[state === 'pending' ? 'not confirmed yet' : 'since', ''].join(' ')}
                      {state === 'active' && <Instant at={since} />}
                      {` · ${[audiences.join(', '), services.join(', '), severities.map((severity) => severity.toUpperCase()).join(', '), regions.join(', ')].filter((words) => words !== '').join(' · ')}`}
                    </div>
                  </div>
                  {can('removeSubscriber') && (
                    <Button size="sm" variant="secondary" fill="text" disabled={remove.isPending} aria-label={`Remove ${user?.name ?? address ?? 'subscriber'}`} onClick={() => remove.mutate(id, { onError: (error) => toast.failed(error) })}>
                      Remove
                    </Button>
                  )}
                </li>
              ))}
            </ul>
            {nextCursor !== null && <span className={styles.dim}>{`The newest ${items.length} are shown.`}</span>}
          </>
        )}
      </QueryView>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(4), maxWidth: 800 }),
  part: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  title: css({ ...theme.typography.h5, margin: 0 }),
  set: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2) }),
  legend: css({ fontSize: theme.typography.bodySmall.fontSize, fontWeight: theme.typography.fontWeightMedium, marginBottom: theme.spacing(0.5) }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  row: css(rowStyle(theme)),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary }),
});
