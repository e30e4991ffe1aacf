import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Field, Switch, TagsInput, useStyles2 } from '@grafana/ui';
import type { FingerprintPreview, Source } from '#contract';
import { useFingerprintPreview } from '../../api/useSourcePreviews.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { testIds } from '../../testIds.ts';
import { RuleForm } from './RuleForm.tsx';

const SHOWN_GROUPS = 8;

/** Which labels make an alert the same alert, shown on the newest alerts before it holds. */
export function FingerprintModal({ source, onClose }: { source: Source; onClose: () => void }) {
  const stored = source.rules.fingerprintLabels;
  const [own, setOwn] = useState(stored !== null);
  const [labels, setLabels] = useState<string[]>(stored ?? ['alertname', 'service']);
  const preview = useFingerprintPreview(source.id, own ? labels : []);

  return (
    <RuleForm source={source} title={`Fingerprint of ${source.name}`} rules={{ fingerprintLabels: own ? labels : null }} done={'Saved. It holds for alerts that begin from now on.'} onClose={onClose}>
      <Field noMargin label="Identify alerts by chosen labels" description="Off: by the sender's own fingerprint, which is made of all labels.">
        <Switch id="muster-fingerprint" value={own} onChange={(event) => setOwn(event.currentTarget.checked)} />
      </Field>
      {own && (
        <>
          <Field noMargin label="Labels" description="Alerts that agree in these are one alert, which fires as long as one of them does.">
            <TagsInput addOnBlur id="muster-fingerprint-labels" placeholder="Label, then Enter" tags={labels} onChange={setLabels} />
          </Field>
          {labels.length > 0 && (
            <QueryView query={preview} loading={<Skeleton rows={2} height={40} />}>
              {(found) => <Regrouping preview={found} />}
            </QueryView>
          )}
        </>
      )}
    </RuleForm>
  );
}

function Regrouping({ preview }: { preview: FingerprintPreview }) {
  const styles = useStyles2(getStyles);
  const joined = preview.groups.filter(({ alerts }) => alerts > 1).slice(0, SHOWN_GROUPS);
  return (
    <section className={styles.box} aria-label="How they would regroup" data-testid={testIds.settings.fingerprintPreview}>
      <strong>
        {preview.episodes === 0
          ? 'This source has told of no alert yet: there is nothing to try it on.'
          : `The newest ${preview.episodes.toLocaleString()} occurrences: ${preview.alertsNow.toLocaleString()} alerts now, ${preview.alertsThen.toLocaleString()} then`}
      </strong>
      {preview.lacking.map(({ label, episodes }) => (
        <div key={label} className={styles.warning}>
          {episodes.toLocaleString()} have no label {label}; it is left out for them.
        </div>
      ))}
      {joined.length === 0 && preview.episodes > 0 && <div className={styles.dim}>No two alerts would become one.</div>}
      {joined.map((group) => (
        <div key={JSON.stringify(group.labels)}>
          {group.alerts} alerts become one: <code>{Object.entries(group.labels).map(([name, value]) => `${name}=${value}`).join(', ')}</code>
        </div>
      ))}
      {preview.labelNames.length > 0 && <div className={styles.dim}>Labels of this source: {preview.labelNames.join(', ')}</div>}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), padding: theme.spacing(1.5), minWidth: 0, overflowWrap: 'anywhere',
    background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default,
  }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  warning: css({ color: theme.colors.warning.text }),
});
