import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey, type AlertMeaning, type MeaningLink, type Remedy } from '#contract';
import { useAlertMeanings } from '../../api/useInsights.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { countOf } from '../../model/counts.ts';
import { formatDuration } from '../../model/duration.ts';
import { isWebAddress } from '../../model/webAddress.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

const MINUTE_MS = 60_000;
const REMEDIES: Readonly<Record<Remedy['kind'], string>> = { runbook: 'Runbook succeeded', cause: 'Cause confirmed', reason: 'Reason given', update: 'Told then', note: 'Noted then' };

/** What the leading alerts usually mean: what it was before, what ended it, what to check, and the queries ready to be opened. */
export function MeaningsBlock({ number }: { number: number }) {
  const styles = useStyles2(getStyles);
  const meanings = useAlertMeanings(number);
  return (
    <div data-testid={testIds.incident.meanings}>
      <QueryView query={meanings} loading={<Skeleton rows={3} height={32} />}>
        {({ state, items, compared }) => (
          <div className={styles.stack}>
            {items.length === 0 && <span className={styles.dim}>It has no alerts.</span>}
            {items.length > 0 && state !== 'preparing' && compared === 0 && <span className={styles.dim}>No incident has ended yet that could tell what they meant before.</span>}
            <div className={styles.grid}>
              {items.map((meaning) => (
                <Meaning key={meaning.name} number={number} meaning={meaning} compared={compared} />
              ))}
            </div>
            {state === 'preparing' && (
              <span role="status" className={styles.dim}>
                Past incidents and queries of rules are being looked up…
              </span>
            )}
          </div>
        )}
      </QueryView>
    </div>
  );
}

/** What past incidents say of it; null as long as there is none that could. */
function pastText({ incidents, atService, service, medianMinutes }: AlertMeaning, compared: number): string | null {
  if (incidents === 0) return compared === 0 ? null : `None of ${countOf(compared, 'past incident')} that you may see carried it.`;
  const where = service === null || atService === 0 ? '' : `, ${atService === incidents ? (incidents === 1 ? 'which touched' : 'all of which touched') : `${atService} of which touched`} ${service}`;
  const lasted = medianMinutes === null ? '' : ` They took ${formatDuration(medianMinutes * MINUTE_MS)} in the middle.`;
  return `${countOf(incidents, 'past incident')} carried it${where}.${incidents === 1 ? lasted.replace('They', 'It').replace(' in the middle', '') : lasted}`;
}

function Meaning({ number, meaning, compared }: { number: number; meaning: AlertMeaning; compared: number }) {
  const styles = useStyles2(getStyles);
  const { name, service, alert, causes, fixedBy, checks, links, incidents } = meaning;
  const past = pastText(meaning, compared);
  return (
    <section className={styles.meaning} data-testid={testIds.incident.meaning} aria-label={name}>
      <div>
        <TextLink href={`${paths.incident(number, 'alerts')}&alert=${encodeURIComponent(alert)}`} inline>
          {name}
        </TextLink>
        {service !== null && <span className={styles.dim}> at {service}</span>}
      </div>
      {past !== null && <div className={styles.dim}>{past}</div>}
      {incidents > 0 && causes.length === 0 && <div className={styles.dim}>No cause of them was confirmed.</div>}
      {causes.map(({ text, service: of, incidents: times, latest }) => (
        <div key={`${text} ${latest}`}>
          It was <strong>{of ?? text}</strong> {times} of {countOf(incidents, 'time')}, last in{' '}
          <TextLink href={paths.incident(latest)} inline>
            {incidentKey(latest)}
          </TextLink>
          .
        </div>
      ))}
      {incidents > 0 && fixedBy.length === 0 && <div className={styles.dim}>What ended them was not written down.</div>}
      {fixedBy.map(({ remedy, incidents: times, latest }) => (
        <div key={`${remedy.kind} ${remedy.text}`} className={styles.remedy}>
          <span className={styles.dim}>{REMEDIES[remedy.kind]}: </span>
          {remedy.run === null ? remedy.text : <TextLink href={paths.run(remedy.run)} inline>{remedy.text}</TextLink>}
          <span className={styles.dim}>{remedy.kind === 'runbook' ? `, ${times} of ${countOf(incidents, 'time')}` : ` (${incidentKey(latest)})`}</span>
        </div>
      ))}
      {checks.length > 0 && (
        <div>
          <span className={styles.dim}>Check next</span>
          <ol className={styles.checks}>
            {checks.map((check) => (
              <li key={check}>{check}</li>
            ))}
          </ol>
        </div>
      )}
      {links.length > 0 && (
        <div className={styles.links}>
          {links.map((link) => (
            <MeaningLinkView key={`${link.kind} ${link.title} ${link.url}`} link={link} />
          ))}
        </div>
      )}
    </section>
  );
}

const PLACES: Readonly<Record<MeaningLink['kind'], string>> = { explore: ' in Explore', prometheus: ' in Prometheus', rule: '', dashboard: '', panel: '', runbook: '', detector: '' };

function MeaningLinkView({ link: { kind, title, url } }: { link: MeaningLink }) {
  const isPath = url.startsWith('/') && !url.startsWith('//');
  if (!isPath && !isWebAddress(url)) return null;
  return (
    <TextLink href={url} external={!isPath} inline>
      {`${title}${PLACES[kind]}`}
    </TextLink>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), overflowWrap: 'anywhere' }),
  grid: css({ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 420px), 1fr))', gap: theme.spacing(2) }),
  meaning: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(0.5), minWidth: 0, '& > *': { maxWidth: '100%' } }),
  remedy: css({ padding: theme.spacing(0.5, 1), borderLeft: `3px solid ${theme.colors.success.main}`, background: theme.colors.background.secondary, whiteSpace: 'pre-wrap' }),
  checks: css({ margin: 0, paddingLeft: theme.spacing(2.5) }),
  links: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1.5) }),
  dim: css({ color: theme.colors.text.secondary }),
});
