import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, ConfirmModal, Drawer, Stack, useStyles2 } from '@grafana/ui';
import { PLACE_PARTS, type PlacePart } from '#contract';
import { useEditInfrastructure } from '../../api/useCatalog.ts';
import { useCan } from '../../api/useMe.ts';
import { useToast } from '../../hooks/useToast.ts';
import { heldBy, PLACE_FIELDS, PLACE_LABELS, PLACE_NOUNS, type ListedPlace } from '../../model/places.ts';
import { testIds } from '../../testIds.ts';

interface Props {
  place: ListedPlace;
  places: Readonly<Record<PlacePart, readonly ListedPlace[]>>;
  version: number;
  onChoose: (place: ListedPlace) => void;
  onService: (service: string) => void;
  onEdit: () => void;
  onClose: () => void;
}

const SHOWN = 50;

/** One place: where it stands, and what would go down with it. */
export function PlaceDrawer({ place, places, version, onChoose, onService, onEdit, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const edit = useEditInfrastructure();
  const [removing, setRemoving] = useState(false);
  const { part, name, fields, provisioned } = place;
  const held = heldBy(place, places);
  const services = [...new Set(held.flatMap((one) => one.fields['service'] ?? []))].sort();

  function openField(key: string, value: string): void {
    const of = PLACE_FIELDS[part].find((field) => field.key === key)?.of ?? null;
    if (of === 'services') {
      onService(value);
      return;
    }
    const found = of === null ? undefined : places[of].find((other) => other.name === value);
    if (found !== undefined) {
      onChoose(found);
    }
  }
  const isKnown = (of: PlacePart | 'services' | null, value: string): boolean => of === 'services' || (of !== null && places[of].some((other) => other.name === value));

  return (
    <Drawer title={name} subtitle={`A ${PLACE_NOUNS[part]}`} size="md" onClose={onClose}>
      <div className={styles.stack} data-testid={testIds.services.place}>
        {provisioned ? (
          <span className={styles.dim}>Kept in services.yaml; change it there.</span>
        ) : (
          can('editInfrastructure') && (
            <Stack gap={1}>
              <Button size="sm" variant="secondary" icon="pen" onClick={onEdit}>
                Edit
              </Button>
              <Button size="sm" variant="destructive" fill="outline" icon="trash-alt" onClick={() => setRemoving(true)}>
                Remove
              </Button>
            </Stack>
          )
        )}
        <dl className={styles.facts}>
          {PLACE_FIELDS[part].map(({ key, label, of }) => {
            const value = fields[key];
            return (
              <div key={key}>
                <dt className={styles.dim}>{label}</dt>
                <dd className={styles.value}>
                  {value === undefined ? (
                    'not known'
                  ) : isKnown(of, value) ? (
                    <Button size="sm" variant="secondary" fill="text" onClick={() => openField(key, value)}>
                      {value}
                    </Button>
                  ) : (
                    value
                  )}
                </dd>
              </div>
            );
          })}
        </dl>
        {services.length > 0 && (
          <section>
            <h3 className={styles.title}>Services on it</h3>
            <div className={styles.names}>
              {services.map((service) => (
                <Button key={service} size="sm" variant="secondary" fill="text" onClick={() => onService(service)}>
                  {service}
                </Button>
              ))}
            </div>
          </section>
        )}
        {PLACE_PARTS.map((kind) => {
          const members = held.filter((one) => one.part === kind);
          return members.length === 0 ? null : (
            <section key={kind}>
              <h3 className={styles.title}>
                {PLACE_LABELS[kind]} ({members.length.toLocaleString()})
              </h3>
              <div className={styles.names}>
                {members.slice(0, SHOWN).map((one) => (
                  <Button key={one.name} size="sm" variant="secondary" fill="text" onClick={() => onChoose(one)}>
                    {one.name}
                  </Button>
                ))}
                {members.length > SHOWN && <span className={styles.dim}>and {(members.length - SHOWN).toLocaleString()} more</span>}
              </div>
            </section>
          );
        })}
        <ConfirmModal
          isOpen={removing}
          title={`Remove ${name}?`}
          body={held.length === 0 ? 'Nothing stands on it.' : `${held.length.toLocaleString()} places name it. They stay, and go on naming it.`}
          confirmText="Remove"
          onConfirm={() =>
            edit.mutate({ version, body: { remove: { [part]: [name] } } }, {
              onSuccess: () => {
                toast.done(`${name} removed`);
                onClose();
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
    </Drawer>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  facts: css({ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(150px, 1fr))', gap: theme.spacing(1), margin: 0 }),
  value: css({ margin: 0, overflowWrap: 'anywhere', '& > button': { marginLeft: theme.spacing(-1) } }),
  names: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', marginLeft: theme.spacing(-1) }),
  title: css({ ...theme.typography.h5, margin: 0 }),
  dim: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
});
