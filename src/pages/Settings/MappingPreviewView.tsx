import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Icon, useStyles2 } from '@grafana/ui';
import type { CallOf, MappingPreview } from '#contract';
import { useMappingPreview } from '../../api/useSourcePreviews.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useDebounced } from '../../hooks/useDebounced.ts';
import { testIds } from '../../testIds.ts';

type Asked = CallOf<'previewSourceMapping'>['body'];
const PAUSE_MS = 300;

/** What Muster would make of the sample; null while the mapping itself has faults. */
export function MappingPreviewView({ body }: { body: Asked | null }) {
  const styles = useStyles2(getStyles);
  // compared as text: a new object of the same content asks nothing anew
  const text = useDebounced(body === null ? '' : JSON.stringify(body), PAUSE_MS);
  const settled = body !== null && JSON.stringify(body) === text;
  const preview = useMappingPreview(settled ? body : null);
  return (
    <section className={styles.box} aria-label="What Muster would make of it" aria-live="polite" data-testid={testIds.settings.mappingPreview}>
      <strong>What Muster would make of it</strong>
      {body === null ? (
        <div className={styles.dim}>The mapping has faults, marked below.</div>
      ) : (
        <QueryView query={preview} loading={<Skeleton rows={1} height={40} />}>
          {(found) => <Outcome preview={found} />}
        </QueryView>
      )}
    </section>
  );
}

function Outcome({ preview }: { preview: MappingPreview }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {preview.faults.map((fault, index) => (
        <div key={index} className={styles.fault}>
          <Icon name="exclamation-triangle" /> {fault.alert === null ? '' : `Alert ${fault.alert + 1}: `}
          {fault.field} {fault.path !== null && <code>{fault.path}</code>} {fault.message}
        </div>
      ))}
      {preview.alerts.length === 0 && preview.faults.length === 0 && <div className={styles.dim}>No alert: the list is empty.</div>}
      {preview.alerts.map((alert, index) => (
        <div key={index} className={styles.alert}>
          <div className={styles.line}>
            <SeverityBadge severity={alert.severity} />
            <strong>{alert.name}</strong>
            <Badge color={alert.status === 'firing' ? 'red' : 'green'} text={alert.status} />
            <span>{alert.service === null ? 'no service' : `service ${alert.service}`}</span>
          </div>
          {alert.summary !== '' && <div>{alert.summary}</div>}
          {alert.description !== '' && <div className={styles.dim}>{alert.description}</div>}
          {alert.link !== null && <div className={styles.dim}>leads to {alert.link}</div>}
          <div className={styles.dim}>
            {alert.startsAt === null ? 'begins when it is received' : `began ${alert.startsAt}`}
            {alert.endsAt !== null && `, ended ${alert.endsAt}`} · {Object.entries(alert.labels).map(([name, value]) => `${name}=${value}`).join(', ')}
          </div>
          {alert.unmapped.map((value) => (
            <div key={value} className={styles.warning}>
              No table knows {value}
            </div>
          ))}
        </div>
      ))}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    display: 'flex', flexDirection: 'column', gap: theme.spacing(1), padding: theme.spacing(1.5), minWidth: 0,
    background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default, overflowWrap: 'anywhere',
  }),
  alert: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  fault: css({ color: theme.colors.error.text }),
  warning: css({ color: theme.colors.warning.text }),
});
