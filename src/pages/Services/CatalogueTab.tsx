import { css, cx } from '@emotion/css';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, EmptyState, FilterPill, Icon, useStyles2 } from '@grafana/ui';
import { SERVICE_TIERS } from '#contract';
import { HealthBadge } from '../../components/HealthBadge.tsx';
import { SearchInput } from '../../components/SearchInput.tsx';
import { VirtualList, type RowFocus } from '../../components/VirtualList.tsx';
import { useElementWidth } from '../../hooks/useElementWidth.ts';
import { EVERY_SERVICE, HEALTH_LABELS, HEALTH_ORDER, matchesFilter, TIER_LABELS, type ListedService, type ServiceFilter } from '../../model/services.ts';
import { testIds } from '../../testIds.ts';

const NARROW = 700;
const ROW_HEIGHT = 44;
const CARD_HEIGHT = 84;
const nothingMore = (): void => undefined;

interface Props {
  listed: readonly ListedService[];
  onChoose: (service: string) => void;
}

/** All services as a table, the worst first. */
export function CatalogueTab({ listed, onChoose }: Props) {
  const styles = useStyles2(getStyles);
  const [filter, setFilter] = useState<ServiceFilter>(EVERY_SERVICE);
  const frame = useRef<HTMLDivElement>(null);
  const width = useElementWidth(frame);
  const narrow = width > 0 && width < NARROW;
  const shown = useMemo(() => listed.filter((one) => matchesFilter(one, filter)), [listed, filter]);
  const teams = useMemo(() => [...new Set(listed.flatMap(({ service }) => service.team ?? []))].sort(), [listed]);
  const setWords = useCallback((words: string) => setFilter((present) => ({ ...present, words })), []);

  return (
    <div ref={frame}>
      <div className={styles.bar}>
        <div className={styles.words}>
          <SearchInput value={filter.words} onChange={setWords} placeholder="Search name, alias, team or business service" testId={testIds.services.search} />
        </div>
        <div className={styles.pills} role="group" aria-label="State">
          {HEALTH_ORDER.map((health) => (
            <FilterPill
              key={health}
              label={`${HEALTH_LABELS[health]} (${listed.filter((one) => one.health === health).length})`}
              selected={filter.health === health}
              onClick={() => setFilter({ ...filter, health: filter.health === health ? null : health })}
            />
          ))}
        </div>
        <div className={styles.choice}>
          <Combobox
            aria-label="Team"
            placeholder="Team"
            isClearable
            options={teams.map((value) => ({ value, label: value }))}
            value={filter.team}
            onChange={(option) => setFilter({ ...filter, team: option?.value ?? null })}
          />
        </div>
        <div className={styles.choice}>
          <Combobox
            aria-label="Tier"
            placeholder="Tier"
            isClearable
            options={SERVICE_TIERS.map((value) => ({ value, label: TIER_LABELS[value] }))}
            value={filter.tier}
            onChange={(option) => setFilter({ ...filter, tier: option?.value ?? null })}
          />
        </div>
      </div>
      <div className={styles.count} aria-live="polite">
        {shown.length.toLocaleString()} of {listed.length.toLocaleString()} {listed.length === 1 ? 'service' : 'services'}
      </div>
      {shown.length === 0 ? (
        <EmptyState
          variant="not-found"
          message="No service fits these filters"
          button={
            <Button variant="secondary" onClick={() => setFilter(EVERY_SERVICE)}>
              Clear filters
            </Button>
          }
        />
      ) : (
        <VirtualList
          items={shown}
          total={shown.length}
          rowHeight={narrow ? CARD_HEIGHT : ROW_HEIGHT}
          label="Services"
          testId={testIds.services.list}
          maxHeight="max(320px, calc(100vh - 320px))"
          keyOf={({ service }) => service.name}
          hasMore={false}
          onNearEnd={nothingMore}
          renderRow={(one, focus) => <Row listed={one} narrow={narrow} focus={focus} onChoose={onChoose} />}
        />
      )}
    </div>
  );
}

function Row({ listed: { service, state, health }, narrow, focus, onChoose }: { listed: ListedService; narrow: boolean; focus: RowFocus; onChoose: (service: string) => void }) {
  const styles = useStyles2(getStyles);
  const firing = state?.alertsFiring ?? 0;
  return (
    <button type="button" className={cx(styles.row, narrow ? styles.card : styles.line)} data-testid={testIds.services.row} onClick={() => onChoose(service.name)} {...focus}>
      <HealthBadge health={health} />
      <span className={styles.name}>
        <span className={styles.dots}>{service.name}</span>
        {!service.editable && <Icon name="lock" size="sm" title="Kept in services.yaml" />}
      </span>
      <span className={styles.dim}>{[service.tier === null ? null : TIER_LABELS[service.tier], service.kind].filter(Boolean).join(', ')}</span>
      <span className={styles.dim}>{service.team ?? 'No owner'}</span>
      {!narrow && (
        <>
          <span className={styles.dim}>{service.businessService ?? ''}</span>
          <span className={styles.dim}>{firing > 0 ? `${firing.toLocaleString()} firing` : health === 'at_risk' ? `because of ${state?.because[0] ?? ''}` : ''}</span>
          <span className={styles.dim}>needs {service.dependencies.length}</span>
        </>
      )}
    </button>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1), marginBottom: theme.spacing(1) }),
  words: css({ flex: '2 1 240px', minWidth: 0, maxWidth: 420 }),
  pills: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5) }),
  choice: css({ flex: '1 1 130px', minWidth: 0, maxWidth: 200 }),
  count: css({ color: theme.colors.text.secondary, marginBottom: theme.spacing(0.5) }),
  row: css({
    width: '100%',
    height: '100%',
    padding: theme.spacing(0, 1.5),
    border: 0,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    background: 'none',
    color: theme.colors.text.primary,
    textAlign: 'left',
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: -2 },
  }),
  line: css({ display: 'grid', gridTemplateColumns: '100px minmax(0, 2fr) minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1.4fr) 70px', alignItems: 'center', gap: theme.spacing(1), whiteSpace: 'nowrap' }),
  card: css({ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)', alignContent: 'center', gap: theme.spacing(0.5, 1) }),
  name: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5), fontWeight: theme.typography.fontWeightMedium, minWidth: 0 }),
  dots: css({ overflow: 'hidden', textOverflow: 'ellipsis' }),
  dim: css({ color: theme.colors.text.secondary, overflow: 'hidden', textOverflow: 'ellipsis' }),
});
