import { css } from '@emotion/css';
import { useMemo, useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, Icon, useStyles2 } from '@grafana/ui';
import { PLACE_PARTS, type PlacePart, type ResponseOf, type Service } from '#contract';
import { useInfrastructure } from '../../api/useCatalog.ts';
import { useCan } from '../../api/useMe.ts';
import { Choice } from '../../components/Choice.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { SearchInput } from '../../components/SearchInput.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { VirtualList } from '../../components/VirtualList.tsx';
import { listedPlaces, matchesPlace, PLACE_LABELS, PLACE_MEANINGS, PLACE_NOUNS, placeText, type ListedPlace } from '../../model/places.ts';
import { testIds } from '../../testIds.ts';
import { PlaceDrawer } from './PlaceDrawer.tsx';
import { PlaceForm } from './PlaceForm.tsx';

const ROW_HEIGHT = 44;
const nothingMore = (): void => undefined;

interface Props {
  services: readonly Service[];
  onService: (service: string) => void;
}

/** Where services run: clusters, racks, hosts, and the instances on them. */
export function InfrastructureTab(props: Props) {
  const infrastructure = useInfrastructure();
  return (
    <QueryView query={infrastructure} loading={<Skeleton rows={8} height={40} />}>
      {(document) => <Places document={document} {...props} />}
    </QueryView>
  );
}

function Places({ document, services, onService }: Props & { document: ResponseOf<'getInfrastructure'> }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const [part, setPart] = useState<PlacePart>('hosts');
  const [words, setWords] = useState('');
  const [chosen, setChosen] = useState<Pick<ListedPlace, 'part' | 'name'> | null>(null);
  const [editing, setEditing] = useState<ListedPlace | 'new' | null>(null);
  const places = useMemo(() => listedPlaces(document), [document]);
  const shown = useMemo(() => places[part].filter((place) => matchesPlace(place, words)), [places, part, words]);
  const open = chosen === null ? undefined : places[chosen.part].find(({ name }) => name === chosen.name);
  const names = useMemo(() => services.map(({ name }) => name), [services]);
  const noun = PLACE_NOUNS[part];
  const labels: Record<PlacePart, string> = {
    clusters: labelOf('clusters', places), racks: labelOf('racks', places), hosts: labelOf('hosts', places), instances: labelOf('instances', places),
  };

  return (
    <div>
      <div className={styles.bar}>
        <Choice label="What to show" options={PLACE_PARTS} labels={labels} value={part} onChange={setPart} />
        <div className={styles.words}>
          <SearchInput value={words} onChange={setWords} placeholder="Search name or place" testId={testIds.services.placeSearch} />
        </div>
        {can('editInfrastructure') && (
          <Button variant="secondary" icon="plus" onClick={() => setEditing('new')}>
            Add {noun}
          </Button>
        )}
      </div>
      <p className={styles.meaning}>{PLACE_MEANINGS[part]}</p>
      {places[part].length === 0 ? (
        <EmptyState variant="call-to-action" message={`No ${PLACE_LABELS[part].toLowerCase()} yet`}>
          Muster takes alerts of what runs on the same host, rack or switch together when it knows of them. Add them here, import a CSV, or keep an
          inventory in provisioning/muster/services.yaml.
        </EmptyState>
      ) : shown.length === 0 ? (
        <EmptyState variant="not-found" message={`No ${noun} fits these words`} />
      ) : (
        <VirtualList
          key={part}
          items={shown}
          total={shown.length}
          rowHeight={ROW_HEIGHT}
          label={PLACE_LABELS[part]}
          testId={testIds.services.places}
          maxHeight="max(320px, calc(100vh - 340px))"
          keyOf={({ name }) => name}
          hasMore={false}
          onNearEnd={nothingMore}
          renderRow={(place, focus) => (
            <button type="button" className={styles.row} data-testid={testIds.services.placeRow} onClick={() => setChosen(place)} {...focus}>
              <span className={styles.name}>
                <span className={styles.dots}>{place.name}</span>
                {place.provisioned && <Icon name="lock" size="sm" title="Kept in services.yaml" />}
              </span>
              <span className={styles.dim}>{placeText(place)}</span>
            </button>
          )}
        />
      )}
      {open !== undefined && editing === null && (
        <PlaceDrawer
          place={open}
          places={places}
          version={document.version}
          onChoose={setChosen}
          onService={(service) => {
            setChosen(null);
            onService(service);
          }}
          onEdit={() => setEditing(open)}
          onClose={() => setChosen(null)}
        />
      )}
      {editing !== null && (
        <PlaceForm
          part={editing === 'new' ? part : editing.part}
          place={editing === 'new' ? null : editing}
          places={places}
          services={names}
          version={document.version}
          onClose={() => setEditing(null)}
        />
      )}
    </div>
  );
}

function labelOf(part: PlacePart, places: Readonly<Record<PlacePart, readonly ListedPlace[]>>): string {
  return `${PLACE_LABELS[part]} (${places[part].length.toLocaleString()})`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1), marginBottom: theme.spacing(1) }),
  words: css({ flex: '1 1 200px', minWidth: 0, maxWidth: 360 }),
  meaning: css({ color: theme.colors.text.secondary, marginBottom: theme.spacing(1) }),
  row: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1.6fr)',
    // What it is called tells more than where it stands.
    [theme.breakpoints.down('sm')]: { gridTemplateColumns: 'minmax(0, 1.6fr) minmax(0, 1fr)' },
    alignItems: 'center',
    gap: theme.spacing(1),
    width: '100%',
    height: '100%',
    padding: theme.spacing(0, 1.5),
    border: 0,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    background: 'none',
    color: theme.colors.text.primary,
    textAlign: 'left',
    whiteSpace: 'nowrap',
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: -2 },
  }),
  name: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5), fontWeight: theme.typography.fontWeightMedium, minWidth: 0 }),
  dots: css({ overflow: 'hidden', textOverflow: 'ellipsis' }),
  dim: css({ color: theme.colors.text.secondary, overflow: 'hidden', textOverflow: 'ellipsis' }),
});
