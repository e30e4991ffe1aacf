import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, TextLink, useStyles2 } from '@grafana/ui';
import type { ChangesBefore, NoticedChange, RisingRule, SuspectedChange } from '#contract';
import { useChangesBefore } from '../../api/useInsights.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { formatShare } from '../../model/amounts.ts';
import { CHANGE_NOUNS } from '../../model/changeNouns.ts';
import { countOf } from '../../model/counts.ts';
import { isWebAddress } from '../../model/webAddress.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { NoticedRow } from './NoticedRow.tsx';
import { WhySuspicious } from './WhySuspicious.tsx';

/** So many stand there at once; the others on request. */
const SHOWN = 4;
const SHOWN_SERVICES = 3;

type Entry = { readonly suspicion: number; readonly at: string; readonly key: string } & ({ readonly change: SuspectedChange } | { readonly noticed: NoticedChange });

/** What people changed and what detectors noticed, as one list. */
function entriesOf({ changes, noticed }: ChangesBefore): Entry[] {
  return [
    ...changes.map((change): Entry => ({ suspicion: change.suspicion, at: change.change.at, key: change.change.position, change })),
    ...noticed.map((each, place): Entry => ({ suspicion: each.suspicion, at: each.at, key: `${each.detector} ${each.at} ${place}`, noticed: each })),
  ].sort((a, b) => b.suspicion - a.suspicion || (a.at < b.at ? 1 : -1));
}

/** What was changed before it began, the most suspicious first, and which alert rules rose with it. */
export function ChangesBlock({ number }: { number: number }) {
  const before = useChangesBefore(number);
  return (
    <div data-testid={testIds.incident.changesBefore}>
      <QueryView query={before} loading={<Skeleton rows={3} height={32} />}>
        {(data) => <Before number={number} before={data} />}
      </QueryView>
    </div>
  );
}

function Before({ number, before }: { number: number; before: ChangesBefore }) {
  const styles = useStyles2(getStyles);
  const [showsAll, setShowsAll] = useState(false);
  const [showsAllRules, setShowsAllRules] = useState(false);
  const { rising, leftOut } = before;
  const entries = entriesOf(before);
  const hidden = entries.length - SHOWN;
  const hiddenRules = rising.length - SHOWN;
  return (
    <div className={styles.stack}>
      {entries.length === 0 ? (
        <span className={styles.dim}>
          {before.services.length === 0 ? 'No service is known yet whose changes could be looked at.' : `No change is known of ${countOf(before.services.length, 'service')} since `}
          {before.services.length > 0 && <Instant at={before.from} />}
        </span>
      ) : (
        <ol className={styles.list}>
          {(showsAll ? entries : entries.slice(0, SHOWN)).map((each) => ('change' in each ? <Suspect key={each.key} suspect={each.change} /> : <NoticedRow key={each.key} noticed={each.noticed} />))}
        </ol>
      )}
      {hidden > 0 && (
        <Button size="sm" fill="text" variant="secondary" icon={showsAll ? 'angle-down' : 'angle-right'} aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {countOf(hidden, 'less suspicious change')}
        </Button>
      )}
      {leftOut > 0 && <span className={styles.dim}>{countOf(leftOut, 'more change')} in that time not shown.</span>}
      {rising.length > 0 && (
        <div className={styles.item}>
          <h4 className={styles.title}>Alert rules that rose</h4>
          <ul className={styles.list}>
            {(showsAllRules ? rising : rising.slice(0, SHOWN)).map((rule) => (
              <Risen key={rule.name} number={number} rule={rule} />
            ))}
          </ul>
          {hiddenRules > 0 && (
            <Button size="sm" fill="text" variant="secondary" icon={showsAllRules ? 'angle-down' : 'angle-right'} aria-expanded={showsAllRules} onClick={() => setShowsAllRules(!showsAllRules)}>
              {countOf(hiddenRules, 'more rule')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function Suspect({ suspect: { change, suspicion, reasons, hops } }: { suspect: SuspectedChange }) {
  const styles = useStyles2(getStyles);
  return (
    <li className={styles.item}>
      <div>
        <strong>{change.title}</strong> <span className={styles.dim}>{formatShare(suspicion)} suspicious</span>
      </div>
      <div className={styles.dim}>
        {CHANGE_NOUNS[change.kind]}
        {change.service !== null && ` of ${change.service}`}
        {hops !== null && hops > 0 && `, ${hops} ${hops === 1 ? 'step' : 'steps'} upstream`}, <Instant at={change.at} />
        {change.author !== null && ` by ${change.author}`}
        {change.link !== null && isWebAddress(change.link) && (
          <>
            {' · '}
            <a href={change.link} target="_blank" rel="noreferrer" className={styles.link}>
              Open it
            </a>
          </>
        )}
      </div>
      <WhySuspicious what={change.title} reasons={reasons} />
    </li>
  );
}

function placesText(services: readonly string[]): string {
  const more = services.length - SHOWN_SERVICES;
  return more <= 0 ? services.join(', ') : `${services.slice(0, SHOWN_SERVICES).join(', ')} and ${more} more`;
}

function Risen({ number, rule: { name, services, alerts, usual, firstAt, alert } }: { number: number; rule: RisingRule }) {
  const styles = useStyles2(getStyles);
  return (
    <li>
      <TextLink href={`${paths.incident(number, 'alerts')}&alert=${encodeURIComponent(alert)}`} inline>
        {name}
      </TextLink>{' '}
      <span className={styles.dim}>
        {countOf(alerts, 'alert')} in an hour, {usual < 0.05 ? 'never usual' : `${usual < 10 ? usual.toFixed(1) : Math.round(usual)} usual`}, at {placesText(services)}, first <Instant at={firstAt} />
      </span>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(1), overflowWrap: 'anywhere', '& > *': { maxWidth: '100%' } }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  item: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(0.25), minWidth: 0 }),
  title: css({ ...theme.typography.h6, margin: 0 }),
  link: css({ color: theme.colors.text.link }),
  dim: css({ color: theme.colors.text.secondary }),
});
